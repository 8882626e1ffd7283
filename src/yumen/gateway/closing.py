"""The daily recount: a difference between meter, rows and ledger closes the border until people have explained it.

While it is closed nobody is judged and nothing is sent; recalls go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yumen.border import figures
from yumen.gateway import closure_store as store
from yumen.gateway.gate import gateway_actor
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, new_id
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("gateway.closure_unknown", 404)

CLOSED: Final = LeafKind("border.closed", "closure", "year", "counter", "booked", "counted")
REOPENED: Final = LeafKind("border.reopened", "closure", "reason", "approval")

ACT: Final = "gateway.reopen"


@dataclass(frozen=True, slots=True)
class BorderClosed:
    """The recount found a difference. No personal value."""

    handler: int
    closure: str
    year: int
    counter: int


async def recount(work: Work, handler: HandlerId) -> int:
    """Count this year and the last again, from one snapshot; answers how many differences closed the border."""
    async with work.begin(gateway_actor(handler)) as uow:
        await store.one_snapshot(uow.conn)
        year = shanghai_day(uow.now).year
        found = [(one, counted) for one in (year, year - 1) for counted in await figures.recount(uow, one)]
    differing = [(year, counted) for year, counted in found if not counted.agrees]
    for year, counted in differing:
        async with work.begin(gateway_actor(handler)) as uow:
            await _close(uow, year, counted)
    return len(differing)


async def is_closed(uow: UnitOfWork) -> bool:
    """Is the border of this handler closed?"""
    return await store.is_closed(uow.conn, uow.handler)


async def list_closed(uow: UnitOfWork) -> list[store.Closure]:
    """What closed it and is not explained."""
    return await store.list_closed(uow.conn, uow.handler)


def reopen_facts(closure: str, reason: str) -> four_eyes.Facts:
    """What the second person approves."""
    return {"closure": closure, "reason": reason}


@recorded
async def reopen(uow: UnitOfWork, closure: str, reason: str, approval: str | None) -> None:
    """Say what the difference was (a code), as a second person approved.

    Raises `gateway.closure_unknown`, `approval.…`.
    """
    await four_eyes.consume(uow, approval, ACT, four_eyes.facts_hash(reopen_facts(closure, reason)))
    if not await store.reopen(uow.conn, uow.handler, closure, uow.actor.id, reason, uow.now):
        raise UNKNOWN()
    await trail.record(uow, REOPENED.name, closure=closure, reason=reason, approval=approval)


@recorded
async def _close(uow: UnitOfWork, year: int, counted: figures.Recount) -> None:
    closure, other = new_id("gcl"), counted.ledger if counted.ledger != counted.booked else counted.rows
    row = store.Closure(closure, year, int(counted.counter), counted.booked, other, uow.now)
    if not await store.insert(uow.conn, uow.handler, row):
        return uow.unchanged(None)
    await uow.emit(BorderClosed(uow.handler, closure, year, int(counted.counter)))
    await trail.record(
        uow, CLOSED.name, closure=closure, year=year, counter=int(counted.counter), booked=counted.booked, counted=other
    )
    return None
