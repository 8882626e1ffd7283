"""What an award has to know, in one statement: membership, rules, ladder, and whether it was booked before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIND_FACTS: Final = """
select m.subject_id, m.number_sealed, m.enrolled_at, m.tier, m.tier_since_at, m.tier_until_at,
       e.version, e.body as earning, t.body as tiers,
       exists (select 1 from loyalty.posting p
                where p.handler_id = %(handler)s and p.source_kind = %(kind)s and p.reference = %(reference)s
                  and p.rule = %(rule)s) as is_booked,
       exists (select 1 from loyalty.entry l join loyalty.posting p on p.id = l.posting_id
                where l.subject_id = any(%(family)s) and p.act = 'earn' and p.source_kind = %(kind)s) as has_earned
  from (values (1)) as one (row)
  left join lateral (
        select subject_id, number_sealed, enrolled_at, tier, tier_since_at, tier_until_at from loyalty.member
         where subject_id = any(%(family)s) order by subject_id <> %(person)s, enrolled_at, subject_id limit 1
       ) m on true
  left join lateral (
        select version, body from loyalty.program
         where handler_id = %(handler)s and kind = 'earning' and adopted_at is not null and starts_at <= %(at)s
         order by starts_at desc, version desc limit 1
       ) e on true
  left join lateral (
        select body from loyalty.program
         where handler_id = %(handler)s and kind = 'tiers' and adopted_at is not null and starts_at <= %(now)s
         order by starts_at desc, version desc limit 1
       ) t on true
"""


async def find_facts(
    conn: Conn,
    handler: HandlerId,
    family: Sequence[SubjectId],
    source: tuple[str, str, str],
    at: datetime,
    now: datetime,
) -> DictRow:
    """`source` is kind, reference and rule; `at` is when the purchase was made."""
    values = {
        "handler": handler,
        "family": list(family),
        "person": family[0],
        "kind": source[0],
        "reference": source[1],
        "rule": source[2],
        "at": at,
        "now": now,
    }
    row = await (await conn.execute(FIND_FACTS, values)).fetchone()
    assert row is not None
    return row
