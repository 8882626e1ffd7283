"""Rows of many members at once: the person's own, else the oldest of those who stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from yumen.customer.loyalty import member_store
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

LIST_MEMBERS: Final = """
select distinct on (n.person) n.person, m.subject_id, m.number_sealed
  from unnest(%s::bigint[]) as n (person)
  join identity.subject s on s.id = n.person or s.stands_for = n.person
  join loyalty.member m on m.subject_id = s.id
 order by n.person, s.id <> n.person, m.enrolled_at, m.subject_id
"""
LIST_POINTS: Final = """
select n.person, sum(l.left_points)::bigint as points
  from unnest(%(persons)s::bigint[]) as n (person)
  join identity.subject s on s.id = n.person or s.stands_for = n.person
  join loyalty.lot l on l.subject_id = s.id and l.left_points > 0 and l.expires_at > %(now)s
 group by n.person
"""


async def list_members(conn: Conn, persons: Sequence[SubjectId]) -> list[tuple[SubjectId, SubjectId, bytes]]:
    """Person, the subject under whom the membership lies, the sealed number."""
    rows = await (await conn.execute(LIST_MEMBERS, (list(persons),))).fetchall()
    return [(SubjectId(row["person"]), SubjectId(row["subject_id"]), row["number_sealed"]) for row in rows]


async def list_points(conn: Conn, persons: Sequence[SubjectId], now: datetime) -> dict[SubjectId, int]:
    rows = await (await conn.execute(LIST_POINTS, {"persons": list(persons), "now": now})).fetchall()
    return {SubjectId(row["person"]): row["points"] for row in rows}


async def find_number(conn: Conn, handler: HandlerId, index: bytes) -> Sequence[SubjectId]:
    return await member_store.find_by_number(conn, handler, index)
