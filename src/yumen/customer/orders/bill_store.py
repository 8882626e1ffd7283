"""Compare a day's bill with the ledger inside the database, and keep what differs.

The bill's rows lie in a table that is emptied in the same transaction; nothing of them stays but the differences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

COPY: Final = """
copy orders.staged_bill (what, number, transaction_id, appid, state, currency, amount_fen, settled_fen, fee_milli_fen)
from stdin
"""
COMPARE: Final = """
with theirs as materialized (
    select what, number, count(*) as times, max(transaction_id) as transaction_id, max(appid) as appid,
           max(state) as state, max(currency) as currency, max(amount_fen) as amount_fen,
           max(settled_fen) as settled_fen, max(fee_milli_fen) as fee_milli_fen
      from orders.staged_bill group by what, number
), payments as (
    select t.*, p.id as ours, p.amount_fen as ours_fen, p.state as ours_state, p.transaction_id as ours_transaction,
           p.appid as ours_appid, p.paid_at as ours_at
      from theirs t left join orders.payment p on p.id = t.number and p.mchid = %(mchid)s
     where t.what = 'payment'
), refunds as (
    select t.*, r.id as ours, r.amount_fen as ours_fen, r.state as ours_state
      from theirs t left join orders.refund r on r.id = t.number and r.mchid = %(mchid)s
     where t.what = 'refund'
), found as (
    select what, number, 'we_lack' as reason, ours_fen, amount_fen as theirs_fen, ours_state, state as theirs_state
      from payments where ours is null or ours_at is null
    union all
    select what, number, 'amount', ours_fen, amount_fen, ours_state, currency
      from payments where ours_at is not null and (ours_fen <> amount_fen or currency <> 'CNY')
    union all
    select what, number, 'state', ours_fen, amount_fen, ours_state, state
      from payments where ours_at is not null and state <> 'SUCCESS'
    union all
    select what, number, 'number', ours_fen, amount_fen, ours_state, state
      from payments where ours_at is not null and (ours_transaction <> transaction_id or ours_appid <> appid)
    union all
    select what, number, 'fee', round(settled_fen * %(fee_ppm)s / 1e6)::bigint, round(fee_milli_fen / 1e3)::bigint,
           ours_state, state
      from payments where abs(round(settled_fen * %(fee_ppm)s / 1e6) * 1000 - fee_milli_fen) > 1000
    union all
    select what, number, 'we_lack', ours_fen, amount_fen, ours_state, state from refunds where ours is null
    union all
    select what, number, 'amount', ours_fen, amount_fen, ours_state, state
      from refunds where ours is not null and ours_fen <> amount_fen
    union all
    select what, number, 'state', ours_fen, amount_fen, ours_state, state
      from refunds where ours is not null and (
          (ours_state = 'failed' and state <> 'CLOSED') or (ours_state = 'done' and state in ('CLOSED', 'CHANGE')))
    union all
    select what, number, 'fee', -round(settled_fen * %(fee_ppm)s / 1e6)::bigint, round(fee_milli_fen / 1e3)::bigint,
           ours_state, state
      from refunds where abs(round(settled_fen * %(fee_ppm)s / 1e6) * 1000 + fee_milli_fen) > 1000
    union all
    select what, number, 'twice', null, amount_fen, null, state from theirs where times > 1
    union all
    select 'payment', p.id, 'they_lack', p.amount_fen, null, p.state, null
      from orders.payment p
     where p.mchid = %(mchid)s and p.paid_at >= %(from_at)s and p.paid_at < %(until_at)s
       and not exists (select 1 from theirs t where t.what = 'payment' and t.number = p.id)
    union all
    select 'refund', r.id, 'they_lack', r.amount_fen, null, r.state, null
      from orders.refund r
     where r.mchid = %(mchid)s and r.accepted_at >= %(edge_from_at)s and r.accepted_at < %(edge_until_at)s
       and r.billed_on is null and r.state <> 'failed'
       and not exists (select 1 from theirs t where t.what = 'refund' and t.number = r.id)
)
select what, number, reason, ours_fen, theirs_fen, ours_state, theirs_state
  from found order by what, number, reason limit %(limit)s
"""
MARK_BILLED: Final = """
update orders.refund r set billed_on = %(day)s
  from (select distinct number from orders.staged_bill where what = 'refund') as t
 where r.id = t.number and r.billed_on is distinct from %(day)s
"""
ASK_AGAIN: Final = """
update orders.payment p set ask_at = %(now)s
  from orders.staged_bill t where t.what = 'payment' and t.number = p.id and p.mchid = %(mchid)s and p.paid_at is null
"""
ASK_REFUNDS_AGAIN: Final = """
update orders.refund r set ask_at = %(now)s
  from orders.staged_bill t
 where t.what = 'refund' and t.number = r.id and r.mchid = %(mchid)s and t.state = 'SUCCESS'
   and r.state in ('sent', 'processing', 'abnormal')
"""
PUT: Final = """
insert into orders.difference (id, handler_id, mchid, day, what, reason, number, ours_fen, theirs_fen, ours_state,
                               theirs_state, found_at)
values (%(id)s, %(handler)s, %(mchid)s, %(day)s, %(what)s, %(reason)s, %(number)s, %(ours_fen)s, %(theirs_fen)s,
        %(ours_state)s, %(theirs_state)s, %(now)s)
on conflict (mchid, day, what, reason, number) do update
   set ours_fen = excluded.ours_fen, theirs_fen = excluded.theirs_fen, ours_state = excluded.ours_state,
       theirs_state = excluded.theirs_state
"""
GONE: Final = """
update orders.difference set settled_at = %(now)s, settled_by = %(actor)s, settlement = 'gone'
 where mchid = %(mchid)s and day = %(day)s and settled_at is null and found_at < %(now)s
   and (what, reason, number) not in (
       select w, r, n from unnest(%(whats)s::text[], %(reasons)s::text[], %(numbers)s::text[]) as f (w, r, n))
"""
PUT_BILL: Final = """
insert into orders.bill (handler_id, mchid, day, hash, rows, differences, compared_at)
values (%(handler)s, %(mchid)s, %(day)s, %(hash)s, %(rows)s, %(differences)s, %(now)s)
on conflict (mchid, day) do update
   set hash = excluded.hash, rows = excluded.rows, differences = excluded.differences,
       compared_at = excluded.compared_at
"""
LIST: Final = """
select id, mchid, day, what, reason, number, ours_fen, theirs_fen, ours_state, theirs_state, found_at, settled_at,
       settled_by, settlement
  from orders.difference
 where handler_id = %(handler)s and id > %(after)s and (not %(only_open)s or settled_at is null)
 order by id limit %(limit)s
"""
SETTLE: Final = """
update orders.difference set settled_at = %(now)s, settled_by = %(actor)s, settlement = %(settlement)s
 where id = %(id)s and handler_id = %(handler)s and settled_at is null
returning mchid, reason
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


async def compare(conn: Conn, window: Window, fee_ppm: int, limit: int) -> list[Found]:
    """What differs, at most `limit`; the bill is staged."""
    values = {
        "mchid": window.mchid, "from_at": window.from_at, "until_at": window.until_at,
        "edge_from_at": window.edge_from_at, "edge_until_at": window.edge_until_at, "fee_ppm": fee_ppm, "limit": limit,
    }  # fmt: skip
    return [Found(**row) for row in await (await conn.execute(COMPARE, values)).fetchall()]


async def follow_up(conn: Conn, window: Window, now: datetime) -> None:
    """Refunds of the bill are marked; what the bill knows to be paid or paid back and we do not is asked about."""
    values = {"mchid": window.mchid, "day": window.day, "now": now}
    for query in (MARK_BILLED, ASK_AGAIN, ASK_REFUNDS_AGAIN):
        await conn.execute(query, values)


async def put(
    conn: Conn, handler: HandlerId, window: Window, named: Sequence[tuple[str, Found]], actor: str, now: datetime
) -> None:
    """Keep these differences under their ids; those of the day that are gone are settled."""
    base = {"handler": handler, "mchid": window.mchid, "day": window.day, "now": now, "actor": actor}
    found = [one for _, one in named]
    await conn.execute(
        GONE,
        {
            **base,
            "whats": [one.what for one in found],
            "reasons": [one.reason for one in found],
            "numbers": [one.number for one in found],
        },
    )
    async with conn.cursor() as cursor:
        await cursor.executemany(
            PUT,
            [
                {
                    **base, "id": name, "what": one.what, "reason": one.reason, "number": one.number,
                    "ours_fen": one.ours_fen, "theirs_fen": one.theirs_fen, "ours_state": one.ours_state,
                    "theirs_state": one.theirs_state,
                }
                for name, one in named
            ],
        )  # fmt: skip


async def put_bill(
    conn: Conn, handler: HandlerId, window: Window, hash_value: str | None, rows: int, differences: int, now: datetime
) -> None:
    values = {
        "handler": handler, "mchid": window.mchid, "day": window.day, "hash": hash_value, "rows": rows,
        "differences": differences, "now": now,
    }  # fmt: skip
    await conn.execute(PUT_BILL, values)


async def list_bills(conn: Conn, handler: HandlerId, limit: int) -> list[DictRow]:
    query = """select mchid, day, rows, differences, compared_at from orders.bill
                where handler_id = %s order by day desc, mchid limit %s"""
    return await (await conn.execute(query, (handler, limit))).fetchall()


async def is_compared(conn: Conn, mchid: str, day: date) -> bool:
    found = await conn.execute("select 1 from orders.bill where mchid = %s and day = %s", (mchid, day))
    return await found.fetchone() is not None


async def list_differences(conn: Conn, handler: HandlerId, after: str, limit: int, *, only_open: bool) -> list[DictRow]:
    values = {"handler": handler, "after": after, "limit": limit, "only_open": only_open}
    return await (await conn.execute(LIST, values)).fetchall()


async def settle(
    conn: Conn, handler: HandlerId, difference: str, settlement: str, actor: str, now: datetime
) -> DictRow | None:
    values = {"id": difference, "handler": handler, "settlement": settlement, "actor": actor, "now": now}
    return await (await conn.execute(SETTLE, values)).fetchone()
