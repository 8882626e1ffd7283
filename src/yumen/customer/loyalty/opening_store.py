"""Rows of many members at once: the person's own, else the oldest of those who stand for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from yumen.customer.loyalty import member_store
from yumen.kit import arrays
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

_FAMILIES: Final = """
  from unnest(%(persons)s::bigint[]) as n (person)
 cross join lateral (
    select n.person as id union all select s.id from identity.subject s where s.stands_for = n.person
 ) as f
"""
FIND_MEMBERS: Final = f"""
select coalesce(array_agg(distinct n.person), '{{}}') as persons {_FAMILIES}
  join loyalty.member m on m.subject_id = f.id
"""
LIST_MEMBERS: Final = f"""
select distinct on (n.person) n.person, m.subject_id, m.number_sealed {_FAMILIES}
  join loyalty.member m on m.subject_id = f.id
 order by n.person, f.id <> n.person, m.enrolled_at, m.subject_id
"""  # constants only
LIST_TIERS: Final = f"""
select distinct on (n.person) n.person, m.tier {_FAMILIES}
  join loyalty.member m on m.subject_id = f.id
 order by n.person, f.id <> n.person, m.enrolled_at, m.subject_id
"""  # constants only
LIST_POINTS: Final = f"""
select n.person, coalesce(sum(l.left_points), 0)::bigint as points {_FAMILIES}
  left join loyalty.member m on m.subject_id = f.id
  left join loyalty.lot l on l.subject_id = f.id and l.left_points > 0 and l.expires_at > %(now)s
 group by n.person having count(m.subject_id) > 0
"""  # constants only


async def find_members(conn: Conn, persons: Sequence[SubjectId]) -> set[SubjectId]:
    """Those who have a membership."""
    row = await (await conn.execute(FIND_MEMBERS, {"persons": arrays.plain(persons)})).fetchone()
    return set() if row is None else set(row["persons"])


async def list_members(conn: Conn, persons: Sequence[SubjectId]) -> list[tuple[SubjectId, SubjectId, bytes]]:
    """Person, the subject under whom the membership lies, the sealed number."""
    rows = await (await conn.execute(LIST_MEMBERS, {"persons": arrays.plain(persons)})).fetchall()
    return [(SubjectId(row["person"]), SubjectId(row["subject_id"]), row["number_sealed"]) for row in rows]


async def list_tiers(conn: Conn, persons: Sequence[SubjectId]) -> dict[SubjectId, str]:
    """The code of the tier, of members only."""
    rows = await (await conn.execute(LIST_TIERS, {"persons": arrays.plain(persons)})).fetchall()
    return {SubjectId(row["person"]): row["tier"] for row in rows}


async def list_points(conn: Conn, persons: Sequence[SubjectId], now: datetime) -> dict[SubjectId, int]:
    """Points that can be used at that moment, of members only."""
    rows = await (await conn.execute(LIST_POINTS, {"persons": arrays.plain(persons), "now": now})).fetchall()
    return {SubjectId(row["person"]): row["points"] for row in rows}


async def find_number(conn: Conn, handler: HandlerId, index: bytes) -> Sequence[SubjectId]:
    return await member_store.find_by_number(conn, handler, index)
