"""What an award has to know, in one statement: membership, rules, ladder, and whether it was booked before."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIND_FACTS: Final = """
with family as materialized (
    select f.id, f.id = p.id as is_person from identity.subject s
      join identity.subject p on p.id = coalesce(s.stands_for, s.id)
      join identity.subject f on f.id = p.id or f.stands_for = p.id
     where s.id = %(subject)s and s.handler_id = %(handler)s
)
select m.subject_id, m.number_sealed, m.enrolled_at, m.tier, m.tier_since_at, m.tier_until_at,
       e.version, e.body as earning, t.body as tiers,
       exists (select 1 from loyalty.posting p
                where p.handler_id = %(handler)s and p.source_kind = %(kind)s and p.reference = %(reference)s
                  and p.rule = %(rule)s) as is_booked,
       exists (select 1 from loyalty.entry l join loyalty.posting p on p.id = l.posting_id
                where l.subject_id in (select id from family) and p.act = 'earn'
                  and p.source_kind = %(kind)s) as has_earned
  from (values (1)) as one (row)
  left join lateral (
        select subject_id, number_sealed, enrolled_at, tier, tier_since_at, tier_until_at
          from loyalty.member join family on family.id = subject_id
         order by not is_person, enrolled_at, subject_id limit 1
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
    subject: SubjectId,
    source: tuple[str, str, str],
    at: datetime,
    now: datetime,
) -> AsyncCursor[DictRow]:
    """Where the one row will come; `source` is kind, reference and rule; `at` is when the purchase was made."""
    values = {
        "handler": handler,
        "subject": subject,
        "kind": source[0],
        "reference": source[1],
        "rule": source[2],
        "at": at,
        "now": now,
    }
    return await conn.execute(FIND_FACTS, values)
