"""Count the whole ledger anew, in one statement, so that all counts are of one moment."""

from __future__ import annotations

from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

RECOUNT: Final = """
with own as materialized (
    select e.posting_id, e.account, e.subject_id, e.lot_id, e.points
      from loyalty.entry e join loyalty.posting p on p.id = e.posting_id where p.handler_id = %(handler)s
), by_posting as (
    select posting_id, sum(points) as total from own group by posting_id
), by_subject as (
    select subject_id,
           coalesce(sum(points) filter (where account = 'member'), 0) as points,
           coalesce(-sum(points) filter (where account = 'owed'), 0) as owed
      from own where account in ('member', 'owed') group by subject_id
), by_lot as (
    select lot_id,
           coalesce(sum(points) filter (where account = 'member'), 0) as left_points,
           coalesce(sum(points) filter (where account = 'expired'), 0) as expired_points
      from own where lot_id is not null group by lot_id
), totals as (
    select account, sum(points)::bigint as points, count(*) as entries from own group by account
)
select (select count(*) from loyalty.posting where handler_id = %(handler)s) as postings,
       (select coalesce(sum(entries), 0)::bigint from totals) as entries,
       (select coalesce(max(id), '') from loyalty.posting where handler_id = %(handler)s) as newest,
       (select coalesce(jsonb_object_agg(account, points), '{}') from totals) as totals,
       (select count(*) from loyalty.posting p left join by_posting t on t.posting_id = p.id
         where p.handler_id = %(handler)s and t.total is distinct from 0) as unbalanced,
       (select count(*) from (select * from loyalty.balance where handler_id = %(handler)s) b
          full join by_subject s on s.subject_id = b.subject_id
         where coalesce(b.points, 0) <> coalesce(s.points, 0) or coalesce(b.owed, 0) <> coalesce(s.owed, 0)
       ) as balances,
       (select count(*) from (select * from loyalty.lot where handler_id = %(handler)s) l
          full join by_lot t on t.lot_id = l.id
         where coalesce(l.left_points, 0) <> coalesce(t.left_points, 0)
            or coalesce(l.expired_points, 0) <> coalesce(t.expired_points, 0)
       ) as lots
"""


async def recount(conn: Conn, handler: HandlerId) -> DictRow:
    row = await (await conn.execute(RECOUNT, {"handler": handler})).fetchone()
    assert row is not None
    return row
