"""Rows of what was heard from abroad, of objections, and of how far recipients were read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIND_BY_REMOTE: Final = """
select p.subject_id from gateway.presence p
 where p.handler_id = %s and p.contract = any(%s) and p.remote_id = %s and p.remote_id <> '' order by p.id desc limit 1
"""
FIND_BY_NAME: Final = """
select p.subject_id from gateway.presence p
 where p.handler_id = %s and p.external_index = %s and p.contract = any(%s) order by p.id desc limit 1
"""
INSERT_HEARD: Final = """
insert into abroad.heard (id, handler_id, source, said_index, kind, matter, subject_id, outcome, said_at, heard_at)
values (%(id)s, %(handler)s, %(source)s, %(said_index)s, %(kind)s, %(matter)s, %(subject)s, %(outcome)s, %(said_at)s,
        %(heard_at)s)
on conflict (handler_id, source, said_index) do nothing
"""
LIST_HEARD: Final = """
select id, source, kind, matter, subject_id, outcome, said_at, heard_at from abroad.heard
 where handler_id = %s and id > %s order by id limit %s
"""
OBJECT: Final = """
insert into abroad.objection (subject_id, handler_id, heard_id, objected_at) values (%s, %s, %s, %s)
on conflict (subject_id) do update
   set heard_id = excluded.heard_id, objected_at = excluded.objected_at, lifted_at = null
"""
LIFT: Final = """
update abroad.objection set lifted_at = now()
 where lifted_at is null
   and subject_id in (select id from identity.subject where id = %(person)s or stands_for = %(person)s)
"""
LIST_OBJECTING: Final = """
select distinct coalesce(s.stands_for, s.id) as person
  from identity.subject s join abroad.objection o on o.subject_id = s.id
 where (s.id = any(%(persons)s) or s.stands_for = any(%(persons)s)) and o.lifted_at is null
"""
FIND_CURSOR: Final = "select read_until from abroad.cursor where handler_id = %s and source = %s"
MOVE_CURSOR: Final = """
insert into abroad.cursor (handler_id, source, read_until, polled_at) values (%s, %s, %s, %s)
on conflict (handler_id, source) do update
   set read_until = greatest(abroad.cursor.read_until, excluded.read_until), polled_at = excluded.polled_at
"""
LIST_STATED: Final = """
select record_index, said from abroad.stated where handler_id = %s and source = %s and record_index = any(%s)
"""
STATE: Final = """
insert into abroad.stated (handler_id, source, record_index, said) values (%s, %s, %s, %s)
on conflict (handler_id, source, record_index) do update set said = excluded.said
"""
LOCK_SOURCE: Final = "select pg_advisory_xact_lock(hashtextextended('abroad.' || %s, %s))"


async def find_by_remote(conn: Conn, handler: HandlerId, contracts: Sequence[str], record: str) -> SubjectId | None:
    """Whom a recipient knows under its own record number."""
    row = await (await conn.execute(FIND_BY_REMOTE, (handler, list(contracts), record))).fetchone()
    return None if row is None else SubjectId(row["subject_id"])


async def find_by_name(conn: Conn, handler: HandlerId, contracts: Sequence[str], index: bytes) -> SubjectId | None:
    """Whom a recipient knows under a name that we gave."""
    row = await (await conn.execute(FIND_BY_NAME, (handler, index, list(contracts)))).fetchone()
    return None if row is None else SubjectId(row["subject_id"])


async def insert_heard(conn: Conn, values: dict[str, object]) -> bool:
    """False where it was heard before."""
    return (await conn.execute(INSERT_HEARD, values)).rowcount == 1


async def list_heard(conn: Conn, handler: HandlerId, after: str, limit: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_HEARD, (handler, after, limit))).fetchall()


async def object_to_all(conn: Conn, handler: HandlerId, subject: SubjectId, heard: str, now: datetime) -> None:
    await conn.execute(OBJECT, (subject, handler, heard, now))


async def lift(conn: Conn, person: SubjectId) -> None:
    await conn.execute(LIFT, {"person": person})


async def list_objecting(conn: Conn, persons: Sequence[SubjectId]) -> list[SubjectId]:
    rows = await (await conn.execute(LIST_OBJECTING, {"persons": list(persons)})).fetchall()
    return [SubjectId(row["person"]) for row in rows]


async def find_cursor(conn: Conn, handler: HandlerId, source: str) -> datetime | None:
    row = await (await conn.execute(FIND_CURSOR, (handler, source))).fetchone()
    return None if row is None else row["read_until"]


async def move_cursor(conn: Conn, handler: HandlerId, source: str, until: datetime, now: datetime) -> None:
    """Never backwards."""
    await conn.execute(MOVE_CURSOR, (handler, source, until, now))


async def list_stated(conn: Conn, handler: HandlerId, source: str, records: Sequence[bytes]) -> dict[bytes, bool]:
    rows = await (await conn.execute(LIST_STATED, (handler, source, list(records)))).fetchall()
    return {row["record_index"]: row["said"] for row in rows}


async def state(conn: Conn, handler: HandlerId, source: str, record: bytes, said: bool) -> None:
    await conn.execute(STATE, (handler, source, record, said))


async def lock_source(conn: Conn, handler: HandlerId, source: str) -> None:
    """One reader of a source at a time, until commit."""
    await conn.execute(LOCK_SOURCE, (source, handler))
