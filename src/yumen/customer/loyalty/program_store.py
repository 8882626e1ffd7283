"""Rows of programs: versions of how points are earned and what lifts a member."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

LOCK: Final = "select pg_advisory_xact_lock(hashtextextended('loyalty.program', %s))"
INSERT: Final = """
insert into loyalty.program (handler_id, kind, version, body, body_hash, starts_at, proposed_by, proposed_at)
select %(handler)s, %(kind)s, coalesce(max(version), 0) + 1, %(body)s, %(hash)s, %(starts_at)s, %(by)s, %(now)s
  from loyalty.program where handler_id = %(handler)s and kind = %(kind)s
returning version
"""
FIND: Final = """
select kind, version, body, body_hash, starts_at, proposed_by, proposed_at, adopted_at from loyalty.program
 where handler_id = %(handler)s and kind = %(kind)s and version = %(version)s
"""
FIND_IN_FORCE: Final = """
select version, body from loyalty.program
 where handler_id = %(handler)s and kind = %(kind)s and adopted_at is not null and starts_at <= %(at)s
 order by starts_at desc, version desc limit 1
"""
LIST: Final = """
select kind, version, body, body_hash, starts_at, proposed_by, proposed_at, adopted_at from loyalty.program
 where handler_id = %(handler)s and kind = %(kind)s and version < %(before)s order by version desc limit %(limit)s
"""
HAS_ADOPTED: Final = """
select 1 from loyalty.program where handler_id = %(handler)s and kind = %(kind)s and adopted_at is not null limit 1
"""
ADOPT: Final = """
update loyalty.program set adopted_at = %(now)s
 where handler_id = %(handler)s and kind = %(kind)s and version = %(version)s and adopted_at is null
"""


async def insert(
    conn: Conn,
    handler: HandlerId,
    kind: str,
    body: object,
    body_hash: bytes,
    starts_at: datetime,
    by: str,
    now: datetime,
) -> int:
    """Write a proposal down; answers its version."""
    await conn.execute(LOCK, (handler,))
    values = {
        "handler": handler,
        "kind": kind,
        "body": Jsonb(body),
        "hash": body_hash,
        "starts_at": starts_at,
        "by": by,
        "now": now,
    }
    row = await (await conn.execute(INSERT, values)).fetchone()
    assert row is not None
    return int(row["version"])


async def find(conn: Conn, handler: HandlerId, kind: str, version: int) -> DictRow | None:
    values = {"handler": handler, "kind": kind, "version": version}
    return await (await conn.execute(FIND, values)).fetchone()


async def find_in_force(conn: Conn, handler: HandlerId, kind: str, at: datetime) -> DictRow | None:
    """What was adopted and had begun at that moment, the latest."""
    return await (await conn.execute(FIND_IN_FORCE, {"handler": handler, "kind": kind, "at": at})).fetchone()


async def list_page(conn: Conn, handler: HandlerId, kind: str, before: int, limit: int) -> Sequence[DictRow]:
    values = {"handler": handler, "kind": kind, "before": before, "limit": limit}
    return await (await conn.execute(LIST, values)).fetchall()


async def has_adopted(conn: Conn, handler: HandlerId, kind: str) -> bool:
    return await (await conn.execute(HAS_ADOPTED, {"handler": handler, "kind": kind})).fetchone() is not None


async def adopt(conn: Conn, handler: HandlerId, kind: str, version: int, now: datetime) -> bool:
    """False when it was adopted before."""
    values = {"handler": handler, "kind": kind, "version": version, "now": now}
    return (await conn.execute(ADOPT, values)).rowcount == 1
