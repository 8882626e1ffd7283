"""A coupon goes through an order: reserved, consumed, given back; never used twice."""

import asyncio
from datetime import timedelta

import pytest

from yumen.customer.identity import subjects
from yumen.customer.loyalty import coupon_book, coupon_issue
from yumen.customer.loyalty.coupon_book import Limits
from yumen.customer.loyalty.coupons import Terms
from yumen.kit.errors import Problem
from yumen.kit.ids import new_id

FIVE = Terms("amount", amount_fen=500)


async def define(club, per_person_max=1, total_max=None, starts=-1.0, ends=30.0, days=10):
    limits = Limits(per_person_max, total_max, club.in_days(starts), club.in_days(ends), days)
    async with club.house.staff() as uow:
        return await coupon_book.define(uow, FIVE, limits)


async def give(club, person, **limits):
    """A coupon in the person's hand."""
    definition = await define(club, **limits)
    async with club.house.staff() as uow:
        (code,) = await coupon_issue.make_codes(uow, definition, 1)
    async with club.house.unit() as uow:
        return await coupon_issue.claim(uow, person, code)


async def reserve(club, person, ids, order, minutes=30):
    async with club.house.unit() as uow:
        await coupon_book.reserve(uow, person, ids, order, uow.now + timedelta(minutes=minutes))


async def act(club, story, order):
    async with club.house.unit() as uow:
        return await story(uow, order)


async def states(club, person):
    async with club.house.unit() as uow:
        return [held.state for held in await coupon_book.list_held(uow, person, "cpn~", 10)]


async def usable(club, person):
    async with club.house.unit() as uow:
        return [one.id for one in await coupon_book.list_usable(uow, person)]


async def test_a_coupon_is_reserved_used_and_given_back(club):
    alice, order = await club.member(), new_id("ord")
    coupon = await give(club, alice)
    await reserve(club, alice, [coupon], order)
    await reserve(club, alice, [coupon], order)
    assert (await states(club, alice), await usable(club, alice)) == (["reserved"], [])
    assert [await act(club, coupon_book.consume, order) for _ in range(2)] == [1, 0]
    assert await states(club, alice) == ["consumed"]
    assert [await act(club, coupon_book.give_back, order) for _ in range(2)] == [1, 0]
    assert (await states(club, alice), await usable(club, alice)) == (["issued"], [coupon])
    kinds = [kind for kind, _ in await club.house.leaves("coupon.consumed", "coupon.returned")]
    assert kinds == ["coupon.consumed", "coupon.returned"]


async def test_all_of_an_orders_coupons_are_reserved_or_none(club):
    alice = await club.member()
    one, two = await give(club, alice), await give(club, alice)
    await reserve(club, alice, [one], "order.1")
    with pytest.raises(Problem, match=r"coupon\.not_usable"):
        await reserve(club, alice, [one, two], "order.2")
    assert await usable(club, alice) == [two]
    async with club.house.unit() as uow:
        assert await coupon_book.list_usable(uow, alice, [one]) == []
        assert [coupon.id for coupon in await coupon_book.list_usable(uow, alice, [one, two])] == [two]


async def test_a_reservation_lapses_and_a_late_payment_still_has_it_unless_it_was_taken(club):
    alice = await club.member()
    coupon = await give(club, alice)
    await reserve(club, alice, [coupon], "order.1", minutes=0)
    assert await usable(club, alice) == [coupon]
    await reserve(club, alice, [coupon], "order.2")
    assert await act(club, coupon_book.consume, "order.1") == 0
    assert await act(club, coupon_book.give_back, "order.1") == 0
    assert await act(club, coupon_book.consume, "order.2") == 1


async def test_nobody_uses_anothers_coupon_or_one_that_ended_or_has_not_begun(club):
    alice, bob = await club.member(), await club.member("oBob")
    coupon, early = await give(club, alice), await give(club, alice, starts=5.0)
    for person, wanted in ((bob, coupon), (alice, early), (alice, new_id("cpn"))):
        with pytest.raises(Problem, match=r"coupon\.not_usable"):
            await reserve(club, person, [wanted], "order.1")
    club.pass_days(10)
    with pytest.raises(Problem, match=r"coupon\.not_usable"):
        await reserve(club, alice, [coupon], "order.1")
    assert await states(club, alice) == ["issued", "expired"]
    assert await usable(club, alice) == [early]


async def test_ten_orders_at_once_get_it_once(club):
    alice = await club.member()
    coupon = await give(club, alice)
    tries = [reserve(club, alice, [coupon], f"order.{number}") for number in range(10)]
    refused = [one for one in await asyncio.gather(*tries, return_exceptions=True) if one is not None]
    assert [str(one).split()[0] for one in refused] == ["coupon.not_usable"] * 9


async def test_a_merged_person_has_the_coupons_of_all(club):
    alice, twin = await club.member(), await club.member("oTwin")
    coupon = await give(club, twin)
    async with club.house.unit() as uow:
        await subjects.link(uow, twin, alice, "staff")
    assert await usable(club, alice) == [coupon]


async def test_a_definition_is_read_and_closed(club):
    definition = await define(club)
    async with club.house.staff() as uow:
        await coupon_book.close(uow, definition)
        await coupon_book.close(uow, definition)
        (only,) = await coupon_book.list_definitions(uow, "", 10)
        assert only == await coupon_book.get(uow, definition)
        assert not only.is_open(uow.now)
        with pytest.raises(Problem, match=r"coupon\.definition_unknown"):
            await coupon_book.get(uow, new_id("cpd"))


@pytest.mark.parametrize(("starts", "ends"), [(2, 1), (-2, -1)])
async def test_a_window_that_cannot_be_is_refused(club, starts, ends):
    with pytest.raises(Problem, match=r"coupon\.window_unfit"):
        await define(club, starts=starts, ends=ends)
