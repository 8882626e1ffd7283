"""Take back an envelope that never left: nobody was there to take it, and who is in it is judged anew before the next.

Only the last of a chain, while it has no receipt; its number is given to the next one. The trail keeps both leaves.
"""

from __future__ import annotations

from typing import Final

from yumen.gateway.envelope import store, unsent_store
from yumen.gateway.envelope.sealing import Sealed
from yumen.gateway.envelope.store import Chain
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

TAKEN_BACK: Final = LeafKind("envelope.taken_back", "recipient", "sequence")


@recorded
async def take_back(uow: UnitOfWork, recipient: str, sealed: Sealed, before: Chain) -> bool:
    """`before` is the chain as it was; False when another envelope followed, or this one was receipted."""
    chain = await store.lock_chain(uow.conn, uow.handler, recipient)
    if chain.identity != sealed.identity:
        return uow.unchanged(False)
    if not await unsent_store.delete(uow.conn, uow.handler, recipient, sealed.sequence):
        return uow.unchanged(False)
    await store.move_chain(uow.conn, uow.handler, recipient, before)
    await trail.record(uow, TAKEN_BACK.name, recipient=recipient, sequence=sealed.sequence)
    return True
