"""End points whose time is over, in batches; and tell people before, if they agreed to be told.

Points that ended cannot be spent from that moment on, whether this ran or not; this only books them. One posting a lot,
one leaf a batch. A batch that is interrupted is done by the next run.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from yumen.customer.consent import basis
from yumen.customer.loyalty import expiry_store, ledger_store
from yumen.customer.loyalty.events import PointsExpiring, PointsMoved
from yumen.customer.loyalty.ledger_store import Posting
from yumen.customer.loyalty.movement import ended
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId, SubjectId, new_id
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.datamap import Purpose

EXPIRED: Final = trail.LeafKind("points.expired", "lots", "points")

BATCH: Final = 100
ROUNDS_MAX: Final = 100_000
SOON: Final = timedelta(days=30)
"""How long before their end points are called expiring."""

_BEGINNING: Final = (datetime(1970, 1, 1, tzinfo=UTC), 0)


async def expire_job(work: Work, args: Arguments) -> None:
    """End everything that is due in a handler; arguments: `handler`. Safe to repeat and to run twice at once."""
    actor, after = _worker(args), _BEGINNING
    for _ in range(ROUNDS_MAX):
        async with work.begin(actor) as uow:
            after, found = await expire_batch(uow, after)
        if found < BATCH:
            return


async def expire_batch(uow: UnitOfWork, after: tuple[datetime, int] = _BEGINNING) -> tuple[tuple[datetime, int], int]:
    """End the next lots after that (moment, number); answers where it came to and how many were due."""
    due = await expiry_store.list_due(uow.conn, uow.handler, uow.now, after, BATCH)
    if not due:
        return after, 0
    held = await expiry_store.lock_free(uow.conn, [SubjectId(row["subject_id"]) for row in due])
    await _end(uow, [row["id"] for row in due], held)
    return (due[-1]["expires_at"], due[-1]["id"]), len(due)


@recorded
async def _end(uow: UnitOfWork, lots: list[int], held: list[SubjectId]) -> int:
    still = await expiry_store.list_held(uow.conn, lots, held, uow.now)
    if not still:
        return uow.unchanged(0)
    for lot in still:
        made = new_id("pst")
        posting = Posting(made, lot.subject, "expire", "expiry", f"{lot.id}.{made}", "", lot.left, uow.now)
        await ledger_store.write(uow.conn, uow.handler, posting, ended(lot))
        await uow.emit(PointsMoved(lot.subject, uow.handler))
    await trail.record(uow, EXPIRED.name, lots=len(still), points=sum(lot.left for lot in still))
    return len(still)


async def plan_notices_job(work: Work, args: Arguments) -> None:
    """Decide for everybody whose points end soon whether they are told; arguments: `handler`. Safe to repeat."""
    actor = _worker(args)
    for _ in range(ROUNDS_MAX):
        async with work.begin(actor) as uow:
            if await plan_notices(uow) < BATCH:
                return


async def plan_notices(uow: UnitOfWork) -> int:
    """Decide for the next people, once for each moment; whoever agreed to be addressed is told of by an event."""
    ending = await expiry_store.list_ending(uow.conn, uow.handler, uow.now, uow.now + SOON, BATCH)
    for row in ending:
        person = SubjectId(row["person"])
        told = await _agreed(uow, person)
        decision = "told" if told else "no_consent"
        await expiry_store.decide(uow.conn, person, row["expires_at"], decision, uow.now)
        if told:
            day = shanghai_day(row["expires_at"] - timedelta(microseconds=1)).isoformat()
            await uow.emit(PointsExpiring(person, uow.handler, row["points"], day))
    return len(ending)


async def _agreed(uow: UnitOfWork, person: SubjectId) -> bool:
    try:
        await basis.require(uow, person, Purpose.MARKETING)
    except Problem:
        return False
    return True


def _worker(args: Arguments) -> Actor:
    return Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))
