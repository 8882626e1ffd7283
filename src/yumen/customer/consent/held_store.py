"""Rows of answers of many persons at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.consent.store import State
from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

NOTICES_MAX: Final = 1000

LIST_NEWEST: Final = """
with needed as (
    select purpose, max(version) as version from consent.notice
     where handler_id = %(handler)s and material group by purpose
)
select subject_id, array_agg(notice_id) as shown, array_agg(purpose) filter (where held) as purposes
  from (
    select distinct on (a.subject_id, a.purpose) a.subject_id, a.purpose, a.notice_id,
           a.state = %(given)s and n.version >= coalesce(needed.version, 1) as held
      from consent.answer a join consent.notice n on n.id = a.notice_id left join needed on needed.purpose = a.purpose
     where a.subject_id = any(%(persons)s::bigint[]) and a.handler_id = %(handler)s
     order by a.subject_id, a.purpose, a.seq desc
  ) as newest
 group by subject_id
"""
LIST_BODIES: Final = "select id, body from consent.notice where handler_id = %s order by id desc limit %s"


async def list_newest(conn: Conn, handler: HandlerId, persons: Sequence[SubjectId]) -> Sequence[DictRow]:
    """By person: the notices of their newest answers, and the purposes to which the newest is a yes that counts."""
    values = {"handler": handler, "persons": arrays.plain(persons), "given": State.GIVEN}
    return await (await conn.execute(LIST_NEWEST, values)).fetchall()


async def list_bodies(conn: Conn, handler: HandlerId) -> list[tuple[int, bytes]]:
    """Every notice that was ever shown, the newest first."""
    rows = await (await conn.execute(LIST_BODIES, (handler, NOTICES_MAX))).fetchall()
    return [(row["id"], row["body"]) for row in rows]
