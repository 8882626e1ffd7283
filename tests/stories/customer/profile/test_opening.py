"""One field of many persons, opened; after a merge the person's own value wins over that of whoever stands for them."""

from __future__ import annotations

from datetime import date

from tests.stories.customer.conftest import House, house  # noqa: F401  # a fixture
from yumen.customer.identity import subjects
from yumen.customer.profile import details, opening, phone
from yumen.customer.profile.alias import merge_proved
from yumen.customer.profile.events import ProfileChanged, SubjectsMerged


async def test_values_of_many_and_nothing_for_who_has_none(house: House) -> None:  # noqa: F811
    (one, _), (other, _), (silent, _) = [await house.enrol(name) for name in ("oA", "oB", "oC")]
    for person, number in ((one, "+8613900000001"), (other, "+8613900000002")):
        await house.agree(person)
        async with house.unit() as uow:
            await phone.bind(uow, person, phone.Number(number, "code"))
    change = details.Change(nickname="小玉", birthday=date(1990, 5, 6), region="CN-SH")
    async with house.unit() as uow:
        await details.change(uow, one, change)
        everybody = [one, other, silent]
        assert await opening.phones(uow, everybody) == {one: "+8613900000001", other: "+8613900000002"}
        assert await opening.nicknames(uow, everybody) == {one: "小玉"}
        assert await opening.birthdays(uow, everybody) == {one: "1990-05-06"}
        assert await opening.regions(uow, everybody) == {one: "CN-SH"}
    assert ProfileChanged(one, house.handler) in house.ear.heard


async def test_a_person_has_what_lies_under_whoever_stands_for_them(house: House) -> None:  # noqa: F811
    (winner, _), (loser, _) = await house.enrol("oA"), await house.enrol("oB")
    async with house.unit() as uow:
        await phone.bind(uow, loser, phone.Number("+8613900000002", "code"))
        await merge_proved(uow, winner, loser)
        assert await opening.phones(uow, [winner]) == {winner: "+8613900000002"}
        assert (await subjects.get(uow, loser)).person == winner
    assert SubjectsMerged(winner, loser, house.handler) in house.ear.heard
    async with house.unit() as uow:
        await phone.bind(uow, winner, phone.Number("+8613900000001", "code"))
        assert await opening.phones(uow, [winner]) == {winner: "+8613900000001"}
