"""Members, numbers and points of many at once."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.customer.loyalty.conftest import Club, club  # noqa: F401  # a fixture
from yumen.customer.identity import subjects
from yumen.customer.loyalty import card, ledger, opening
from yumen.customer.loyalty.events import PointsMoved
from yumen.kit.db import Role


async def test_members_their_numbers_and_what_they_can_spend_now(club: Club) -> None:  # noqa: F811
    house = club.house
    rich, poor = await club.member("oRich"), await club.member("oPoor")
    stranger, _ = await house.enrol("oStranger")
    async with house.unit() as uow:
        await ledger.earn(uow, rich, club.source(), 70)
        await ledger.earn(uow, rich, club.source(), 5, expires_at=uow.now - timedelta(days=1))
        number = await card.number_of(uow, await card.get(uow, rich))
        everybody = [rich, poor, stranger]
        assert await opening.members(uow, everybody) == {rich, poor}
        assert (await opening.numbers(uow, everybody))[rich] == number
        assert await opening.points(uow, everybody) == {rich: 70, poor: 0}
        assert list(await opening.find_number(uow, number)) == [rich]
        assert list(await opening.find_number(uow, "8" * 16)) == []
    assert PointsMoved(rich, house.handler) in house.ear.heard


async def test_after_a_merge_the_points_of_both_are_the_persons(club: Club) -> None:  # noqa: F811
    house = club.house
    winner, loser = await club.member("oA"), await club.member("oB")
    async with house.unit() as uow:
        await ledger.earn(uow, loser, club.source(), 30)
        await subjects.link(uow, loser, winner, "staff")
        own = await card.number_of(uow, await card.get(uow, winner))
        assert await opening.points(uow, [winner]) == {winner: 30}
        assert await opening.numbers(uow, [winner]) == {winner: own}


async def test_the_tier_is_that_of_the_persons_own_membership(club: Club) -> None:  # noqa: F811
    house = club.house
    winner, loser = await club.member("oA"), await club.member("oB")
    stranger, _ = await house.enrol("oStranger")
    async with await house.database.connect(Role.OWNER, autocommit=True) as owner:
        await owner.execute("update loyalty.member set tier = 'gold' where subject_id = %s", (winner,))
        await owner.execute("update loyalty.member set tier = 'jade' where subject_id = %s", (loser,))
    async with house.unit() as uow:
        assert await opening.tiers(uow, [winner, loser, stranger]) == {winner: "gold", loser: "jade"}
        await subjects.link(uow, loser, winner, "staff")
        assert await opening.tiers(uow, [winner]) == {winner: "gold"}
