"""Run the gate until told to stop: one loop judges each handler's people, one serves each recipient.

Several processes may run: people are shared among those who judge, and each recipient is served by one at a time (a
lease in the database, renewed while it works), which keeps the order of what is sent about a person. A defect in one
recipient's connector stops neither the others nor the judging.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from psycopg import OperationalError

from yumen.customer import identity
from yumen.gateway import (
    USUAL,
    Gate,
    Recipient,
    connections,
    dispatch,
    judging,
    lockout,
    recalling,
    starting,
    statistics,
    waking,
)
from yumen.gateway.tally import Tally
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.work import Work

IDLE_S: Final = 1.0
LOST_S: Final = 2.0
DEFECT_S: Final = 30.0
RENEW_S: Final = 5.0

LookedAt = set[tuple[str, datetime] | None]
"""Connections whose recipient was held against its own description since their last stop or resumption."""

log = logging.getLogger("yumen.gateway")


async def run(work: Work, stop: asyncio.Event) -> None:
    """Judge and serve until `stop` is set. Without recipients there is nothing to do."""
    gate = work.use(Gate)
    if not gate.recipients.all():
        return
    holder = new_id("gwy")
    looked_at: LookedAt = set()
    async with asyncio.TaskGroup() as group:
        for handler in work.use(identity.Apps).handlers():
            group.create_task(_until(stop, lambda h=handler: _judge(work, gate, h)))  # type: ignore[misc]
        for recipient in gate.recipients.all():
            group.create_task(_until(stop, lambda r=recipient: _serve(work, gate, r, holder, stop, looked_at)))  # type: ignore[misc]


async def _until(stop: asyncio.Event, step: Callable[[], Awaitable[bool]]) -> None:
    """Step after step; a pause after each that found nothing to do, a longer one when something is not there."""
    while not stop.is_set():
        try:
            pause_s = 0.0 if await step() else IDLE_S
        except (Problem, OperationalError, NotSent, Unsettled, Rejected) as lost:
            log.warning("gateway: %s", lost.code.name if isinstance(lost, Problem) else type(lost).__name__)
            pause_s = LOST_S
        except Exception as defect:  # of one connector or one handler: the others go on
            log.error("gateway: defect %s", told_without_values(defect))  # noqa: TRY400  # a traceback quotes values
            pause_s = DEFECT_S
        await _wait(stop, pause_s)


def told_without_values(defect: BaseException) -> str:
    """What kind of defect it is and where it happened; its message may quote a person's value."""
    while isinstance(defect, BaseExceptionGroup):
        defect = defect.exceptions[0]
    frames = traceback.extract_tb(defect.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(defect).__name__}{place}"


async def _judge(work: Work, gate: Gate, handler: HandlerId) -> bool:
    return bool(await judging.judge_all(work, gate, handler))


async def _serve(
    work: Work, gate: Gate, recipient: Recipient, holder: str, stop: asyncio.Event, looked_at: LookedAt
) -> bool:
    """Follow the rules, take back, send what is due, unless locked out; answers whether more can be done at once."""
    if not await connections.take(work, recipient, holder):
        return False
    renewing = asyncio.create_task(_renew(work, recipient, holder))
    try:
        if await lockout.is_shut(work, recipient):
            return False
        if await waking.follow_rules(work, gate, recipient.handler, recipient.contract):
            return True
        recalled = await recalling.run_recalls(work, recipient)
        tally = await _send_when_due(work, gate, recipient, stop, looked_at)
    finally:
        renewing.cancel()
        await connections.let_go(work, recipient, holder)
    return bool(recalled.done or (tally is not None and tally.arrived and not tally.finished))


async def _send_when_due(
    work: Work, gate: Gate, recipient: Recipient, stop: asyncio.Event, looked_at: LookedAt
) -> Tally | None:
    """A round, if the contract's time for one has come; first of all, and after a stop, the recipient is looked at."""
    if not await connections.is_due(work, gate, recipient):
        return None
    known = await connections.find(work, recipient)
    seen = None if known is None else (recipient.contract, known.state_at)
    if seen not in looked_at:
        if not await starting.fits(work, gate, recipient):
            return None
        looked_at.add(seen)
    counted = await statistics.run_round(work, gate, recipient)
    if counted is not None:
        return counted
    return await dispatch.run_round(work, gate, recipient, USUAL, stop=stop)


async def _renew(work: Work, recipient: Recipient, holder: str) -> None:
    while True:
        await asyncio.sleep(RENEW_S)
        await connections.take(work, recipient, holder)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), max(seconds, 0.001))
    except TimeoutError:
        return
