"""Points are booked in double entry, once for each source, and never changed."""

import asyncio

import psycopg
import pytest

from yumen.customer.identity import subjects
from yumen.customer.loyalty import ledger
from yumen.customer.loyalty.ledger import Source
from yumen.kit.db import Role
from yumen.kit.errors import Problem


async def test_earned_points_can_be_spent_and_the_ledger_sums_to_zero(club):
    alice = await club.member()
    await club.earn(alice, 100)
    await club.redeem(alice, 30)
    assert await club.points(alice) == 70
    found = await club.recount()
    assert found.sound
    assert found.totals == {"issued": -100, "member": 70, "redeemed": 30}
    assert (found.postings, found.entries) == (2, 4)


async def test_a_source_is_booked_once_and_leaves_one_leaf(club):
    alice, source = await club.member(), club.source()
    first = await club.earn(alice, 100, source=source)
    assert (await club.earn(alice, 100, source=source)).id == first.id
    assert await club.points(alice) == 100
    assert len(await club.house.leaves("points.earned")) == 1


async def test_a_source_that_means_something_else_is_refused(club):
    alice, bob, source = await club.member(), await club.member("oBob"), club.source()
    await club.earn(alice, 100, source=source)
    for person, points in ((alice, 99), (bob, 100)):
        with pytest.raises(Problem, match=r"loyalty\.source_used"):
            await club.earn(person, points, source=source)


async def test_nobody_spends_more_than_there_is(club):
    alice = await club.member()
    await club.earn(alice, 100)
    with pytest.raises(Problem, match=r"loyalty\.points_insufficient"):
        await club.redeem(alice, 101)
    assert await club.points(alice) == 100


@pytest.mark.parametrize("points", [0, -1, ledger.POINTS_MAX + 1])
async def test_unfit_points_are_refused(club, points):
    alice = await club.member()
    for act in (club.earn, club.redeem):
        with pytest.raises(Problem, match=r"loyalty\.points_unfit"):
            await act(alice, points)


async def test_points_that_end_first_are_spent_first(club):
    alice = await club.member()
    await club.earn(alice, 50, club.in_days(90))
    await club.earn(alice, 50, club.in_days(30))
    await club.earn(alice, 50)
    await club.redeem(alice, 70)
    assert await club.lots(alice) == [0, 30, 50]


async def test_points_that_ended_cannot_be_spent_even_before_they_are_booked_away(club):
    alice = await club.member()
    await club.earn(alice, 50, club.in_days(10))
    club.pass_days(11)
    assert await club.points(alice) == 0
    with pytest.raises(Problem, match=r"loyalty\.points_insufficient"):
        await club.redeem(alice, 1)


async def test_a_redemption_that_is_reversed_goes_back_into_its_lots_with_their_old_end(club):
    alice, spent = await club.member(), club.source("spend")
    await club.earn(alice, 50, club.in_days(30))
    await club.earn(alice, 50, club.in_days(90))
    await club.redeem(alice, 70, spent)
    await club.reverse(spent, 30)
    assert await club.lots(alice) == [10, 50]
    await club.reverse(spent)
    assert await club.lots(alice) == [50, 50]
    with pytest.raises(Problem, match=r"loyalty\.reversed_already"):
        await club.reverse(spent)
    assert (await club.recount()).sound


async def test_an_earning_that_is_reversed_takes_its_own_lot_first(club):
    alice, bought = await club.member(), club.source()
    await club.earn(alice, 40, club.in_days(30))
    await club.earn(alice, 60, club.in_days(90), bought)
    await club.reverse(bought, 25)
    assert await club.lots(alice) == [40, 35]
    await club.reverse(bought)
    assert await club.lots(alice) == [40, 0]


async def test_spent_points_of_a_refunded_purchase_are_owed_and_paid_by_the_next(club):
    alice, bought = await club.member(), club.source()
    await club.earn(alice, 100, source=bought)
    await club.redeem(alice, 80)
    await club.reverse(bought)
    assert (await club.points(alice), await club.owed(alice)) == (0, 80)
    await club.earn(alice, 50)
    assert (await club.points(alice), await club.owed(alice)) == (0, 30)
    await club.earn(alice, 50)
    assert (await club.points(alice), await club.owed(alice)) == (20, 0)
    assert (await club.recount()).sound


async def test_a_redemption_given_back_pays_what_is_owed(club):
    alice, bought, spent = await club.member(), club.source(), club.source("spend")
    await club.earn(alice, 100, source=bought)
    await club.redeem(alice, 100, spent)
    await club.reverse(bought)
    await club.reverse(spent)
    assert (await club.points(alice), await club.owed(alice)) == (0, 0)
    assert (await club.recount()).totals == {"issued": 0, "member": 0, "owed": 0, "redeemed": 0}


async def test_a_reversal_is_booked_once_for_its_refund(club):
    alice, bought, refund = await club.member(), club.source(), club.source("refund")
    await club.earn(alice, 100, source=bought)
    first = await club.reverse(bought, 40, refund)
    assert (await club.reverse(bought, 40, refund)).id == first.id
    assert await club.points(alice) == 60
    with pytest.raises(Problem, match=r"loyalty\.reversed_already"):
        await club.reverse(bought, 61)


async def test_what_was_never_booked_cannot_be_reversed(club):
    with pytest.raises(Problem, match=r"loyalty\.source_unknown"):
        await club.reverse(Source("order", "nothing"))


async def adjust(club, ref, points, approval, reference="case.1"):
    async with club.house.staff() as uow:
        return await ledger.adjust(uow, ref, Source("adjustment", reference), points, "goodwill", approval)


async def test_points_by_hand_need_a_second_person_and_a_reason(club):
    alice = await club.member()
    async with club.house.unit() as uow:
        ref = (await subjects.get(uow, alice)).ref
    with pytest.raises(Problem, match=r"approval\.missing"):
        await adjust(club, ref, 500, None)
    facts = ledger.adjust_facts(ref, "case.1", 500, "goodwill")
    approval = await club.approved(ledger.ADJUST, facts)
    with pytest.raises(Problem, match=r"approval\.other_facts"):
        await adjust(club, ref, 5000, approval)
    made = await adjust(club, ref, 500, approval)
    assert (await adjust(club, ref, 500, approval)).id == made.id
    assert await club.points(alice) == 500
    less = await club.approved(ledger.ADJUST, ledger.adjust_facts(ref, "case.2", -501, "goodwill"))
    with pytest.raises(Problem, match=r"loyalty\.points_insufficient"):
        await adjust(club, ref, -501, less, "case.2")
    assert (await club.recount()).totals == {"adjusted": -500, "member": 500}
    assert await club.house.leaves("points.adjusted") == [("points.adjusted", alice)]


async def test_a_family_is_read_together_and_parts_with_what_is_its_own(club):
    alice, twin = await club.member(), await club.member("oTwin")
    await club.earn(alice, 40, club.in_days(90))
    await club.earn(twin, 60, club.in_days(30))
    async with club.house.unit() as uow:
        link = await subjects.link(uow, twin, alice, "staff")
    assert await club.points(alice) == await club.points(twin) == 100
    await club.redeem(alice, 70)
    async with club.house.unit() as uow:
        await subjects.unlink(uow, link.merge)
    assert (await club.points(alice), await club.points(twin)) == (30, 0)
    assert (await club.recount()).sound


async def test_another_handlers_people_are_strangers(club):
    stranger, _ = await club.house.enrol("oAlice", appid="wx00000000000000b1")
    with pytest.raises(Problem, match=r"subject\.not_found"):
        await club.earn(stranger, 10)


async def test_ten_at_once_spend_no_more_than_there_is(club):
    alice = await club.member()
    await club.earn(alice, 55)
    done = await asyncio.gather(*(club.redeem(alice, 10) for _ in range(10)), return_exceptions=True)
    refused = [one for one in done if isinstance(one, Problem)]
    assert [one.code.name for one in refused] == ["loyalty.points_insufficient"] * 5
    assert await club.points(alice) == 5
    assert (await club.recount()).sound


async def test_a_source_booked_twice_at_once_is_booked_once(club):
    alice, source = await club.member(), club.source()
    made = await asyncio.gather(*(club.earn(alice, 10, source=source) for _ in range(5)))
    assert len({one.id for one in made}) == 1
    assert await club.points(alice) == 10


@pytest.mark.parametrize("table", ["posting", "entry"])
@pytest.mark.parametrize("change", ["update loyalty.{} set points = points + 1", "delete from loyalty.{}"])
async def test_the_database_lets_nobody_change_what_was_booked(club, table, change):
    await club.earn(await club.member(), 10)
    async with club.house.database.pool(Role.APP).connection() as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute(change.format(table))
        await conn.rollback()
