"""Rows of compared bills, and of what differed until a person has settled it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.orders.comparison_store import Found, Window
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

PUT: Final = """
insert into orders.difference (id, handler_id, mchid, day, what, reason, number, ours_fen, theirs_fen, ours_state,
                               theirs_state, found_at)
values (%(id)s, %(handler)s, %(mchid)s, %(day)s, %(what)s, %(reason)s, %(number)s, %(ours_fen)s, %(theirs_fen)s,
        %(ours_state)s, %(theirs_state)s, %(now)s)
on conflict (mchid, day, what, reason, number) do update
   set ours_fen = excluded.ours_fen, theirs_fen = excluded.theirs_fen, ours_state = excluded.ours_state,
       theirs_state = excluded.theirs_state,
       settled_at = case when difference.settlement = 'gone' then null else difference.settled_at end,
       settled_by = case when difference.settlement = 'gone' then null else difference.settled_by end,
       settlement = nullif(difference.settlement, 'gone')
"""
"""One that was gone and is there again is open again; what a person settled stays settled."""
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
