"""What loyalty keeps is declared, handed over and erased; the books stay."""

from datetime import date

from yumen.customer.loyalty import HOLDINGS, card
from yumen.customer.loyalty.holdings import erase_member, hand_over_member, hand_over_points, keep_points
from yumen.security.datamap import faults


def test_the_holdings_are_sound():
    assert faults(HOLDINGS, date(2026, 11, 25)) == []


async def test_a_person_gets_the_number_and_every_movement(club):
    alice = await club.member()
    await club.earn(alice, 100)
    await club.redeem(alice, 30)
    async with club.house.unit() as uow:
        number = await card.number_of(uow, await card.get(uow, alice))
        member, points = await hand_over_member(uow, alice), await hand_over_points(uow, alice)
    assert (member["number"], member["tier"]) == (number, "")
    assert [(one["act"], one["points"]) for one in points["points"]] == [("redeem", -30), ("earn", 100)]


async def test_who_leaves_is_no_member_any_more_and_the_books_still_sum(club):
    alice, bob = await club.member(), await club.member("oBob")
    await club.earn(alice, 100)
    async with club.house.unit() as uow:
        await card.show_code(uow, alice)
        assert (await erase_member(uow, alice)).rows == 1
        assert (await keep_points(uow, alice)).kept == 1
        assert await card.find(uow, alice) is None
        assert await card.find(uow, bob) is not None
        assert await hand_over_member(uow, alice) == {}
    assert await club.house.rows("select 1 as one from loyalty.card_code") == []
    assert (await club.recount()).sound
