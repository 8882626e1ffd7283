"""The chores of the house, by the clock: forget what is past its time, finish what was interrupted, check the trail."""

from __future__ import annotations

from typing import Final

from yumen.app import refusals
from yumen.app.alarms import raise_alarm
from yumen.app.transfer.releasing import forget_waiting_job
from yumen.customer import identity
from yumen.kit.db import Role
from yumen.kit.ids import HandlerId
from yumen.kit.jobs import Arguments, Jobs
from yumen.kit.web import idempotency
from yumen.kit.work import Actor, ActorKind, Work
from yumen.monitoring import beacons
from yumen.security import trail, vault
from yumen.security.access import four_eyes
from yumen.wechat.push import forget_pushes_job

FORGET_ANSWERS: Final = "chore.forget_answers"
FORGET_PUSHES: Final = "chore.forget_pushes"
FINISH_SHREDS: Final = "chore.finish_shreds"
EXPIRE_APPROVALS: Final = "chore.expire_approvals"
FORGET_SESSIONS: Final = "chore.forget_sessions"
CHECK_TRAIL: Final = "chore.check_trail"
FORGET_WAITING: Final = "chore.forget_waiting"
FORGET_BEACONS: Final = "chore.forget_beacons"
FORGET_REFUSALS: Final = "chore.forget_refusals"


NOBODY: Final = HandlerId(0)


def register(jobs: Jobs) -> None:
    """Times are UTC: 18:00 UTC is 02:00 in Shanghai."""
    jobs.register(FORGET_ANSWERS, _forget_answers, cron="*/15 * * * *")
    jobs.register(FINISH_SHREDS, _finish_shreds, cron="*/5 * * * *")
    jobs.register(EXPIRE_APPROVALS, _expire_approvals, cron="7 * * * *")
    jobs.register(FORGET_PUSHES, forget_pushes_job, cron="0 18 * * *")
    jobs.register(FORGET_SESSIONS, _forget_sessions, cron="10 18 * * *")
    jobs.register(FORGET_WAITING, forget_waiting_job, cron="20 18 * * *")
    jobs.register(FORGET_BEACONS, _forget_beacons, cron="*/10 * * * *")
    jobs.register(FORGET_REFUSALS, _forget_refusals, cron="25 18 * * *")
    jobs.register(CHECK_TRAIL, _check_trail, cron="30 18 * * *")


def _actor(handler: HandlerId = NOBODY) -> Actor:
    return Actor(ActorKind.SYSTEM, "worker", handler)


async def _forget_answers(work: Work, args: Arguments) -> None:
    """Remembered answers to an Idempotency-Key live a day."""
    async with work.begin(_actor()) as uow:
        await idempotency.forget_expired(uow)


async def _forget_sessions(work: Work, args: Arguments) -> None:
    async with work.begin(_actor()) as uow:
        await identity.sessions.forget_ended(uow)


async def _forget_beacons(work: Work, args: Arguments) -> None:
    async with work.begin(_actor()) as uow:
        await beacons.forget_old(uow)


async def _forget_refusals(work: Work, args: Arguments) -> None:
    async with work.begin(_actor()) as uow:
        await refusals.forget_old(uow)


async def _finish_shreds(work: Work, args: Arguments) -> None:
    """A shredding that was ordered and interrupted is carried out; it was never undone in between."""
    async with work.begin(_actor()) as uow:
        unfinished = await vault.list_unfinished_shreds(uow)
    for shredding in unfinished:
        async with work.begin(_actor()) as uow:
            await vault.carry_out_shred(uow, shredding.subject, shredding.retention)


async def _expire_approvals(work: Work, args: Arguments) -> None:
    for handler in work.use(identity.Apps).handlers():
        async with work.begin(_actor(handler)) as uow:
            await four_eyes.expire_due(uow)


async def _check_trail(work: Work, args: Arguments) -> None:
    """The nightly look from inside; what is amiss is an alarm that stays until somebody clears it."""
    async with work.database.pool(Role.SEQUENCER).connection() as conn:
        health = await trail.check(conn)
    if not health.sound:
        async with work.begin(_actor()) as uow:
            await raise_alarm(uow, "trail.unsound", "trail")
