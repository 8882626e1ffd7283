"""Members rise when they earn it and fall when their time is over."""

from yumen.customer.loyalty import TierChanged, award, card, standing
from yumen.customer.loyalty.earning import Line, Rules
from yumen.customer.loyalty.tiers import Tier, Tiers


async def tier(club, person):
    async with club.house.unit() as uow:
        return (await card.get(uow, person)).standing.tier


async def buy(club, person, fen=100_000, source=None):
    async with club.house.unit() as uow:
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


async def test_a_refund_lowers_nobody_before_their_time_and_then_it_does(club):
    alice, bob = await club.member(), await club.member("oBob")
    await ladder(club)
    bought = club.source()
    await buy(club, alice, source=bought)
    await club.reverse(bought)
    await buy(club, bob, 10_000)
    await standing.review_due_job(club.house.work, {"handler": club.house.handler})
    assert (await tier(club, alice), await tier(club, bob)) == ("gold", "silver")
    club.pass_days(367)
    await standing.review_due_job(club.house.work, {"handler": club.house.handler})
    assert (await tier(club, alice), await tier(club, bob)) == ("", "silver")
    club.pass_days(367)
    await standing.review_due_job(club.house.work, {"handler": club.house.handler})
    assert await tier(club, bob) == ""


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
