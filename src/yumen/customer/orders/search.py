"""Let staff find orders by the recipient's phone number or name: by blind index, counted, limited, in the trail."""

from __future__ import annotations

from collections.abc import Sequence

from yumen.customer.orders import store
from yumen.customer.orders.fields import PHONE, RECIPIENT
from yumen.customer.orders.store import Purchase
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault


async def by_phone(uow: UnitOfWork, phone: str) -> Sequence[Purchase]:
    """The latest orders that go to this number, at most `store.FOUND_MAX`.

    Raises `vault.bad_phone`, `vault.search_limit`.
    """
    found: list[Purchase] = []

    async def find(uow: UnitOfWork, index: bytes) -> Sequence[SubjectId]:
        found.extend(await store.list_by_phone(uow.conn, uow.handler, index))
        return sorted({order.subject for order in found})

    await vault.search(uow, PHONE, phone, find)
    return found


async def by_recipient(uow: UnitOfWork, name: str) -> Sequence[Purchase]:
    """The latest orders that go to somebody of this name. Raises `vault.search_limit`."""
    found: list[Purchase] = []

    async def find(uow: UnitOfWork, index: bytes) -> Sequence[SubjectId]:
        found.extend(await store.list_by_recipient(uow.conn, uow.handler, index))
        return sorted({order.subject for order in found})

    await vault.search(uow, RECIPIENT, name, find)
    return found
