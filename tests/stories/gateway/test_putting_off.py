"""Whom a recipient cannot take just now is tried later and later, and becomes a case instead of costing calls."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.recipient import timed_out
from yumen.border import State
from yumen.gateway import cases
from yumen.gateway.connectors.connector import Outcome
from yumen.gateway.putting_off import ROUNDS_MAX

LOCKED = (Outcome.RETRY, "UNABLE_TO_LOCK_ROW", "")
LATER = timedelta(hours=2)


async def calls_of(gateway: Gateway) -> int:
    """Calls of one round."""
    before = len(gateway.hq.calls)
    await gateway.send()
    return len(gateway.hq.calls) - before


async def test_a_lock_that_outlasts_a_round_is_left_alone_for_a_while(gateway: Gateway) -> None:
    locked, free = await gateway.members(2)
    gateway.hq.refuse[await gateway.number_of(locked)] = LOCKED
    await gateway.judge()
    tally = await gateway.send()
    assert (tally.arrived, tally.left, tally.rejected) == (1, 1, 0)
    assert await calls_of(gateway) == 0, "not again at once"
    assert await gateway.states(free) == [State.ARRIVED]
    gateway.clock.offset += LATER
    gateway.hq.refuse.clear()
    assert (await gateway.send()).arrived == 1
    assert await gateway.rows("select 1 from gateway.put_off") == []


async def test_whom_the_recipient_never_takes_becomes_a_case_that_can_be_tried_again(gateway: Gateway) -> None:
    person = await gateway.member()
    gateway.hq.refuse[await gateway.number_of(person)] = LOCKED
    await gateway.judge()
    for round_no in range(1, ROUNDS_MAX + 1):
        tally = await gateway.send()
        assert (tally.left, tally.rejected) == ((1, 0) if round_no < ROUNDS_MAX else (0, 1))
        gateway.clock.offset += LATER
    assert await calls_of(gateway) == 0
    async with gateway.unit() as uow:
        (case,) = await cases.list_open(uow)
        assert (case.subject, case.code) == (person, "UNABLE_TO_LOCK_ROW")
        await cases.retry(uow, case.id)
    gateway.hq.refuse.clear()
    await gateway.all_of_it()
    assert list(gateway.hq.held) == [await gateway.number_of(person)]


async def test_what_passed_a_day_ago_is_another_matter(gateway: Gateway) -> None:
    person = await gateway.member()
    gateway.hq.refuse[await gateway.number_of(person)] = LOCKED
    await gateway.judge()
    for _ in range(3):
        await gateway.send()
        gateway.clock.offset += LATER
    gateway.clock.offset += timedelta(days=2)
    await gateway.send()
    assert [row["tried"] for row in await gateway.rows("select tried from gateway.put_off")] == [1]


async def test_a_broken_link_puts_nobody_off(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    gateway.hq.trouble = lambda what, n: timed_out() if what == "send" else None
    assert (await gateway.send()).left == 1
    assert await gateway.rows("select 1 from gateway.put_off") == []
    gateway.hq.trouble = lambda what, n: None
    assert (await gateway.send()).arrived == 1
