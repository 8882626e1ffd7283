"""Members rise when they earn it and fall when their time is over."""

from dataclasses import replace
from datetime import datetime, timedelta

from yumen.customer.loyalty import TierChanged, award, card, standing
from yumen.customer.loyalty.earning import Line, Rules
from yumen.customer.loyalty.tiers import Tier, Tiers
from yumen.kit.clock import SHANGHAI

OVER_DAYS = 372
"""A period of twelve months that begins the day after today is over by then, whatever today is."""


async def tier(club, person):
    async with club.house.unit() as uow:
        return (await card.get(uow, person)).standing.tier


async def buy(club, person, fen=100_000, source=None, at=None):
    async with club.house.unit() as begun:
        uow = begun if at is None else replace(begun, now=at)
        return await award(uow, person, source or club.source(), uow.now, [Line("tea", fen)])


async def ladder(club):
    await club.adopt(Rules(points=1, per_fen=100))
    await club.adopt(Tiers((Tier("silver", 100), Tier("gold", 1000)), months=12))


async def test_a_member_rises_with_the_purchase_that_earns_it_and_is_told_once(club):
    alice = await club.member()
    await ladder(club)
    await buy(club, alice)
    assert await tier(club, alice) == "gold"
    await buy(club, alice)
    changes = [event.tier for event in club.house.ear.heard if isinstance(event, TierChanged)]
    assert changes == ["gold"]
    assert await club.house.leaves("tier.changed") == [("tier.changed", alice)]


async def review(club):
    await standing.review_due_job(club.house.work, {"handler": club.house.handler})


async def test_a_refund_lowers_nobody_before_their_time_and_then_it_does(club):
    alice, bob = await club.member(), await club.member("oBob")
    await ladder(club)
    bought = club.source()
    await buy(club, alice, source=bought)
    await club.reverse(bought)
    await buy(club, bob, 10_000)
    await review(club)
    assert (await tier(club, alice), await tier(club, bob)) == ("gold", "silver")
    club.pass_days(300)
    await buy(club, bob, 10_000)
    club.pass_days(OVER_DAYS - 300)
    await review(club)
    assert (await tier(club, alice), await tier(club, bob)) == ("", "silver")


async def test_one_purchase_gives_one_period(club):
    alice = await club.member()
    await ladder(club)
    await buy(club, alice, 10_000)
    club.pass_days(360)
    await review(club)
    assert await tier(club, alice) == "silver"
    club.pass_days(OVER_DAYS - 360)
    await review(club)
    assert await tier(club, alice) == ""


async def test_a_purchase_counts_up_to_the_last_moment_of_its_period_and_from_the_first(club):
    alice, bob, _ = people = [await club.member(), await club.member("oBob"), await club.member("oCarol")]
    await club.adopt(Rules(points=1, per_fen=100))
    await club.adopt(Tiers((Tier("silver", 100),), period="calendar"))
    for person in people:
        await buy(club, person, 10_000)
    new_year = datetime(club.house.clock.now().astimezone(SHANGHAI).year + 2, 1, 1, tzinfo=SHANGHAI)
    await buy(club, alice, 10_000, at=new_year - timedelta(microseconds=1))
    await buy(club, bob, 10_000, at=new_year)
    club.set_time(new_year + timedelta(hours=1))
    await review(club)
    assert [await tier(club, one) for one in people] == ["silver", "silver", ""]
    club.set_time(new_year.replace(year=new_year.year + 1, hour=1))
    await review(club)
    assert [await tier(club, one) for one in people] == ["", "silver", ""]


async def test_what_is_bought_in_grace_keeps_the_period_after(club):
    alice = await club.member()
    await club.adopt(Rules(points=1, per_fen=100))
    await club.adopt(Tiers((Tier("silver", 100), Tier("gold", 200)), months=12, grace_days=60))
    await buy(club, alice, 20_000)
    club.pass_days(OVER_DAYS)
    assert await tier(club, alice) == "gold"
    await buy(club, alice, 10_000)
    club.pass_days(60)
    await review(club)
    assert await tier(club, alice) == "silver"


async def test_clocks_that_stood_still_for_years_are_caught_up_with_in_one_review(club):
    alice = await club.member()
    await ladder(club)
    await buy(club, alice, 10_000)
    club.pass_days(300)
    await buy(club, alice, 10_000)
    club.pass_days(3 * OVER_DAYS)
    await review(club)
    assert await tier(club, alice) == ""
    assert await club.house.leaves("tier.changed") == [("tier.changed", alice)] * 2


async def test_without_a_ladder_nobody_has_a_tier(club):
    alice = await club.member()
    await club.adopt(Rules(points=1, per_fen=100))
    await buy(club, alice)
    async with club.house.unit() as uow:
        assert await standing.progress(uow, await card.get(uow, alice)) == (0, None)


async def test_progress_says_what_counts_and_what_is_next(club):
    alice = await club.member()
    await ladder(club)
    await buy(club, alice, 20_000)
    async with club.house.unit() as uow:
        assert await standing.progress(uow, await card.get(uow, alice)) == (200, Tier("gold", 1000))
