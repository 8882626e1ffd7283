"""A purchase earns by the rules of its own moment."""

from datetime import date, timedelta

from yumen.customer import profile
from yumen.customer.loyalty import Source, award, card, overview
from yumen.customer.loyalty.earning import Line, Rules
from yumen.customer.loyalty.tiers import Tier, Tiers

TEA = (Line("tea", 10_000),)
ONE_A_YUAN = Rules(points=1, per_fen=100)


async def buy(club, person, at=None, source=None, lines=TEA):
    async with club.house.unit() as uow:
        return await award(uow, person, source or club.source(), at or uow.now, lines)


async def test_a_purchase_earns_and_says_why(club):
    alice = await club.member()
    await club.adopt(ONE_A_YUAN)
    posting = await buy(club, alice)
    assert posting.points == await club.points(alice) == 100
    async with club.house.unit() as uow:
        (moved,) = await overview.list_movements(uow, alice, "", 10)
    assert moved.why == [overview.Why("amount", "tea", 10_000, percent=100, points=100, version=1)]
    assert moved.expires_at > club.in_days(365)


async def test_an_old_purchase_keeps_its_rules(club):
    alice = await club.member()
    await club.adopt(ONE_A_YUAN)
    bought_at = club.house.clock.now()
    await club.adopt(Rules(points=5, per_fen=100), club.in_days(1))
    club.pass_days(2)
    assert (await buy(club, alice, bought_at)).points == 100
    assert (await buy(club, alice)).points == 500


async def test_without_membership_rules_or_enough_nothing_is_booked(club):
    stranger, _ = await club.house.enrol("oStranger")
    alice = await club.member()
    assert await buy(club, alice) is None
    await club.adopt(ONE_A_YUAN)
    assert await buy(club, stranger) is None
    assert await buy(club, alice, lines=[Line("tea", 99)]) is None
    assert await club.house.leaves("points.earned") == []


async def test_a_repeat_answers_the_first_posting_though_it_is_no_first_purchase_any_more(club):
    alice = await club.member()
    await club.adopt(Rules(points=1, per_fen=100, first_purchase_points=50))
    source = Source("order", "o.1")
    first = await buy(club, alice, source=source)
    assert (first.points, (await buy(club, alice, source=source)).id) == (150, first.id)
    assert (await buy(club, alice)).points == 100


async def test_the_month_of_birth_counts_for_those_who_told_it(club):
    alice, bob = await club.member(), await club.member("oBob")
    await club.adopt(Rules(points=1, per_fen=100, birthday_percent=300))
    await club.house.agree(alice)
    month = (club.house.clock.now() + timedelta(hours=8)).month
    async with club.house.unit() as uow:
        await profile.details.change(uow, alice, profile.details.Change(birthday=date(1990, month, 1)))
    assert (await buy(club, alice)).points == 300
    assert (await buy(club, bob)).points == 100


async def test_a_tier_lifts_what_the_next_purchase_earns(club):
    alice = await club.member()
    await club.adopt(Rules(points=1, per_fen=100, tiers={"gold": 150}))
    await club.adopt(Tiers((Tier("gold", 100),)))
    assert [(await buy(club, alice)).points for _ in range(2)] == [100, 150]
    async with club.house.unit() as uow:
        assert (await card.get(uow, alice)).standing.tier == "gold"
