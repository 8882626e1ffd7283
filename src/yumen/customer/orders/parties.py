"""Who of many persons is party to a contract that is being carried out (PIPL art. 13(1)2, Order 16 art. 5(1)(1))."""

from __future__ import annotations

from collections.abc import Sequence

from yumen.customer.orders import party_store as store
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork


async def of_many(uow: UnitOfWork, persons: Sequence[SubjectId]) -> set[SubjectId]:
    """Those with an order that was paid and is not completed; `persons` are those meant, after merges."""
    return await store.list_parties(uow.conn, persons)
