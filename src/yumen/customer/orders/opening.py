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
    return await _of_order(uow, RECIPIENT, persons)


async def phones(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return await _of_order(uow, PHONE, persons)


async def addresses(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return _on_one_line(await _of_order(uow, ADDRESS, persons))


async def book_recipients(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return await _of_book(uow, BOOK_RECIPIENT, persons)


async def book_phones(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return await _of_book(uow, BOOK_PHONE, persons)


async def book_addresses(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Values:
    return _on_one_line(await _of_book(uow, BOOK_ADDRESS, persons))


async def _of_order(uow: UnitOfWork, field: Field, persons: Sequence[SubjectId]) -> Values:
    return await _opened(uow, field, await store.list_of_order(uow.conn, persons, field.name))


async def _of_book(uow: UnitOfWork, field: Field, persons: Sequence[SubjectId]) -> Values:
    return await _opened(uow, field, await store.list_of_book(uow.conn, persons, field.name))


async def _opened(uow: UnitOfWork, field: Field, rows: Sequence[store.Sealed]) -> Values:
    values = await vault.unseal_many(uow, [(row.subject, field, row.sealed) for row in rows])
    return {row.person: value for row, value in zip(rows, values, strict=True)}


def _on_one_line(found: Values) -> Values:
    return {person: one_line(unpacked(value)) for person, value in found.items()}
