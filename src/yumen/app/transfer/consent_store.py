"""Rows of answers that another system vouches for, and of what is still to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

PUT: Final = """
insert into inbound.legacy_consent as c (handler_id, source, subject_id, purpose, state, answered_at, brought_at)
select %(handler)s, %(source)s, n.subject_id, n.purpose, n.state, n.answered_at, %(now)s
  from unnest(%(subjects)s::bigint[], %(purposes)s::text[], %(states)s::text[], %(answered_at)s::timestamptz[])
       as n (subject_id, purpose, state, answered_at)
on conflict (handler_id, subject_id, source, purpose) do update
   set state = excluded.state, answered_at = excluded.answered_at, brought_at = excluded.brought_at
 where (c.state, c.answered_at) is distinct from (excluded.state, excluded.answered_at)
returning c.subject_id, c.purpose
"""
PLAN: Final = """
select l.purpose, count(*) as given,
       count(*) filter (where a.state = 'given') as confirmed,
       count(*) filter (where a.state in ('refused', 'withdrawn')) as declined,
       count(*) filter (where a.state is null) as to_ask
  from (select distinct on (c.purpose, person) c.purpose, coalesce(s.stands_for, s.id) as person, c.state
          from inbound.legacy_consent c join identity.subject s on s.id = c.subject_id
         where c.handler_id = %(handler)s and s.erased_at is null
         order by c.purpose, person, c.answered_at desc nulls last, c.brought_at desc) l
  left join consent.current a on a.subject_id = l.person and a.purpose = l.purpose
 where l.state = 'given'
 group by l.purpose order by l.purpose limit 100
"""
LIST_OF: Final = """
select source, purpose, state, proof, answered_at from inbound.legacy_consent
 where subject_id = any(%s) order by purpose, source limit 1000
"""

Answer = tuple[SubjectId, str, str, datetime | None]
"""Subject, purpose, state, when."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Of those who are said to have agreed elsewhere: how many agreed here, declined, or are still to be asked."""

    purpose: str
    given: int
    confirmed: int
    declined: int
    to_ask: int


async def put(
    conn: Conn, handler: HandlerId, source: str, answers: Sequence[Answer], now: datetime
) -> set[tuple[SubjectId, str]]:
    """Write answers down, the newest word of that source; answers which were new or other than before."""
    subjects, purposes, states, answered_at = ([answer[place] for answer in answers] for place in range(4))
    values = {
        "handler": handler, "source": source, "subjects": subjects, "purposes": purposes, "states": states,
        "answered_at": answered_at, "now": now,
    }  # fmt: skip
    return {
        (SubjectId(row["subject_id"]), row["purpose"]) for row in await (await conn.execute(PUT, values)).fetchall()
    }


async def plan(conn: Conn, handler: HandlerId) -> list[Plan]:
    """By purpose, after merges."""
    return [Plan(**row) for row in await (await conn.execute(PLAN, {"handler": handler})).fetchall()]


async def list_of(conn: Conn, family: Sequence[SubjectId]) -> Sequence[DictRow]:
    return await (await conn.execute(LIST_OF, (list(family),))).fetchall()


async def delete(conn: Conn, family: Sequence[SubjectId]) -> int:
    query = "delete from inbound.legacy_consent where subject_id = any(%s)"
    return (await conn.execute(query, (list(family),))).rowcount
