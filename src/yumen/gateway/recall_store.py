"""Rows of recalls: who is to be taken back where, how far that is, and what waits for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class Recall:
    """One person to be taken back at one recipient. `seen`: they were there under that name.

    `way` is the way last tried, or the one that the contract wishes; empty before: the recipient's strongest.
    `unsure`: a call may have taken them back. `state`: open, people (a named queue), done, moot.
    """

    id: str
    contract: str
    presence_id: int
    subject: SubjectId
    reason: str
    planned_at: datetime
    due_at: datetime
    state: str
    seen: bool
    tried: int
    unsure: bool
    way: str
    code: str
    verified: bool


_COLUMNS: Final = """
select r.id, r.contract, r.presence_id, r.subject_id, r.reason, r.planned_at, r.due_at, r.state, r.seen, r.tried,
       r.unsure, r.way, r.code, r.verified
  from gateway.recall r
"""
PLAN: Final = """
insert into gateway.recall (id, handler_id, contract, presence_id, subject_id, reason, way, planned_at, due_at, state,
                            next_at)
select p.id, %(handler)s, p.contract, p.presence_id, p.subject_id, p.reason, p.way, %(now)s, %(due)s, 'open', %(now)s
  from unnest(%(ids)s::text[], %(contracts)s::text[], %(presences)s::bigint[], %(subjects)s::bigint[],
              %(reasons)s::text[], %(ways)s::text[]) as p (id, contract, presence_id, subject_id, reason, way)
on conflict (presence_id) where state in ('open', 'people') do nothing
returning id, subject_id, contract, reason
"""
LIST_DUE: Final = f"""{_COLUMNS}
  join gateway.presence p on p.id = r.presence_id
 where r.handler_id = %(handler)s and r.contract = %(contract)s and r.state = 'open' and r.next_at <= %(now)s
   and p.flying_key is null and r.id > %(after)s
 order by r.id limit %(limit)s
"""
LIST_UNCLOSED: Final = f"""{_COLUMNS}
 where r.handler_id = %(handler)s and r.state in ('open', 'people') and r.id > %(after)s
   and (%(state)s::text is null or r.state = %(state)s)
 order by r.id limit %(limit)s
"""
LIST_OF_PRESENCES: Final = f"{_COLUMNS} where r.presence_id = any(%s) order by r.id desc limit 100"
LOCK: Final = f"{_COLUMNS} where r.id = %s and r.handler_id = %s for update of r"
MARK: Final = """
update gateway.recall r set seen = r.seen or m.seen, unsure = m.unsure, tried = r.tried + m.tried, way = m.way,
       code = m.code, next_at = m.next_at
  from unnest(%(ids)s::text[], %(seen)s::boolean[], %(unsure)s::boolean[], %(tried)s::integer[], %(ways)s::text[],
              %(codes)s::text[], %(next)s::timestamptz[]) as m (id, seen, unsure, tried, way, code, next_at)
 where r.id = m.id and r.state = 'open'
"""
CLOSE: Final = """
update gateway.recall r set state = c.state, code = c.code, verified = c.verified, closed_at = %(now)s,
       closed_by = %(actor)s
  from unnest(%(ids)s::text[], %(states)s::text[], %(codes)s::text[], %(verified)s::boolean[])
       as c (id, state, code, verified)
 where r.id = c.id and r.state in ('open', 'people')
returning r.id
"""
TO_PEOPLE: Final = """
update gateway.recall r set state = 'people', code = c.code
  from unnest(%(ids)s::text[], %(codes)s::text[]) as c (id, code) where r.id = c.id and r.state = 'open'
returning r.id
"""
AGAIN: Final = """
update gateway.recall set state = 'open', code = '', seen = false, unsure = false, next_at = %s
 where id = %s and state = 'people'
"""
OVERDUE: Final = """
select r.contract, count(*) as persons from gateway.recall r
 where r.handler_id = %s and r.state in ('open', 'people') and r.due_at <= %s group by r.contract order by 1 limit 500
"""
COUNT: Final = """
select count(*) filter (where state = 'open') as open, count(*) filter (where state = 'people') as people
  from gateway.recall where handler_id = %s and contract = %s and state in ('open', 'people')
"""


async def plan(
    conn: Conn,
    handler: HandlerId,
    rows: Sequence[tuple[str, str, int, SubjectId, str, str]],
    now: datetime,
    due: datetime,
) -> Sequence[DictRow]:
    """(id, contract, presence, subject, reason, the way wished or ""); answers those that were not planned before."""
    names = ("ids", "contracts", "presences", "subjects", "reasons", "ways")
    values = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    return await (await conn.execute(PLAN, {**values, "handler": handler, "now": now, "due": due})).fetchall()


async def list_due(
    conn: Conn, handler: HandlerId, contract: str, now: datetime, after: str, limit: int
) -> list[Recall]:
    """Open, with nothing on its way to the recipient, whose next attempt may be made."""
    values = {"handler": handler, "contract": contract, "now": now, "after": after, "limit": limit}
    return [_recall(row) for row in await (await conn.execute(LIST_DUE, values)).fetchall()]


async def list_unclosed(conn: Conn, handler: HandlerId, state: str | None, after: str, limit: int) -> list[Recall]:
    values = {"handler": handler, "state": state, "after": after, "limit": limit}
    return [_recall(row) for row in await (await conn.execute(LIST_UNCLOSED, values)).fetchall()]


async def list_of_presences(conn: Conn, presences: Sequence[int]) -> list[Recall]:
    rows = await (await conn.execute(LIST_OF_PRESENCES, (list(presences),))).fetchall()
    return [_recall(row) for row in rows]


async def lock(conn: Conn, handler: HandlerId, recall: str) -> Recall | None:
    row = await (await conn.execute(LOCK, (recall, handler))).fetchone()
    return None if row is None else _recall(row)


async def mark(conn: Conn, rows: Sequence[tuple[str, bool, bool, int, str, str, datetime]]) -> None:
    """(id, seen, unsure, attempts made, way, code, next attempt)."""
    names = ("ids", "seen", "unsure", "tried", "ways", "codes", "next")
    await conn.execute(MARK, {name: [row[n] for row in rows] for n, name in enumerate(names)})


async def close(conn: Conn, rows: Sequence[tuple[str, str, str, bool]], actor: str, now: datetime) -> Sequence[str]:
    """(id, state, code, verified); answers those that were still open."""
    names = ("ids", "states", "codes", "verified")
    values: dict[str, object] = {name: [row[n] for row in rows] for n, name in enumerate(names)}
    closed = await (await conn.execute(CLOSE, {**values, "actor": actor, "now": now})).fetchall()
    return [row["id"] for row in closed]


async def to_people(conn: Conn, rows: Sequence[tuple[str, str]]) -> Sequence[str]:
    """(id, code): the machine can do no more; answers those that were open."""
    moved = await conn.execute(TO_PEOPLE, {"ids": [row[0] for row in rows], "codes": [row[1] for row in rows]})
    return [row["id"] for row in await moved.fetchall()]


async def again(conn: Conn, recall: str, now: datetime) -> None:
    await conn.execute(AGAIN, (now, recall))


async def list_overdue(conn: Conn, handler: HandlerId, now: datetime) -> Sequence[tuple[str, int]]:
    """Contracts with recalls past their time, and how many."""
    rows = await (await conn.execute(OVERDUE, (handler, now))).fetchall()
    return [(row["contract"], row["persons"]) for row in rows]


async def count(conn: Conn, handler: HandlerId, contract: str) -> tuple[int, int]:
    """Open ones, and those that wait for people."""
    row = await (await conn.execute(COUNT, (handler, contract))).fetchone()
    return (0, 0) if row is None else (row["open"], row["people"])


def _recall(row: DictRow) -> Recall:
    named = {name: value for name, value in row.items() if name != "subject_id"}
    return Recall(subject=SubjectId(row["subject_id"]), **named)
