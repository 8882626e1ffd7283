"""Rows of what persons asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId


class Request(Struct, frozen=True):
    """One request and what was done. `ref` is the person's outward id."""

    id: str
    kind: str
    ref: str
    actor: str
    asked_at: datetime
    settled_at: datetime
    erased: int
    kept: int


async def insert(
    conn: Conn, request: str, handler: HandlerId, subject: SubjectId, kind: str, actor: str, at: datetime,
    erased: int, kept: int,
) -> None:  # fmt: skip
    await conn.execute(
        "insert into rights.request (id, handler_id, subject_id, kind, actor, asked_at, settled_at, erased, kept)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (request, handler, subject, kind, actor, at, at, erased, kept),
    )


async def last_asked(conn: Conn, subject: SubjectId, kind: str) -> datetime | None:
    cursor = await conn.execute(
        "select max(asked_at) as asked_at from rights.request where subject_id = %s and kind = %s", (subject, kind)
    )
    row = await cursor.fetchone()
    return row["asked_at"] if row else None


async def list_of_handler(conn: Conn, handler: HandlerId, after: str, limit: int) -> Sequence[Request]:
    """The newest first; `after` is the id before which to go on."""
    cursor = await conn.execute(
        "select r.id, r.kind, s.ref, r.actor, r.asked_at, r.settled_at, r.erased, r.kept"
        " from rights.request r join identity.subject s on s.id = r.subject_id"
        " where r.handler_id = %s and r.id < %s order by r.id desc limit %s",
        (handler, after, limit),
    )
    return [Request(**row) for row in await cursor.fetchall()]
