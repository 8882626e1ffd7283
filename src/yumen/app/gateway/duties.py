"""What the gate does by the clock, and whom its troubles call: jobs, alarms, and the taps that write changes down."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from yumen.app.alarms import raise_alarm
from yumen.border import contracting
from yumen.border.authority import AuthorityBlocked
from yumen.border.figures import MeterReached
from yumen.customer import consent, identity
from yumen.gateway import (
    TOUCHING,
    Gate,
    capture,
    closing,
    connections,
    foresight,
    grounds,
    lockout,
    recall_queue,
    retraction,
    waking,
)
from yumen.gateway.gate import gateway_actor
from yumen.gateway.inbound import objections, poll_job
from yumen.kit.events import Bus
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments, Jobs
from yumen.kit.work import Work

RESYNC: Final = "gateway.resync"
RECOUNT: Final = "gateway.recount"
WAKE: Final = "gateway.wake_held"
SWEEP: Final = "gateway.sweep"
LOOK_AHEAD: Final = "gateway.look_ahead"
OVERDUE: Final = "gateway.recalls_overdue"
ASK: Final = "gateway.ask_abroad"

Run = Callable[[Work, Arguments], Awaitable[None]]


def tap(bus: Bus) -> None:
    """Let every act that may change what leaves write down whom it changed; a yes given here lifts an objection."""
    for event in TOUCHING:
        bus.tap(event, capture.note)
    bus.tap(consent.ConsentGranted, objections.lift)


def register(jobs: Jobs, bus: Bus) -> None:
    """Make the jobs known (times are UTC; 16:00 is midnight in China) and wire the alarms."""
    jobs.register(RESYNC, _resync)
    jobs.register(WAKE, _each(waking_held), cron="5 16 * * *")
    jobs.register(RECOUNT, _each(closing.recount), cron="35 17 * * *")
    jobs.register(SWEEP, _each(sweep), cron="15 * * * *")
    jobs.register(LOOK_AHEAD, _each(look_ahead), cron="25 * * * *")
    jobs.register(ASK, poll_job, cron="*/5 * * * *")
    jobs.register(OVERDUE, _each(overdue), cron="45 1 * * *")
    for event, code, place in (
        (AuthorityBlocked, "gateway.authority_blocked", "request"),
        (MeterReached, "gateway.meter_reached", "counter"),
        (closing.BorderClosed, "gateway.border_closed", "closure"),
        (connections.Stopped, "gateway.connection_stopped", "contract"),
        (lockout.LockedOut, "gateway.locked_out", "contract"),
    ):
        jobs.register(code, _alarm(code, place))
        bus.listen(event, code)


async def waking_held(work: Work, handler: HandlerId) -> None:
    """A new day, and once a year a new meter: who waited, and whose ground ended, is judged anew."""
    await waking.wake_held(work, work.use(Gate), handler)
    async with work.begin(gateway_actor(handler)) as uow:
        await grounds.wake_passed(uow)


async def sweep(work: Work, handler: HandlerId) -> None:
    """Contracts that ended, mechanisms that lapsed, time abroad that passed; and recipients that do not answer."""
    await retraction.sweep(work, work.use(Gate), handler)
    async with work.begin(gateway_actor(handler)) as uow:
        for contract in await connections.list_silent(uow):
            await raise_alarm(uow, "gateway.recipient_silent", contract)


async def look_ahead(work: Work, handler: HandlerId) -> None:
    """The meter's alarms, and contracts that look like one export in parts."""
    async with work.begin(gateway_actor(handler)) as uow:
        await foresight.raise_alarms(uow, work.use(Gate))
        for contract in await contracting.perhaps_split(uow):
            await raise_alarm(uow, "gateway.perhaps_split", contract)


async def overdue(work: Work, handler: HandlerId) -> None:
    """Name the recipients that have not taken somebody back in time, or refused to."""
    async with work.begin(gateway_actor(handler)) as uow:
        for contract, _ in await recall_queue.list_overdue(uow):
            await raise_alarm(uow, "gateway.recalls_overdue", contract)


def _each(run: Callable[[Work, HandlerId], Awaitable[Any]]) -> Run:
    async def each(work: Work, args: Arguments) -> None:
        for handler in work.use(identity.Apps).handlers():
            await run(work, handler)

    return each


async def _resync(work: Work, args: Arguments) -> None:
    await connections.resync(work, HandlerId(int(args["handler"] or 0)))


def _alarm(code: str, place: str) -> Run:
    async def alarm(work: Work, args: Arguments) -> None:
        async with work.begin(gateway_actor(HandlerId(int(args["handler"] or 0)))) as uow:
            await raise_alarm(uow, code, str(args[place]))

    return alarm
