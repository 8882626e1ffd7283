"""Points end when their time is over, in batches, and people who agreed are told before."""

import asyncio

from yumen.customer.loyalty import PointsExpiring, expiry
from yumen.security.datamap import Purpose


async def end(club):
    await expiry.expire_job(club.house.work, {"handler": club.house.handler})


async def plan(club):
    await expiry.plan_notices_job(club.house.work, {"handler": club.house.handler})


def told(club):
    return [event for event in club.house.ear.heard if isinstance(event, PointsExpiring)]


async def test_what_is_due_is_booked_away_and_nothing_else(club):
    alice, bob = await club.member(), await club.member("oBob")
    await club.earn(alice, 50, club.in_days(10))
    await club.earn(alice, 70, club.in_days(20))
    await club.earn(bob, 30, club.in_days(10))
    await club.redeem(alice, 20)
    club.pass_days(11)
    await end(club)
    await end(club)
    assert (await club.lots(alice), await club.lots(bob)) == ([0, 70], [0])
    found = await club.recount()
    assert found.sound
    assert found.totals["expired"] == 60
    assert len(await club.house.leaves("points.expired")) == 1


async def test_more_than_a_batch_is_ended_by_two_workers_at_once(club):
    alice = await club.member()
    for number in range(expiry.BATCH + 5):
        await club.earn(alice, 1, club.in_days(1 + number / 1000))
    club.pass_days(2)
    await asyncio.gather(end(club), end(club))
    await end(club)
    assert sum(await club.lots(alice)) == 0
    found = await club.recount()
    assert (found.sound, found.totals["expired"]) == (True, expiry.BATCH + 5)


async def test_what_is_given_back_after_its_end_ends_again(club):
    alice, spent = await club.member(), club.source("spend")
    await club.earn(alice, 50, club.in_days(10))
    await club.redeem(alice, 50, spent)
    club.pass_days(11)
    await club.reverse(spent)
    assert (await club.points(alice), await club.lots(alice)) == (0, [50])
    await end(club)
    assert await club.lots(alice) == [0]
    assert (await club.recount()).totals["expired"] == 50


async def test_a_refund_does_not_take_what_has_ended_a_second_time(club):
    alice, bought = await club.member(), club.source()
    await club.earn(alice, 50, club.in_days(10), bought)
    await club.earn(alice, 70)
    club.pass_days(11)
    await end(club)
    await club.reverse(bought)
    assert (await club.points(alice), await club.owed(alice)) == (70, 0)
    found = await club.recount()
    assert found.sound
    assert found.totals["expired"] == 0


async def test_those_who_agreed_are_told_once_of_points_that_end_soon(club):
    alice, bob = await club.member(), await club.member("oBob")
    await club.house.agree(alice, Purpose.MARKETING)
    for person in (alice, bob):
        await club.earn(person, 50, club.in_days(20))
        await club.earn(person, 70, club.in_days(40))
    await plan(club)
    await plan(club)
    (one,) = told(club)
    assert (one.subject, one.points) == (alice, 50)
    rows = await club.house.rows("select subject_id, decision from loyalty.expiry_notice order by subject_id")
    assert [(row["subject_id"], row["decision"]) for row in rows] == [(alice, "told"), (bob, "no_consent")]
    club.pass_days(15)
    await plan(club)
    assert [event.points for event in told(club)] == [50, 70]


async def test_who_said_no_longer_is_not_told(club):
    alice = await club.member()
    await club.house.agree(alice, Purpose.MARKETING, given=False)
    await club.earn(alice, 50, club.in_days(20))
    await plan(club)
    assert told(club) == []
