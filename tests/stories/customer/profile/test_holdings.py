"""What a profile keeps is declared, handed over in full and erased."""

from datetime import date

from tests.stories.customer.profile.test_guardians import agreed, family
from yumen.customer.identity import HOLDINGS as IDENTITY
from yumen.customer.profile import HOLDINGS, avatar, details, minors, phone
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
        await minors.declare(uow, alice, None)
    async with house.unit() as uow:
        got = [await holding.hand_over(uow, alice) for holding in HOLDINGS]
        assert got[:2] == [
            {"phone": "+8619900000001"},
            {"nickname": "小玉", "birthday": "1999-12-31", "region": "CN-SH"},
        ]
        assert got[2]["picture"].startswith("data:image/png;base64,")
        assert got[3:] == [{"band": "adult"}, {}]
        assert [(await holding.erase(uow, alice)).rows for holding in HOLDINGS] == [1, 1, 1, 1, 0]
        assert [await holding.hand_over(uow, alice) for holding in HOLDINGS] == [{}] * 5
    for table in ("phone", "detail", "avatar", "age"):
        assert await house.rows(f"select 1 as one from profile.{table}") == []


async def test_what_a_guardian_agreed_to_is_handed_over_to_both_and_kept_as_evidence(house):
    child, parent = await family(house)
    given = await agreed(house, child, parent)
    guardian_holding = HOLDINGS[4]
    async with house.unit() as uow:
        for_child = await guardian_holding.hand_over(uow, child)
        for_parent = await guardian_holding.hand_over(uow, parent)
        erased = await guardian_holding.erase(uow, child)
    assert [one["id"] for one in for_child["consent"]] == [given]
    assert [one["id"] for one in for_parent["agreed_for"]] == [given]
    assert (erased.rows, erased.kept) == (0, 1)
