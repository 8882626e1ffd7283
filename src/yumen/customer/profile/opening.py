"""Open one profile field of many persons at once; who has no value is left out.

For the reader of an export contract (`border.DeclaredReader`), which asks for declared fields only. `persons` are those
meant, after merges: a value may lie under any subject that stands for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yumen.customer.profile import opening_store as store
from yumen.customer.profile.fields import BIRTHDAY, NICKNAME, PHONE, REGION
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.datamap import Field


async def phones(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    """E.164."""
    return await _opened(uow, PHONE, await store.list_phones(uow.conn, persons))


async def nicknames(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    return await _opened(uow, NICKNAME, await store.list_details(uow.conn, persons, NICKNAME.name))


async def birthdays(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    """ISO 8601."""
    return await _opened(uow, BIRTHDAY, await store.list_details(uow.conn, persons, BIRTHDAY.name))


async def regions(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    return await _opened(uow, REGION, await store.list_details(uow.conn, persons, REGION.name))


async def _opened(uow: UnitOfWork, field: Field, rows: Sequence[store.Sealed]) -> Mapping[SubjectId, str]:
    values = await vault.unseal_many(uow, [(row.subject, field, row.sealed) for row in rows])
    return {row.person: value for row, value in zip(rows, values, strict=True)}
