"""A recipient that refuses who we are: a revoked app, an expired key, a user who was frozen. No person is at fault.

Nothing is sent, asked or taken back there until it knows us again. People are told once; the gate knocks by itself,
the rarer the longer it lasts, and goes on as soon as it is let in. `connections.resume` lets it knock at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from yumen.gateway import connection_store as store
from yumen.gateway.connection_store import Connection
from yumen.gateway.connectors.failures import LOCKED_OUT as CODES
from yumen.gateway.gate import Recipient
from yumen.kit.errors import Code, NotSent, Rejected, Unsettled
from yumen.kit.work import UnitOfWork, Work, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

LOCKED_OUT: Final = Code("gateway.locked_out", 502)
"""A call met it; the round ends."""

SHUT: Final = LeafKind("gateway.locked_out", "contract", "code")
OPENED: Final = LeafKind("gateway.let_in", "contract")

DOUBT: Final = timedelta(seconds=10)
"""A fresh session may be refused for a moment; a refused login is none."""
KNOCK_FIRST: Final = timedelta(seconds=5)
KNOCK_LAST: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class LockedOut:
    """People must mend the credentials. No personal value."""

    handler: int
    contract: str
    code: str


def raise_if_locked_out(recipient: Recipient, failure: NotSent | Unsettled | Rejected) -> None:
    """Raises `gateway.locked_out` when that is what the failure of a call means."""
    if failure.code in CODES:
        raise LOCKED_OUT(contract=recipient.contract, code=failure.code) from failure


async def note(work: Work, recipient: Recipient, code: str) -> None:
    """A call was refused with one of `failures.LOCKED_OUT`: mark the connection; once it is certain, tell people."""
    async with work.begin(recipient.actor) as uow:
        if await _shut(uow, recipient.contract, code):
            await uow.emit(LockedOut(uow.handler, recipient.contract, code))


async def is_shut(work: Work, recipient: Recipient) -> bool:
    """Does the recipient still refuse us? When it is time to, it is asked: by its description, which takes a login."""
    async with work.begin(recipient.actor) as uow:
        known = await store.find(uow.conn, uow.handler, recipient.contract)
        if known is None or known.locked_out_at is None:
            return False
        if uow.now < _knock_at(known, known.locked_out_at):
            return True
        await store.note_knock(uow.conn, uow.handler, recipient.contract, uow.now)
    try:
        await recipient.connector.describe()
    except (NotSent, Unsettled):
        return True
    except Rejected:
        pass  # it knows us, and refuses something else: the next call meets that
    async with work.begin(recipient.actor) as uow:
        await _open(uow, recipient.contract)
    return False


def _knock_at(known: Connection, since: datetime) -> datetime:
    """After as long again as it has lasted."""
    last = known.knocked_at or since
    return last + min(max(last - since, KNOCK_FIRST), KNOCK_LAST)


@recorded
async def _shut(uow: UnitOfWork, contract: str, code: str) -> bool:
    """Answers whether it is certain now and was not before."""
    known = await store.lock(uow.conn, uow.handler, contract)
    certain = code == "connector.login_refused" or (
        known is not None and known.down_since_at is not None and uow.now - known.down_since_at >= DOUBT
    )
    if not certain:
        await store.note_down(uow.conn, uow.handler, contract, code, uow.now)
        return uow.unchanged(False)
    await store.lock_out(uow.conn, uow.handler, contract, code, uow.now)
    if known is not None and known.locked_out_at is not None:
        return uow.unchanged(False)
    await trail.record(uow, SHUT.name, contract=contract, code=code)
    return True


@recorded
async def _open(uow: UnitOfWork, contract: str) -> None:
    await store.let_in(uow.conn, uow.handler, contract)
    await trail.record(uow, OPENED.name, contract=contract)
