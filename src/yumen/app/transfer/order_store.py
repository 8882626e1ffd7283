"""Rows of finished orders of other systems."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

PUT: Final = """
insert into inbound.past_order as p
    (handler_id, source, number, subject_id, state, total_fen, refunded_fen, lines, placed_at, brought_at)
select %(handler)s, %(source)s, n.number, n.subject_id, n.state, n.total_fen, n.refunded_fen, n.lines, n.placed_at,
       %(now)s
  from unnest(%(numbers)s::text[], %(subjects)s::bigint[], %(states)s::text[], %(totals)s::bigint[],
              %(refunded)s::bigint[], %(lines)s::jsonb[], %(placed_at)s::timestamptz[])
       as n (number, subject_id, state, total_fen, refunded_fen, lines, placed_at)
on conflict (handler_id, source, number) do update
   set state = excluded.state, refunded_fen = excluded.refunded_fen, brought_at = excluded.brought_at
 where p.total_fen = excluded.total_fen and p.refunded_fen <= excluded.refunded_fen
   and (p.state, p.refunded_fen) is distinct from (excluded.state, excluded.refunded_fen)
returning p.number
"""
FIND: Final = """
select p.number, p.state, p.total_fen, p.refunded_fen, coalesce(s.stands_for, s.id) as person
  from inbound.past_order p join identity.subject s on s.id = p.subject_id
 where p.handler_id = %(handler)s and p.source = %(source)s and p.number = any(%(numbers)s)
"""
LIST_OF: Final = """
select source, number, state, total_fen, refunded_fen, lines, placed_at from inbound.past_order
 where subject_id = any(%(family)s)
   and (%(before_at)s::timestamptz is null or (placed_at, number) < (%(before_at)s, %(before_number)s))
 order by placed_at desc, number desc limit %(limit)s
"""

PastRow = tuple[str, SubjectId, str, int, int, list[object], datetime]
"""Number, person, state, total, refunded, lines, placed at."""


async def find(conn: Conn, handler: HandlerId, source: str, numbers: Sequence[str]) -> dict[str, DictRow]:
    """What is known of these, by number, with the person after merges."""
    values = {"handler": handler, "source": source, "numbers": list(numbers)}
    return {row["number"]: row for row in await (await conn.execute(FIND, values)).fetchall()}


async def put(conn: Conn, handler: HandlerId, source: str, orders: Sequence[PastRow], now: datetime) -> set[str]:
    """Write orders down, or what was paid back of them since; answers the numbers of those written."""
    numbers, subjects, states, totals, refunded, lines, placed_at = (
        [one[place] for one in orders] for place in range(7)
    )
    values = {
        "handler": handler, "source": source, "numbers": numbers, "subjects": subjects, "states": states,
        "totals": totals, "refunded": refunded, "lines": [Jsonb(one) for one in lines], "placed_at": placed_at,
        "now": now,
    }  # fmt: skip
    return {row["number"] for row in await (await conn.execute(PUT, values)).fetchall()}


async def list_of(
    conn: Conn, family: Sequence[SubjectId], before: tuple[datetime, str] | None, limit: int
) -> Sequence[DictRow]:
    """A person's earlier orders elsewhere, the newest first; `before` is moment and number where a page ended."""
    before_at, before_number = before or (None, "")
    values = {"family": list(family), "before_at": before_at, "before_number": before_number, "limit": limit}
    return await (await conn.execute(LIST_OF, values)).fetchall()
