"""Let staff find a person by phone number: counted, limited, in the trail; and the same number may be two people."""

from __future__ import annotations

from collections.abc import Sequence

from yumen.customer.identity import Subject, subjects
from yumen.customer.profile import store
from yumen.customer.profile.fields import PHONE
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault


async def by_phone(uow: UnitOfWork, phone: str) -> Sequence[Subject]:
    """The persons of this handler with that number, at most `FOUND_MAX`; nothing of them but who they are.

    Raises `vault.bad_phone`, `vault.search_limit`.
    """
    found = await vault.search(uow, PHONE, phone, _find)
    return [await subjects.get(uow, person) for person in found]


async def _find(uow: UnitOfWork, index: bytes) -> Sequence[SubjectId]:
    return await store.find_by_phone(uow.conn, uow.handler, index)
