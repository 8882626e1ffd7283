"""Rows of lots whose time is over, or nearly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.loyalty.movement import Lot
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

LIST_DUE: Final = """
select id, subject_id, expires_at from loyalty.lot
 where handler_id = %(handler)s and left_points > 0 and expires_at <= %(now)s
   and (expires_at, id) > (%(after_at)s, %(after)s)
 order by expires_at, id limit %(limit)s
"""
LOCK_FREE: Final = """
select subject_id from loyalty.balance where subject_id = any(%(subjects)s)
 order by subject_id for update skip locked
"""
LIST_HELD: Final = """
select id, subject_id, expires_at, left_points, expired_points from loyalty.lot
 where id = any(%(lots)s) and subject_id = any(%(subjects)s) and left_points > 0 and expires_at <= %(now)s
 order by id limit %(limit)s
"""
LIST_ENDING: Final = """
select p.person, l.expires_at, sum(l.left_points)::bigint as points
  from loyalty.lot l
  join identity.subject s on s.id = l.subject_id
  cross join lateral (select coalesce(s.stands_for, s.id) as person) p
 where l.handler_id = %(handler)s and l.left_points > 0 and l.expires_at > %(now)s and l.expires_at <= %(soon)s
   and s.erased_at is null
   and not exists (select 1 from loyalty.expiry_notice n where n.subject_id = p.person and n.expires_at = l.expires_at)
 group by p.person, l.expires_at order by l.expires_at, p.person limit %(limit)s
"""
DECIDE: Final = """
insert into loyalty.expiry_notice (subject_id, expires_at, decision, decided_at)
values (%(subject)s, %(expires_at)s, %(decision)s, %(now)s) on conflict do nothing
"""


async def list_due(
    conn: Conn, handler: HandlerId, now: datetime, after: tuple[datetime, int], limit: int
) -> Sequence[DictRow]:
    """Lots that ended with points left, after that (moment, number)."""
    values = {"handler": handler, "now": now, "after_at": after[0], "after": after[1], "limit": limit}
    return await (await conn.execute(LIST_DUE, values)).fetchall()


async def lock_free(conn: Conn, subjects: Sequence[SubjectId]) -> list[SubjectId]:
    """Hold the points of those whom nobody else holds; whoever is busy waits for the next night."""
    rows = await (await conn.execute(LOCK_FREE, {"subjects": sorted(set(subjects))})).fetchall()
    return [SubjectId(row["subject_id"]) for row in rows]


async def list_held(conn: Conn, lots: Sequence[int], subjects: Sequence[SubjectId], now: datetime) -> list[Lot]:
    """These lots as they stand now that their people's points are held."""
    values = {"lots": list(lots), "subjects": list(subjects), "now": now, "limit": len(lots)}
    return [
        Lot(row["id"], SubjectId(row["subject_id"]), row["expires_at"], row["left_points"], row["expired_points"])
        for row in await (await conn.execute(LIST_HELD, values)).fetchall()
    ]


async def list_ending(conn: Conn, handler: HandlerId, now: datetime, soon: datetime, limit: int) -> Sequence[DictRow]:
    """Persons with points that end before that moment, about which nothing was decided yet."""
    values = {"handler": handler, "now": now, "soon": soon, "limit": limit}
    return await (await conn.execute(LIST_ENDING, values)).fetchall()


async def decide(conn: Conn, subject: SubjectId, expires_at: datetime, decision: str, now: datetime) -> None:
    values = {"subject": subject, "expires_at": expires_at, "decision": decision, "now": now}
    await conn.execute(DECIDE, values)
