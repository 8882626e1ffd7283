"""Rows of stock, reservations and movements, and the statements by which they follow each other.

Stock rows are hot: they are always locked in the order of their numbers, and never by a unit that confirms or releases.
What a reservation's end does to them is done later in batches (`SETTLE`), by whoever skips nobody's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import tuple_row

from yumen.kit.arrays import moments, plain, texts
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


@dataclass(frozen=True, slots=True)
class Kept:
    """A reservation as it is written down."""

    id: str
    state: str
    sku_ids: tuple[int, ...]
    quantities: tuple[int, ...]
    expires_at: datetime


Levels = dict[int, tuple[HandlerId, int, int, int]]
"""SKU to (handler, on hand, reserved, low level)."""

READ_STOCK: Final = """
select sku_id, handler_id, on_hand, reserved, low_level from catalog.stock
 where sku_id = any(%(skus)b::bigint[]) order by sku_id
"""
LOCK_STOCK: Final = READ_STOCK + " for no key update"
FIND_RESERVATIONS: Final = """
select id, state, sku_ids, quantities, expires_at from catalog.reservation
 where id = any(%(ids)b::text[]) and handler_id = any(%(handlers)b::bigint[])
"""
RESERVE: Final = """
with asked as (
    select id, handler_id, skus::bigint[] as sku_ids, quantities::bigint[] as quantities, expires_at
      from unnest(%(ids)b::text[], %(handlers)b::bigint[], %(skus)b::text[], %(quantities)b::text[],
                  %(expiries)b::timestamptz[]) as a (id, handler_id, skus, quantities, expires_at)
), held as (
    insert into catalog.reservation (id, handler_id, state, sku_ids, quantities, held_at, expires_at)
    select id, handler_id, 'held', sku_ids, quantities, %(now)b, expires_at from asked
    on conflict (id) do nothing
    returning id, sku_ids, quantities
), taken as (
    select l.sku_id, sum(l.quantity) as quantity
      from held, unnest(held.sku_ids, held.quantities) as l (sku_id, quantity)
     group by l.sku_id
), promised as (
    update catalog.stock s set reserved = s.reserved + taken.quantity from taken where s.sku_id = taken.sku_id
)
select id from held
"""
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
TAKE: Final = """
with asked as materialized (
    select n, id, skus::bigint[] as sku_ids, quantities::bigint[] as quantities, expires_at
      from unnest(%(ids)s::text[], %(skus)s::text[], %(quantities)s::text[], %(expiries)s::timestamptz[])
           with ordinality as a (id, skus, quantities, expires_at, n)
), locked as materialized (
    select sku_id, on_hand - reserved as left_before, low_level from catalog.stock
     where sku_id = any(%(of)s::bigint[]) and handler_id = %(handler)b order by sku_id for no key update
), fitting as (
    select n from (
           select a.n, s.left_before >= sum(l.quantity) over (partition by l.sku_id order by a.n) as fits
             from asked a, unnest(a.sku_ids, a.quantities) as l (sku_id, quantity) left join locked s using (sku_id)
           ) as line
     group by n having bool_and(coalesce(fits, false))
), held as (
    insert into catalog.reservation (id, handler_id, state, sku_ids, quantities, held_at, expires_at)
    select id, %(handler)b, 'held', sku_ids, quantities, %(now)b, expires_at from asked join fitting using (n)
    returning id, sku_ids, quantities
), taken as (
    select l.sku_id, sum(l.quantity) as quantity
      from held, unnest(held.sku_ids, held.quantities) as l (sku_id, quantity)
     group by l.sku_id
), promised as (
    update catalog.stock s set reserved = s.reserved + taken.quantity from taken where s.sku_id = taken.sku_id
)
select id, null::bigint as sku_id, null::bigint as left_after from held
 union all
select null, sku_id, (left_before - quantity)::bigint from taken join locked using (sku_id)
 where left_before - quantity <= low_level and low_level < left_before
"""
CONFIRM: Final = """
update catalog.reservation set state = 'confirmed', ended_at = %(now)s
 where id = %(id)s and handler_id = %(handler)s and state = 'held'
returning id, state, sku_ids, quantities, expires_at
"""
CONFIRM_MANY: Final = """
with held as materialized (
    select id, state from catalog.reservation
     where id = any(%(ids)s::text[]) and handler_id = %(handler)s and state in ('held', 'confirmed')
     order by id for no key update skip locked
), confirmed as (
    update catalog.reservation r set state = 'confirmed', ended_at = %(now)s
      from held where r.id = held.id and held.state = 'held'
)
select id from held
"""
RELEASE: Final = """
update catalog.reservation set state = 'released', ended_at = %(now)s, settled = false
 where id = %(id)s and handler_id = %(handler)s and state in ('held', 'confirmed')
returning id
"""
FIND_RESERVATION: Final = """
select id, state, sku_ids, quantities, expires_at from catalog.reservation
 where id = %(id)s and handler_id = %(handler)s
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


async def find_reservations(conn: Conn, ids: Sequence[str], handlers: Sequence[int]) -> dict[str, Kept]:
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(FIND_RESERVATIONS, {"ids": list(ids), "handlers": list(handlers)}, prepare=True)
        return {row[0]: _kept(row) for row in await cursor.fetchall()}


async def reserve(
    conn: Conn, rows: Sequence[tuple[str, int, Sequence[int], Sequence[int], datetime]], now: datetime
) -> frozenset[str]:
    """Write reservations (id, handler, SKUs, quantities, expiry) and promise their pieces; the ids that were new."""
    values = {
        "ids": [row[0] for row in rows],
        "handlers": [row[1] for row in rows],
        "skus": [plain(row[2]) for row in rows],
        "quantities": [plain(row[3]) for row in rows],
        "expiries": [row[4] for row in rows],
        "now": now,
    }
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(RESERVE, values, prepare=True)
        return frozenset(row[0] for row in await cursor.fetchall())


async def take(
    conn: Conn,
    handler: HandlerId,
    rows: Sequence[tuple[str, Sequence[int], Sequence[int], datetime]],
    now: datetime,
) -> tuple[frozenset[str], dict[int, int]]:
    """Write reservations (id, SKUs, quantities, expiry) where pieces are left for them, counted in this order.

    The ids of those, and the SKUs that became low with what is left. Stock rows stay locked until commit.
    """
    values = {
        "ids": texts(row[0] for row in rows),
        "skus": texts(plain(row[1]) for row in rows),
        "quantities": texts(plain(row[2]) for row in rows),
        "expiries": moments(row[3] for row in rows),
        "of": plain({sku for row in rows for sku in row[1]}),
        "handler": handler,
        "now": now,
    }
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(TAKE, values, prepare=True)
        found = await cursor.fetchall()
    return frozenset(name for name, _, _ in found if name), {sku: left for name, sku, left in found if not name}


async def settle(conn: Conn, now: datetime, limit: int, skus: Sequence[int] | None = None) -> int:
    """Let stock follow reservations that ended or ran out, of these SKUs only if any are named; how many did."""
    bounds = {"now": now, "limit": limit, "skus": None if skus is None else list(skus)}
    row = await (await conn.execute(SETTLE, bounds)).fetchone()
    return int(row["settled"]) if row else 0


async def confirm(conn: Conn, handler: HandlerId, reservation: str, now: datetime) -> Kept | None:
    return await _one(conn, CONFIRM, handler, reservation, now)


async def confirm_many(conn: Conn, handler: HandlerId, ids: Sequence[str], now: datetime) -> frozenset[str]:
    """Those of these that are confirmed now."""
    found = await conn.execute(CONFIRM_MANY, {"ids": texts(ids), "handler": handler, "now": now})
    return frozenset(row["id"] for row in await found.fetchall())


async def release(conn: Conn, handler: HandlerId, reservation: str, now: datetime) -> int:
    done = await conn.execute(RELEASE, {"id": reservation, "handler": handler, "now": now})
    return len(await done.fetchall())


async def find_reservation(conn: Conn, handler: HandlerId, reservation: str) -> Kept | None:
    return await _one(conn, FIND_RESERVATION, handler, reservation, None)


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


async def _one(conn: Conn, query: str, handler: HandlerId, reservation: str, now: datetime | None) -> Kept | None:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(query, {"id": reservation, "handler": handler, "now": now})
        row = await cursor.fetchone()
    return None if row is None else _kept(row)


def _kept(row: tuple[str, str, list[int], list[int], datetime]) -> Kept:
    return Kept(row[0], row[1], tuple(row[2]), tuple(row[3]), row[4])
