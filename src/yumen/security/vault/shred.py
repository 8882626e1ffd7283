"""Destroy a person's key of one retention class: order it, then carry it out.

The order is an act of the main database, with its leaf, committed before the key database is touched; the carrying
out destroys the key, then notes it with a leaf of its own. A crash between the two databases leaves an order that
is not done, and carrying it out again changes nothing but that note. Both may be repeated.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.datamap import RetentionClass
from yumen.security.trail import LeafKind
from yumen.security.vault import store
from yumen.security.vault.store import Shredding
from yumen.security.vault.values import Vault

NOT_ORDERED: Final = Code("vault.shred_not_ordered", 409)
ORDERED: Final = LeafKind("vault.shred_ordered", "retention")
SHREDDED: Final = LeafKind("vault.shredded", "retention")

UNFINISHED_MAX: Final = 1000
REPEAT_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class ShredOrdered:
    """Somebody's key is to be destroyed; the listener calls `carry_out` in a unit of its own."""

    subject: SubjectId
    retention: RetentionClass


@recorded
async def order(uow: UnitOfWork, subject: SubjectId, retention: RetentionClass) -> bool:
    """Order the destruction; False when it was ordered before (then nothing is recorded)."""
    if not await store.insert_shredding(uow.conn, subject, retention, uow.now):
        return uow.unchanged(False)
    await trail.record(uow, ORDERED.name, subject=subject, retention=retention.value)
    await uow.emit(ShredOrdered(subject, retention))
    return True


@recorded
async def carry_out(uow: UnitOfWork, subject: SubjectId, retention: RetentionClass) -> bool:
    """Destroy an ordered key; False when that was done before. Raises `vault.shred_not_ordered`.

    In a unit of its own, after the order was committed: the key does not come back if this unit is rolled back.
    """
    known = await store.lock_shredding(uow.conn, subject, retention)
    if known is None:
        raise NOT_ORDERED(retention=retention.value)
    if known.done_at is not None:
        return uow.unchanged(False)
    await uow.use(Vault).keyring.shred([subject], retention)
    await store.update_shredding_done(uow.conn, subject, retention, uow.now)
    await trail.record(uow, SHREDDED.name, subject=subject, retention=retention.value)
    return True


async def repeat_all(uow: UnitOfWork) -> int:
    """Destroy again every key that was ever ordered destroyed, after the key database was restored from a backup.

    Answers how many had come back. Their leaves were written the first time; servers stay stopped meanwhile.
    """
    again, after = 0, store.FIRST
    while after is not None:
        orders, after = await store.list_orders(uow.conn, after, REPEAT_BATCH)
        for retention in RetentionClass:
            subjects = [order.subject for order in orders if order.retention is retention]
            again += await uow.use(Vault).keyring.shred(subjects, retention)
    return again


async def list_unfinished(uow: UnitOfWork) -> Sequence[Shredding]:
    """Orders whose carrying out is missing, oldest first, at most 1,000: for a periodic job and after a crash."""
    return await store.list_unfinished(uow.conn, UNFINISHED_MAX)
