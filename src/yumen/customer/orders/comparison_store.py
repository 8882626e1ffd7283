"""Compare a day's bill with the ledger inside the database.

The bill's rows lie in a table that is emptied in the same transaction; nothing of them stays but the differences. The
payments of the day are read once, along their index; payments of other days and refunds are looked up one by one, so
that a long history costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from yumen.kit.db import Conn

COPY: Final = """
copy orders.staged_bill (what, number, transaction_id, appid, state, currency, amount_fen, settled_fen, fee_milli_fen)
from stdin
"""
COMPARE: Final = """
with unequal as materialized (
    select s.*, p.id as of_day, p.amount_fen as day_fen, p.state as day_state,
           p.transaction_id as day_transaction, p.appid as day_appid
      from (select * from orders.staged_bill where what = 'payment') as s
      full join (select id, amount_fen, state, transaction_id, appid from orders.payment
                  where mchid = %(mchid)s and paid_at >= %(from_at)s and paid_at < %(until_at)s) as p
        on p.id = s.number
     where (s.amount_fen = p.amount_fen and s.currency = 'CNY' and s.state = 'SUCCESS'
            and s.transaction_id = p.transaction_id and s.appid = p.appid
            and abs(round(s.settled_fen * %(fee_ppm)s / 1e6) * 1000 - s.fee_milli_fen) <= 1000) is not true
), payments as (
    select u.*, coalesce(u.of_day, q.id) as ours, coalesce(u.day_fen, q.amount_fen) as ours_fen,
           coalesce(u.day_state, q.state) as ours_state,
           coalesce(u.day_transaction, q.transaction_id) as ours_transaction,
           coalesce(u.day_appid, q.appid) as ours_appid, u.of_day is not null or q.paid_at is not null as ours_paid
      from unequal u
      left join lateral (
          select * from orders.payment q where u.of_day is null and q.id = u.number and q.mchid = %(mchid)s offset 0
      ) as q on true
), refunds as (
    select s.*, r.id as ours, r.amount_fen as ours_fen, r.state as ours_state
      from orders.staged_bill s
      left join lateral (
          select * from orders.refund r where r.id = s.number and r.mchid = %(mchid)s offset 0
      ) as r on true
     where s.what = 'refund'
), found as (
    select coalesce(t.what, 'payment') as what, coalesce(t.number, t.of_day) as number, v.reason, v.ours_fen,
           v.theirs_fen, t.ours_state, v.theirs_state
      from payments t, lateral (values
          ('they_lack', t.number is null, t.ours_fen, null::bigint, null),
          ('we_lack', t.number is not null and ours_paid is not true, t.ours_fen, t.amount_fen, t.state),
          ('amount', ours_paid and (t.ours_fen <> t.amount_fen or t.currency <> 'CNY'), t.ours_fen, t.amount_fen,
           t.currency),
          ('state', ours_paid and t.state <> 'SUCCESS', t.ours_fen, t.amount_fen, t.state),
          ('number', ours_paid and (ours_transaction <> t.transaction_id or ours_appid <> t.appid), t.ours_fen,
           t.amount_fen, t.state),
          ('fee', abs(round(t.settled_fen * %(fee_ppm)s / 1e6) * 1000 - t.fee_milli_fen) > 1000,
           round(t.settled_fen * %(fee_ppm)s / 1e6)::bigint, round(t.fee_milli_fen / 1e3)::bigint, t.state)
      ) as v (reason, holds, ours_fen, theirs_fen, theirs_state)
     where v.holds
    union
    select t.what, t.number, v.reason, v.ours_fen, v.theirs_fen, t.ours_state, t.state
      from refunds t, lateral (values
          ('we_lack', t.ours is null, t.ours_fen, t.amount_fen),
          ('amount', t.ours_fen <> t.amount_fen, t.ours_fen, t.amount_fen),
          ('state', (t.ours_state = 'failed' and t.state <> 'CLOSED')
                    or (t.ours_state = 'done' and t.state in ('CLOSED', 'CHANGE')), t.ours_fen, t.amount_fen),
          ('fee', abs(round(t.settled_fen * %(fee_ppm)s / 1e6) * 1000 + t.fee_milli_fen) > 1000,
           -round(t.settled_fen * %(fee_ppm)s / 1e6)::bigint, round(t.fee_milli_fen / 1e3)::bigint)
      ) as v (reason, holds, ours_fen, theirs_fen)
     where v.holds
    union
    select what, number, 'twice', null, max(amount_fen), null, max(state)
      from orders.staged_bill group by what, number having count(*) > 1
    union
    select 'refund', r.id, 'they_lack', r.amount_fen, null, r.state, null
      from orders.refund r
     where r.mchid = %(mchid)s and r.accepted_at >= %(edge_from_at)s and r.accepted_at < %(edge_until_at)s
       and (r.billed_on is null or r.billed_on = %(day)s) and r.state <> 'failed'
       and not exists (select 1 from orders.staged_bill t where t.what = 'refund' and t.number = r.id)
), asked as (
    update orders.payment set ask_at = %(now)s
     where id = any(array(select number from found where what = 'payment' and reason = 'we_lack'))
       and mchid = %(mchid)s and paid_at is null
)
select what, number, reason, ours_fen, theirs_fen, ours_state, theirs_state
  from found order by what, number, reason limit %(limit)s
"""
MARK_BILLED: Final = """
update orders.refund set billed_on = %(day)s
 where id = any(array(select number from orders.staged_bill where what = 'refund'))
   and billed_on is distinct from %(day)s
"""
ASK_REFUNDS_AGAIN: Final = """
update orders.refund set ask_at = %(now)s
 where id = any(array(select number from orders.staged_bill where what = 'refund' and state = 'SUCCESS'))
   and mchid = %(mchid)s and state in ('sent', 'processing', 'abnormal')
"""


@dataclass(frozen=True, slots=True)
class Found:
    """One difference between the bill and the ledger."""

    what: str
    number: str
    reason: str
    ours_fen: int | None
    theirs_fen: int | None
    ours_state: str | None
    theirs_state: str | None


@dataclass(frozen=True, slots=True)
class Window:
    """The day in China, and the same shifted for refunds, whose acceptance we know to some minutes only."""

    mchid: str
    day: date
    from_at: datetime
    until_at: datetime
    edge_from_at: datetime
    edge_until_at: datetime


async def begin(conn: Conn) -> None:
    """One bill at a time, until commit; and plans for a table that nobody counted: never row by row."""
    await conn.execute("select pg_advisory_xact_lock(hashtextextended('orders.staged_bill', 0))")
    await conn.execute("truncate orders.staged_bill")
    await conn.execute("set local enable_nestloop = off")
    await conn.execute("set local work_mem = '64MB'")


async def end(conn: Conn) -> None:
    await conn.execute("truncate orders.staged_bill")


async def compare(conn: Conn, window: Window, fee_ppm: int, now: datetime, limit: int) -> list[Found]:
    """What differs, at most `limit`; the bill is staged. Payments that only the bill knows to be paid are due now."""
    values = {
        "mchid": window.mchid, "day": window.day, "from_at": window.from_at, "until_at": window.until_at,
        "edge_from_at": window.edge_from_at, "edge_until_at": window.edge_until_at, "fee_ppm": fee_ppm, "now": now,
        "limit": limit,
    }  # fmt: skip
    return [Found(**row) for row in await (await conn.execute(COMPARE, values)).fetchall()]


async def follow_up(conn: Conn, window: Window, now: datetime) -> None:
    """Refunds of the bill are marked; what the bill knows to be paid back and we do not is asked about."""
    values = {"mchid": window.mchid, "day": window.day, "now": now}
    for query in (MARK_BILLED, ASK_REFUNDS_AGAIN):
        await conn.execute(query, values)
