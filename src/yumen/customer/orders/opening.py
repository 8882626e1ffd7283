"""Open a field of many persons' parcels at once: to whom the order under way goes, or the address they prefer.

For the reader of an export contract (`border.DeclaredReader`), as for cross-border shopping; `persons` are those meant,
after merges. Whoever has no order under way, or no address, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yumen.customer.orders import opening_store as store
from yumen.customer.orders.destination import one_line, unpacked
from yumen.customer.orders.fields import ADDRESS, BOOK_ADDRESS, BOOK_PHONE, BOOK_RECIPIENT, PHONE, RECIPIENT
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import Field

Values = Mapping[SubjectId, str]


async def recipients(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return await _opened(uow, RECIPIENT, await store.list_of_order(uow.conn, persons, RECIPIENT.name))


async def phones(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return await _opened(uow, PHONE, await store.list_of_order(uow.conn, persons, PHONE.name))


async def addresses(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    """On one line."""
    found = await _opened(uow, ADDRESS, await store.list_of_order(uow.conn, persons, ADDRESS.name))
    return {person: one_line(unpacked(value)) for person, value in found.items()}


async def book_recipients(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return await _opened(uow, BOOK_RECIPIENT, await store.list_of_book(uow.conn, persons, BOOK_RECIPIENT.name))


async def book_phones(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return await _opened(uow, BOOK_PHONE, await store.list_of_book(uow.conn, persons, BOOK_PHONE.name))


async def book_addresses(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    """On one line."""
    found = await _opened(uow, BOOK_ADDRESS, await store.list_of_book(uow.conn, persons, BOOK_ADDRESS.name))
    return {person: one_line(unpacked(value)) for person, value in found.items()}


async def _opened(uow: UnitOfWork, field: Field, rows: Sequence[store.Sealed]) -> Values:
    values = await vault.unseal_many(uow, [(row.subject, field, row.sealed) for row in rows])
    return {row.person: value for row, value in zip(rows, values, strict=True)}
