"""A recipient deleted one of our people by itself: perhaps the person asked for it there. People must look.

The name is marked as lost and a case opened; the next change of that person is not written anew until somebody retries
the case. A deletion that we asked for ourselves, by a recall, is none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from yumen.border import transfers
from yumen.gateway import cases, presence_store
from yumen.gateway.inbound.hearing import Teller
from yumen.gateway.presence_store import Presence
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

DELETED: Final = LeafKind("abroad.deleted", "source", "contract")

TRANSFERS_MAX: Final = 20
UNSENT: Final = UUID(int=0)


class Heard(NamedTuple):
    """Of how many of our people it was news, and the records that we are taking back ourselves."""

    new: int
    by_us: frozenset[str]


async def hear(uow: UnitOfWork, teller: Teller, records: Collection[str]) -> Heard:
    """The recipient says that these records are no more."""
    there = await presence_store.list_of_remotes(uow.conn, uow.handler, teller.contracts, sorted(records))
    by_us = frozenset(one.remote_id for one in there if one.recalling)
    return Heard(sum([await _lose(uow, teller, one) for one in there if one.remote_id not in by_us]), by_us)


@recorded
async def _lose(uow: UnitOfWork, teller: Teller, one: Presence) -> bool:
    if one.arrived_at is None or not await presence_store.lose(uow.conn, one.id, uow.now):
        return uow.unchanged(False)
    last = await _last_transfer(uow, one)
    await cases.open_many(uow, one.contract, [(one.subject, str(last), cases.DELETED, "")])
    await trail.record(uow, DELETED.name, subject=one.subject, source=teller.name, contract=one.contract)
    return True


async def _last_transfer(uow: UnitOfWork, one: Presence) -> UUID:
    """The newest that was booked for them under the contract: what the case is about."""
    booked: Sequence[transfers.Transfer] = await transfers.of_person(uow, [one.subject], TRANSFERS_MAX)
    return next((transfer.key for transfer in booked if transfer.contract == one.contract), UNSENT)
