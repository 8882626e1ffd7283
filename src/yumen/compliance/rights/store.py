"""Rows of what persons asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId


class Request(Struct, frozen=True):
    """One request and what was done. `ref` is the person's outward id.

    What was asked here is carried out at once. What was asked at a recipient abroad names it as `source`, is due at
    `due_at` and open until it has an `answer`.
    """

    id: str
    kind: str
    ref: str
    actor: str
    asked_at: datetime
    settled_at: datetime | None
    erased: int
    kept: int
    source: str | None
    due_at: datetime | None
    answer: str | None


class Heard(Struct, frozen=True):
    """What was asked at a recipient, as it is written down."""

    id: str
    kind: str
    subject: SubjectId
    source: str
    heard: str
    asked_at: datetime
    due_at: datetime


class Asked(Struct, frozen=True):
    """A request under the lock of whoever answers it."""

    kind: str
    subject: SubjectId
    settled: bool


SHOWN: Final = """select r.id, r.kind, s.ref, r.actor, r.asked_at, r.settled_at, r.erased, r.kept, r.source, r.due_at,
       r.answer
  from rights.request r join identity.subject s on s.id = r.subject_id"""


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


async def insert_heard(conn: Conn, handler: HandlerId, actor: str, asked: Heard) -> bool:
    """False when this statement has been written down before."""
    cursor = await conn.execute(
        "insert into rights.request (id, handler_id, subject_id, kind, actor, asked_at, heard, source, due_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict (heard) do nothing",
        (
            asked.id, handler, asked.subject, asked.kind, actor, asked.asked_at, asked.heard, asked.source,
            asked.due_at,
        ),
    )  # fmt: skip
    return cursor.rowcount == 1


async def lock(conn: Conn, handler: HandlerId, request: str) -> Asked | None:
    cursor = await conn.execute(
        "select kind, subject_id, settled_at from rights.request where id = %s and handler_id = %s for update",
        (request, handler),
    )
    row = await cursor.fetchone()
    return None if row is None else Asked(row["kind"], SubjectId(row["subject_id"]), row["settled_at"] is not None)


async def settle(conn: Conn, request: str, answer: str, actor: str, at: datetime, erased: int, kept: int) -> None:
    await conn.execute(
        "update rights.request set settled_at = %s, settled_by = %s, answer = %s, erased = %s, kept = %s where id = %s",
        (at, actor, answer, erased, kept, request),
    )


async def sources_overdue(conn: Conn, handler: HandlerId, now: datetime) -> Sequence[str]:
    """At most a hundred names: as many recipients as anybody has."""
    cursor = await conn.execute(
        "select distinct source from rights.request where handler_id = %s and settled_at is null and due_at <= %s"
        " order by source limit 100",
        (handler, now),
    )
    return [row["source"] for row in await cursor.fetchall()]


async def list_open(conn: Conn, handler: HandlerId, after: str, limit: int) -> Sequence[Request]:
    """The oldest first; `after` is the id after which to go on."""
    cursor = await conn.execute(
        f"{SHOWN} where r.handler_id = %s and r.settled_at is null and r.id > %s order by r.id limit %s",
        (handler, after, limit),
    )
    return [Request(**row) for row in await cursor.fetchall()]


async def list_of_handler(conn: Conn, handler: HandlerId, after: str, limit: int) -> Sequence[Request]:
    """The newest first; `after` is the id before which to go on."""
    cursor = await conn.execute(
        f"{SHOWN} where r.handler_id = %s and r.id < %s order by r.id desc limit %s", (handler, after, limit)
    )
    return [Request(**row) for row in await cursor.fetchall()]
