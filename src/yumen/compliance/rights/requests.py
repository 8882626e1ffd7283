"""What a person asks in the mini-program, carried out at once and written down as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from yumen.compliance.rights import store
from yumen.compliance.rights.copying import Part, copy
from yumen.compliance.rights.erasure import Erasure, erase
from yumen.compliance.rights.store import Request
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork

TOO_SOON: Final = Code("rights.too_soon", 429)

COPY_EVERY: Final = timedelta(seconds=30)
"""A copy opens everything; nobody needs two in a breath."""
NEWEST: Final = "rrq_~"


async def ask_copy(uow: UnitOfWork, subject: SubjectId) -> tuple[str, list[Part]]:
    """The request's id and the copy. Raises `rights.too_soon`."""
    last = await store.last_asked(uow.conn, subject, "copy")
    if last is not None and uow.now - last < COPY_EVERY:
        raise TOO_SOON(seconds=round((COPY_EVERY - (uow.now - last)).total_seconds()) or 1)
    parts = await copy(uow, subject)
    request = new_id("rrq")
    await store.insert(uow.conn, request, uow.handler, subject, "copy", uow.actor.id, uow.now, 0, 0)
    return request, parts


async def ask_deletion(uow: UnitOfWork, subject: SubjectId) -> tuple[str, Erasure]:
    """Delete the account now; the session that asked ends with it."""
    done = await erase(uow, subject, "asked")
    request = new_id("rrq")
    await store.insert(uow.conn, request, uow.handler, subject, "delete", uow.actor.id, uow.now, done.rows, done.kept)
    return request, done


async def list_requests(uow: UnitOfWork, after: str, limit: int) -> Sequence[Request]:
    """Everything asked of this handler, the newest first."""
    return await store.list_of_handler(uow.conn, uow.handler, after or NEWEST, limit)
