"""Rows of stock and movements, and the statement by which they follow reservations that ended.

Stock rows are hot: they are always locked in the order of their numbers, and never by a unit that confirms or releases
(`reservation_store`). What that does to them is done later in batches (`SETTLE`), by whoever skips nobody's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import tuple_row

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId


@dataclass(frozen=True, slots=True)
class Level:
    """How much of a SKU is there. `left` counts out what is promised."""

    sku: int
    code: str
    on_hand: int
    reserved: int
    low_level: int

    @property
    def left(self) -> int:
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Movement:
    id: int
    delta: int
    reason: str
    reference: str
    actor: str
    moved_at: datetime


Levels = dict[int, tuple[HandlerId, int, int, int]]
"""SKU to (handler, on hand, reserved, low level)."""

READ_STOCK: Final = """
select sku_id, handler_id, on_hand, reserved, low_level from catalog.stock
 where sku_id = any(%(skus)b::bigint[]) order by sku_id
"""
LOCK_STOCK: Final = READ_STOCK + " for no key update"
SETTLE: Final = """
with due as materialized (
    select id, handler_id, sku_ids, quantities, taken,
           case state when 'held' then 'expired' else state end as state
      from catalog.reservation
     where id in (
         (select id from catalog.reservation where state = 'held' and expires_at <= %(now)s
           and (%(skus)s::bigint[] is null or sku_ids && %(skus)s::bigint[]) order by expires_at limit %(limit)s)
         union all
         (select id from catalog.reservation where state <> 'held' and not settled
           and (%(skus)s::bigint[] is null or sku_ids && %(skus)s::bigint[]) order by ended_at limit %(limit)s)
     )
       and (state = 'held' or not settled)
       for no key update skip locked
), ended as (
    update catalog.reservation r
       set state = due.state, ended_at = coalesce(r.ended_at, %(now)s), settled = true, taken = due.state = 'confirmed'
      from due where r.id = due.id
), line as materialized (
    select due.id, due.handler_id, l.sku_id,
           case when due.state = 'confirmed' then -l.quantity when due.taken then l.quantity else 0 end as delta,
           case when due.taken then 0 else l.quantity end as unpromised
      from due, unnest(due.sku_ids, due.quantities) as l (sku_id, quantity)
), held as materialized (
    select sku_id from catalog.stock where sku_id in (select sku_id from line) order by sku_id for no key update
), moved as (
    insert into catalog.movement (handler_id, sku_id, delta, reason, reference, actor, moved_at)
    select handler_id, sku_id, delta, case when delta < 0 then 'sold' else 'unsold' end, id, 'stock', %(now)s
      from line where delta <> 0
), changed as (
    update catalog.stock s
       set on_hand = s.on_hand + sum.delta, reserved = s.reserved - sum.unpromised
      from (select sku_id, sum(delta) as delta, sum(unpromised) as unpromised from line join held using (sku_id)
             group by sku_id) as sum
     where s.sku_id = sum.sku_id
)
select count(*) as settled from due
"""
MOVE: Final = """
insert into catalog.movement (handler_id, sku_id, delta, reason, reference, actor, moved_at)
values (%(handler)s, %(sku)s, %(delta)s, %(reason)s, %(reference)s, %(actor)s, %(now)s)
on conflict (sku_id, reason, reference) do nothing
"""
LIST_LEVELS: Final = """
select s.sku_id as sku, k.code, s.on_hand, s.reserved, s.low_level
  from catalog.sku k join catalog.stock s on s.sku_id = k.id
 where k.handler_id = %(handler)s and k.code > %(after)s order by k.code limit %(limit)s
"""
LIST_MOVEMENTS: Final = """
select id, delta, reason, reference, actor, moved_at from catalog.movement
 where sku_id = %(sku)s and handler_id = %(handler)s and id < %(before)s order by id desc limit %(limit)s
"""
RECOUNT: Final = """
with moved as (
    select sku_id, sum(delta) as on_hand from catalog.movement where handler_id = %(handler)s group by sku_id
), promised as (
    select l.sku_id, sum(l.quantity) as reserved
      from catalog.reservation r, unnest(r.sku_ids, r.quantities) as l (sku_id, quantity)
     where r.handler_id = %(handler)s and not r.taken and not r.settled
     group by l.sku_id
)
select s.sku_id
  from catalog.stock s left join moved using (sku_id) left join promised using (sku_id)
 where s.handler_id = %(handler)s
   and (s.on_hand <> coalesce(moved.on_hand, 0) or s.reserved <> coalesce(promised.reserved, 0))
 order by s.sku_id limit %(limit)s
"""


async def lock(conn: Conn, skus: Sequence[int]) -> Levels:
    """Lock stock rows in order: SKU to (handler, on hand, reserved, low level)."""
    return await _levels(conn, LOCK_STOCK, skus)


async def read(conn: Conn, skus: Sequence[int]) -> Levels:
    """The same without a lock."""
    return await _levels(conn, READ_STOCK, skus)


async def settle(conn: Conn, now: datetime, limit: int, skus: Sequence[int] | None = None) -> int:
    """Let stock follow reservations that ended or ran out, of these SKUs only if any are named; how many did."""
    bounds = {"now": now, "limit": limit, "skus": None if skus is None else list(skus)}
    row = await (await conn.execute(SETTLE, bounds)).fetchone()
    return int(row["settled"]) if row else 0


async def insert_movement(
    conn: Conn, handler: HandlerId, sku: int, delta: int, reason: str, reference: str, actor: str, now: datetime
) -> bool:
    """Write a movement; False when that reason and reference was written for this SKU before."""
    values = {
        "handler": handler, "sku": sku, "delta": delta, "reason": reason, "reference": reference, "actor": actor,
        "now": now,
    }  # fmt: skip
    return bool((await conn.execute(MOVE, values)).rowcount)


async def find_code(conn: Conn, sku: int) -> str | None:
    """The brand's own code of a SKU."""
    row = await (await conn.execute("select code from catalog.sku where id = %s", (sku,))).fetchone()
    return None if row is None else str(row["code"])


async def set_stock(conn: Conn, sku: int, on_hand: int, low_level: int) -> None:
    await conn.execute(
        "update catalog.stock set on_hand = %s, low_level = %s where sku_id = %s", (on_hand, low_level, sku)
    )


async def list_levels(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[Level]:
    """By SKU code, one page."""
    found = await conn.execute(LIST_LEVELS, {"handler": handler, "after": after, "limit": limit})
    return [Level(**row) for row in await found.fetchall()]


async def list_movements(conn: Conn, handler: HandlerId, sku: int, before: int, limit: int) -> list[Movement]:
    """The newest first, one page."""
    bounds = {"handler": handler, "sku": sku, "before": before, "limit": limit}
    return [Movement(**row) for row in await (await conn.execute(LIST_MOVEMENTS, bounds)).fetchall()]


async def list_unequal(conn: Conn, handler: HandlerId, limit: int) -> list[int]:
    """SKUs whose stock is not what movements and reservations add up to."""
    found = await conn.execute(RECOUNT, {"handler": handler, "limit": limit})
    return [int(row["sku_id"]) for row in await found.fetchall()]


async def _levels(conn: Conn, query: str, skus: Sequence[int]) -> Levels:
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(query, {"skus": list(skus)}, prepare=True)
        return {row[0]: (HandlerId(row[1]), row[2], row[3], row[4]) for row in await cursor.fetchall()}
