"""What the record of orders tells of many persons at once, added up: how often, for how much, when last.

For the reader of an export contract (`border.DeclaredReader`); `persons` are those meant, after merges. An order counts
from its payment on, and no longer once all of it was paid back. Whoever has none is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yumen.customer.orders import bought_store as store
from yumen.kit.clock import shanghai_day
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork


async def times(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, int]:
    """Orders paid and not paid back."""
    return {one.person: one.times for one in await store.list_bought(uow.conn, persons)}


async def spent_fen(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, int]:
    """Paid for them, less what was paid back."""
    return {one.person: one.spent_fen for one in await store.list_bought(uow.conn, persons)}


async def last_on(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    """The day in China (`2026-11-26`) on which the last of them was paid."""
    return {one.person: shanghai_day(one.last_at).isoformat() for one in await store.list_bought(uow.conn, persons)}
