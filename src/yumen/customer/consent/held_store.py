"""Rows of answers of many persons at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

NOTICES_MAX: Final = 1000

LIST_NEWEST: Final = """
with needed as (
    select purpose, max(version) as version from consent.notice
     where handler_id = %(handler)s and material group by purpose
)
select distinct on (a.subject_id, a.purpose) a.subject_id, a.purpose, a.state, a.notice_id,
       n.version >= coalesce(needed.version, 1) as current
  from consent.answer a join consent.notice n on n.id = a.notice_id left join needed on needed.purpose = a.purpose
 where a.subject_id = any(%(persons)s) and a.handler_id = %(handler)s
 order by a.subject_id, a.purpose, a.seq desc
"""
LIST_BODIES: Final = "select id, body from consent.notice where handler_id = %s order by id desc limit %s"


async def list_newest(conn: Conn, handler: HandlerId, persons: Sequence[SubjectId]) -> Sequence[DictRow]:
    """The newest answer of each person for each purpose."""
    return await (await conn.execute(LIST_NEWEST, {"handler": handler, "persons": list(persons)})).fetchall()


async def list_bodies(conn: Conn, handler: HandlerId) -> list[tuple[int, bytes]]:
    """Every notice that was ever shown, the newest first."""
    rows = await (await conn.execute(LIST_BODIES, (handler, NOTICES_MAX))).fetchall()
    return [(row["id"], row["body"]) for row in rows]
