"""Pause, resume, stop and look at the way to a recipient; send everybody again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from yumen.border import filings
from yumen.gateway import connection_store as store
from yumen.gateway import presence_store, recall_store
from yumen.gateway.capture import note_page
from yumen.gateway.connection_store import Connection
from yumen.gateway.gate import Gate, Recipient, gateway_actor
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("gateway.connection_unknown", 404)

SILENT: Final = timedelta(hours=12)
"""A link that breaks for a night is nobody's alarm."""

PAUSED: Final = LeafKind("gateway.paused", "contract", "code")
RESUMED: Final = LeafKind("gateway.resumed", "contract", "code")
STOPPED: Final = LeafKind("gateway.stopped", "contract", "code")
RESYNCED: Final = LeafKind("gateway.resynced", "contract")


@dataclass(frozen=True, slots=True)
class Stopped:
    """A recipient refused a whole call: nothing more is sent until people have looked. No personal value."""

    handler: int
    contract: str
    code: str


@dataclass(frozen=True, slots=True)
class Status:
    """A connection, and how much is there, on its way, being taken back, or waiting for people."""

    connection: Connection
    arrived: int
    flying: int
    recalls_open: int
    recalls_for_people: int


async def pause(uow: UnitOfWork, contract: str, reason: str) -> None:
    """Send nothing more to that recipient until resumed; recalls go on. `reason` is a code.

    Raises `gateway.connection_unknown`.
    """
    await _set(uow, contract, "paused", PAUSED, reason)


async def resume(uow: UnitOfWork, contract: str) -> None:
    """Go on, also after a stop or a lock-out: what was refused as a whole is asked for and sent again.

    Raises `gateway.connection_unknown`.
    """
    await _set(uow, contract, "running", RESUMED, "")


async def stop(uow: UnitOfWork, contract: str, code: str) -> None:
    """The recipient refused a whole call: stop, and tell people."""
    if await _set(uow, contract, "stopped", STOPPED, code):
        await uow.emit(Stopped(uow.handler, contract, code))


@recorded
async def _set(uow: UnitOfWork, contract: str, state: str, kind: LeafKind, code: str) -> bool:
    """False when it was so before."""
    known = await store.lock(uow.conn, uow.handler, contract)
    if known is None:
        raise UNKNOWN()
    if known.state == state and known.locked_out_at is None:
        return uow.unchanged(False)
    await store.set_state(uow.conn, uow.handler, contract, state, code, uow.now)
    await trail.record(uow, kind.name, contract=contract, code=trail_word(code) if code else None)
    return True


@recorded
async def order_resync(uow: UnitOfWork, contract: str) -> None:
    """Count nobody as unchanged any more; `resync` then lets everybody be judged anew.

    Raises `gateway.connection_unknown`.
    """
    if await store.lock(uow.conn, uow.handler, contract) is None:
        raise UNKNOWN()
    await presence_store.send_anew(uow.conn, uow.handler, contract)
    await trail.record(uow, RESYNCED.name, contract=contract)


async def resync(work: Work, handler: HandlerId) -> int:
    """Write everybody down to be judged, page by page; answers how many pages. Safe to repeat."""
    after: SubjectId | None = SubjectId(0)
    pages = 0
    while after is not None:
        async with work.begin(gateway_actor(handler)) as uow:
            after = await note_page(uow, after)
            pages += 1
    return pages


async def take(work: Work, recipient: Recipient, holder: str) -> bool:
    """Serve that recipient, or go on serving it; False while another process does."""
    async with work.begin(recipient.actor) as uow:
        await store.ensure(uow.conn, uow.handler, recipient.contract, uow.now)
        return await store.take(uow.conn, uow.handler, recipient.contract, holder)


async def let_go(work: Work, recipient: Recipient, holder: str) -> None:
    """Let another process serve it."""
    async with work.begin(recipient.actor) as uow:
        await store.let_go(uow.conn, uow.handler, recipient.contract, holder)


async def find(work: Work, recipient: Recipient) -> Connection | None:
    """How that connection stands."""
    async with work.begin(recipient.actor) as uow:
        return await store.find(uow.conn, uow.handler, recipient.contract)


async def is_due(work: Work, gate: Gate, recipient: Recipient) -> bool:
    """Has the time for a round come, by the contract's schedule? Also when the last round was not finished."""
    async with work.begin(recipient.actor) as uow:
        known = await store.find(uow.conn, uow.handler, recipient.contract)
        if known is None or known.round_at is None:
            return True
        rules = await filings.rules(uow, gate.data_map, gate.what_is(uow.handler))
        every = [c.draft.schedule.every_minutes for c in rules.contracts.values() if c.draft.id == recipient.contract]
        return uow.now >= known.round_at + timedelta(minutes=min(every, default=0))


async def list_silent(uow: UnitOfWork) -> list[str]:
    """Contracts whose recipient has not answered for longer than `SILENT`."""
    known = await store.list_all(uow.conn, uow.handler)
    return [one.contract for one in known if one.down_since_at and uow.now - one.down_since_at > SILENT]


async def status(uow: UnitOfWork) -> list[Status]:
    """Every connection of the handler."""
    found = []
    for one in await store.list_all(uow.conn, uow.handler):
        arrived, flying = await presence_store.count(uow.conn, uow.handler, one.contract)
        recalls = await recall_store.count(uow.conn, uow.handler, one.contract)
        found.append(Status(one, arrived, flying, *recalls))
    return found


def trail_word(code: str) -> str:
    """A recipient's code as the trail takes words: lower case, without what is no letter, digit, dot or dash."""
    kept = "".join(sign if sign.isascii() and sign.isalnum() else "_" for sign in code.lower()).strip("_")
    while "__" in kept:
        kept = kept.replace("__", "_")
    return kept[:48] or "unnamed"
