"""Open what WeChat calls a person in one app, for the calls that need it; and find who is called so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from yumen.customer.identity import store
from yumen.customer.identity.fields import OPENID
from yumen.kit.errors import Code
from yumen.kit.ids import AppKey, SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault

NOT_NAMED: Final = Code("subject.not_named", 409)


async def openid_of(uow: UnitOfWork, person: SubjectId, app: AppKey) -> str:
    """The person's openid in this app, the latest if they have several. Raises `subject.not_named`."""
    row = await store.find_alias(uow.conn, person, app)
    if row is None:
        raise NOT_NAMED()
    return await vault.unseal(uow, SubjectId(row["subject_id"]), OPENID, row["openid_sealed"])


async def ask_openids(uow: UnitOfWork, named: Sequence[tuple[SubjectId, AppKey]]) -> AsyncCursor[DictRow]:
    """Where the same of many persons will come: in a pipeline another statement may be sent before it is read."""
    return await store.ask_newest_aliases(uow.conn, [person for person, _ in named], [app for _, app in named])


async def read_openids(uow: UnitOfWork, asked: AsyncCursor[DictRow]) -> dict[tuple[SubjectId, AppKey], str]:
    """Of those who have one; keys fetched together."""
    rows = await asked.fetchall()
    values = [(SubjectId(row["subject_id"]), OPENID, row["openid_sealed"]) for row in rows]
    opened = await vault.unseal_many(uow, values)
    return {(SubjectId(row["person"]), AppKey(row["app_id"])): openid for row, openid in zip(rows, opened, strict=True)}


async def find_by_openid(uow: UnitOfWork, app: AppKey, openid: str) -> SubjectId | None:
    """The person whom an app's openid names, after merges (WeChat's pushes name people so)."""
    index = await vault.index(uow, OPENID, openid)
    return await store.find_by_openid(uow.conn, app, index)
