"""Rows of opening balances, many persons at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIND_OPENED: Final = """
select reference, points from loyalty.posting
 where handler_id = %(handler)s and source_kind = 'opening' and rule = %(source)s and reference = any(%(references)s)
"""
ENSURE_BALANCES: Final = """
insert into loyalty.balance (subject_id, handler_id)
select one, %(handler)s from unnest(%(persons)s::bigint[]) as one order by one
on conflict (subject_id) do nothing
"""
LOCK_BALANCES: Final = """
select subject_id, owed from loyalty.balance where subject_id = any(%(persons)s) order by subject_id for no key update
"""
LIST_ENROLLED: Final = """
select distinct p.person
  from unnest(%(persons)s::bigint[]) as p (person)
 where exists (select 1 from identity.subject s join loyalty.member m on m.subject_id = s.id
                where s.id = p.person or s.stands_for = p.person)
"""
INSERT_MEMBERS: Final = """
insert into loyalty.member (subject_id, handler_id, number_sealed, number_index, enrolled_at)
select n.subject_id, %(handler)s, n.number_sealed, n.number_index, %(now)s
  from unnest(%(subjects)s::bigint[], %(sealed)s::bytea[], %(indexes)s::bytea[])
       as n (subject_id, number_sealed, number_index)
on conflict do nothing
"""
OPEN: Final = """
with opened as materialized (
    select * from unnest(%(ids)s::text[], %(persons)s::bigint[], %(references)s::text[], %(points)s::bigint[],
                         %(expires_at)s::timestamptz[]) as o (id, subject_id, reference, points, expires_at)
), posting as (
    insert into loyalty.posting
        (id, handler_id, subject_id, act, source_kind, reference, rule, points, reason, posted_at)
    select id, %(handler)s, subject_id, 'adjust', 'opening', reference, %(source)s, points, 'opening_balance', %(now)s
      from opened
), lot as (
    insert into loyalty.lot as l (handler_id, subject_id, expires_at, left_points)
    select %(handler)s, subject_id, expires_at, points from opened where points > 0
    on conflict (subject_id, expires_at) do update set left_points = l.left_points + excluded.left_points
    returning l.id, l.subject_id, l.expires_at
), entry as (
    insert into loyalty.entry (posting_id, line, account, subject_id, lot_id, points)
    select id, 1, 'adjusted', subject_id, null, -points from opened
    union all
    select o.id, 2, case when o.points > 0 then 'member' else 'owed' end, o.subject_id, lot.id, o.points
      from opened o left join lot on lot.subject_id = o.subject_id and lot.expires_at = o.expires_at and o.points > 0
)
update loyalty.balance b
   set points = b.points + greatest(o.points, 0), owed = b.owed + greatest(-o.points, 0)
  from opened o where b.subject_id = o.subject_id
"""

OpeningRow = tuple[str, SubjectId, str, int, datetime]
"""Posting, person, reference, points, when they end. A person stands in it once."""


async def find_opened(conn: Conn, handler: HandlerId, source: str, references: Sequence[str]) -> dict[str, int]:
    """Which of these were booked before, and how many points each."""
    values = {"handler": handler, "source": source, "references": list(references)}
    return {row["reference"]: row["points"] for row in await (await conn.execute(FIND_OPENED, values)).fetchall()}


async def lock_balances(conn: Conn, handler: HandlerId, persons: Sequence[SubjectId]) -> dict[SubjectId, int]:
    """Hold the points of these until commit, in the order of their numbers; answers what each owes."""
    values = {"handler": handler, "persons": list(persons)}
    await conn.execute(ENSURE_BALANCES, values)
    return {
        SubjectId(row["subject_id"]): row["owed"]
        for row in await (await conn.execute(LOCK_BALANCES, values)).fetchall()
    }


async def list_enrolled(conn: Conn, persons: Sequence[SubjectId]) -> set[SubjectId]:
    """Those who are members, under any subject that stands for them."""
    rows = await (await conn.execute(LIST_ENROLLED, {"persons": list(persons)})).fetchall()
    return {SubjectId(row["person"]) for row in rows}


async def insert_members(
    conn: Conn, handler: HandlerId, members: Sequence[tuple[SubjectId, bytes, bytes]], now: datetime
) -> None:
    """Members as (subject, sealed number, its index)."""
    subjects, sealed, indexes = ([member[place] for member in members] for place in range(3))
    values = {"handler": handler, "subjects": subjects, "sealed": sealed, "indexes": indexes, "now": now}
    await conn.execute(INSERT_MEMBERS, values)


async def open_balances(
    conn: Conn, handler: HandlerId, source: str, opened: Sequence[OpeningRow], now: datetime
) -> None:
    """Book them: a posting with two lines each, the lot and the balance along with it, in one statement."""
    ids, persons, references, points, expires_at = ([one[place] for one in opened] for place in range(5))
    values = {
        "handler": handler, "source": source, "ids": ids, "persons": persons, "references": references,
        "points": points, "expires_at": expires_at, "now": now,
    }  # fmt: skip
    await conn.execute(OPEN, values)
