"""Rows of many subjects at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.rows import DictRow

from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIND: Final = """
select s.id, p.id as person, p.ref, p.erased_at is not null as erased
  from identity.subject s join identity.subject p on p.id = coalesce(s.stands_for, s.id)
 where s.id = any(%s::bigint[]) and s.handler_id = %s order by s.id
"""
PAGE: Final = """
select id from identity.subject
 where handler_id = %s and id > %s and stands_for is null and erased_at is null order by id limit %s
"""
COUNT: Final = """
select count(*) as persons from identity.subject
 where handler_id = %s and stands_for is null and erased_at is null
"""


async def find(conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId]) -> Sequence[DictRow]:
    return await (await conn.execute(FIND, (arrays.plain(subjects), handler))).fetchall()


async def page(conn: Conn, handler: HandlerId, after: SubjectId, limit: int) -> list[SubjectId]:
    rows = await (await conn.execute(PAGE, (handler, after, limit))).fetchall()
    return [SubjectId(row["id"]) for row in rows]


async def count(conn: Conn, handler: HandlerId) -> int:
    row = await (await conn.execute(COUNT, (handler,))).fetchone()
    return int(row["persons"]) if row else 0
