"""What a profile keeps is declared, handed over in full and erased."""

from datetime import date

from yumen.customer.identity import HOLDINGS as IDENTITY
from yumen.customer.profile import HOLDINGS, avatar, details, phone
from yumen.customer.profile.details import Change
from yumen.customer.profile.phone import Number
from yumen.security.datamap import faults, unnamed


def test_the_holdings_are_sound_and_named_in_both_languages():
    assert faults([*IDENTITY, *HOLDINGS], date(2026, 11, 25)) == []
    assert [unnamed([*IDENTITY, *HOLDINGS], language) for language in ("en", "zh")] == [[], []]


async def test_a_person_gets_everything_and_then_nothing_is_left(house, picture):
    alice, _ = await house.enrol("oAlice")
    await house.agree(alice)
    async with house.unit() as uow:
        await phone.bind(uow, alice, Number("+8619900000001", "code"))
        await details.change(uow, alice, Change("小玉", date(1999, 12, 31), "CN-SH"))
        await avatar.put(uow, alice, picture)
    async with house.unit() as uow:
        got = [await holding.hand_over(uow, alice) for holding in HOLDINGS]
        assert got[:2] == [
            {"phone": "+8619900000001"},
            {"nickname": "小玉", "birthday": "1999-12-31", "region": "CN-SH"},
        ]
        assert got[2]["picture"].startswith("data:image/png;base64,")
        assert [(await holding.erase(uow, alice)).rows for holding in HOLDINGS] == [1, 1, 1]
        assert [await holding.hand_over(uow, alice) for holding in HOLDINGS] == [{}, {}, {}]
    for table in ("phone", "detail", "avatar"):
        assert await house.rows(f"select 1 as one from profile.{table}") == []
