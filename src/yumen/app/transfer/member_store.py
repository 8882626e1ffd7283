"""Rows of persons as another system calls them, and of what waits for their consent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIND_MEMBERS: Final = """
select m.external_index, coalesce(s.stands_for, s.id) as person
  from inbound.member m join identity.subject s on s.id = m.subject_id
 where m.handler_id = %(handler)s and m.source = %(source)s and m.external_index = any(%(indexes)s::bytea[])
"""
LIST_SUPPRESSED: Final = """
select external_index from inbound.suppressed
 where handler_id = %(handler)s and source = %(source)s and external_index = any(%(indexes)s::bytea[])
"""
INSERT_MEMBERS: Final = """
insert into inbound.member (handler_id, source, external_index, subject_id, external_sealed, brought_at)
select %(handler)s, %(source)s, n.external_index, n.subject_id, n.external_sealed, %(now)s
  from unnest(%(indexes)s::bytea[], %(subjects)s::bigint[], %(sealed)s::bytea[])
       as n (external_index, subject_id, external_sealed)
on conflict (handler_id, source, external_index) do nothing
"""
INSERT_WAITING: Final = """
insert into inbound.waiting (subject_id, handler_id, nickname_sealed, birthday_sealed, until_at)
select n.subject_id, %(handler)s, n.nickname_sealed, n.birthday_sealed, %(until_at)s
  from unnest(%(subjects)s::bigint[], %(nicknames)s::bytea[], %(birthdays)s::bytea[])
       as n (subject_id, nickname_sealed, birthday_sealed)
on conflict (subject_id) do nothing
"""
TAKE_WAITING: Final = """
delete from inbound.waiting where subject_id = any(%s) returning subject_id, nickname_sealed, birthday_sealed
"""
FORGET_WAITING: Final = """
delete from inbound.waiting
 where subject_id in (select subject_id from inbound.waiting where until_at <= %s order by until_at limit %s)
"""
SUPPRESS: Final = """
with gone as (
    delete from inbound.member where subject_id = any(%s) returning handler_id, source, external_index
), kept as (
    insert into inbound.suppressed (handler_id, source, external_index)
    select handler_id, source, external_index from gone on conflict do nothing
)
select count(*) as gone from gone
"""
LIST_MEMBERS: Final = """
select subject_id, source, external_sealed, brought_at from inbound.member
 where subject_id = any(%s) order by brought_at limit 100
"""
FORGET_BATCH: Final = 10_000


async def find_members(conn: Conn, handler: HandlerId, source: str, indexes: Sequence[bytes]) -> dict[bytes, SubjectId]:
    """Who was brought under these indexes, after merges."""
    values = {"handler": handler, "source": source, "indexes": list(indexes)}
    rows = await (await conn.execute(FIND_MEMBERS, values)).fetchall()
    return {bytes(row["external_index"]): SubjectId(row["person"]) for row in rows}


async def list_suppressed(conn: Conn, handler: HandlerId, source: str, indexes: Sequence[bytes]) -> set[bytes]:
    """Which of these were erased here."""
    values = {"handler": handler, "source": source, "indexes": list(indexes)}
    return {bytes(row["external_index"]) for row in await (await conn.execute(LIST_SUPPRESSED, values)).fetchall()}


async def insert_members(
    conn: Conn, handler: HandlerId, source: str, members: Sequence[tuple[bytes, SubjectId, bytes]], now: datetime
) -> int:
    """Members as (index, subject, sealed); answers how many were new."""
    indexes, subjects, sealed = ([member[place] for member in members] for place in range(3))
    values = {
        "handler": handler, "source": source, "indexes": indexes, "subjects": subjects, "sealed": sealed, "now": now,
    }  # fmt: skip
    return (await conn.execute(INSERT_MEMBERS, values)).rowcount


async def insert_waiting(
    conn: Conn,
    handler: HandlerId,
    waiting: Mapping[SubjectId, Mapping[str, bytes]],
    until_at: datetime,
) -> None:
    """What was told elsewhere by choice, by field; what waits already stays."""
    values = {
        "handler": handler,
        "subjects": list(waiting),
        "nicknames": [fields.get("nickname") for fields in waiting.values()],
        "birthdays": [fields.get("birthday") for fields in waiting.values()],
        "until_at": until_at,
    }
    await conn.execute(INSERT_WAITING, values)


async def take_waiting(conn: Conn, family: Sequence[SubjectId]) -> Sequence[DictRow]:
    """Take away what waits for these; answers what it was."""
    return await (await conn.execute(TAKE_WAITING, (list(family),))).fetchall()


async def list_waiting(conn: Conn, family: Sequence[SubjectId]) -> Sequence[DictRow]:
    query = (
        "select subject_id, nickname_sealed, birthday_sealed from inbound.waiting where subject_id = any(%s) limit 100"
    )
    return await (await conn.execute(query, (list(family),))).fetchall()


async def forget_waiting(conn: Conn, now: datetime) -> int:
    """What waited long enough goes, a batch at a time."""
    return (await conn.execute(FORGET_WAITING, (now, FORGET_BATCH))).rowcount


async def list_members(conn: Conn, family: Sequence[SubjectId]) -> Sequence[DictRow]:
    """What other systems call these."""
    return await (await conn.execute(LIST_MEMBERS, (list(family),))).fetchall()


async def suppress(conn: Conn, family: Sequence[SubjectId]) -> int:
    """Forget what other systems call these, but for a fingerprint by which they are refused; answers how many."""
    row = await (await conn.execute(SUPPRESS, (list(family),))).fetchone()
    return int(row["gone"]) if row else 0
