"""Rows of reservations: pieces promised until a moment, sold, or given back.

Stock rows are locked in the order of their numbers here as well; a unit that confirms or releases locks none of them:
what the end of a reservation does to stock follows later (`stock_store.settle`).
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
class Kept:
    """A reservation as it is written down."""

    id: str
    state: str
    sku_ids: tuple[int, ...]
    quantities: tuple[int, ...]
    expires_at: datetime


_PROMISED: Final = """
), taken as (
    select l.sku_id, sum(l.quantity) as quantity
      from held, unnest(held.sku_ids, held.quantities) as l (sku_id, quantity)
     group by l.sku_id
), promised as (
    update catalog.stock s set reserved = s.reserved + taken.quantity from taken where s.sku_id = taken.sku_id
)
"""
"""What follows the reservations that were `held`: their pieces are promised."""
FIND_MANY: Final = """
select id, state, sku_ids, quantities, expires_at from catalog.reservation
 where id = any(%(ids)b::text[]) and handler_id = any(%(handlers)b::bigint[])
"""
RESERVE: Final = f"""
with asked as (
    select id, handler_id, skus::bigint[] as sku_ids, quantities::bigint[] as quantities, expires_at
      from unnest(%(ids)b::text[], %(handlers)b::bigint[], %(skus)b::text[], %(quantities)b::text[],
                  %(expiries)b::timestamptz[]) as a (id, handler_id, skus, quantities, expires_at)
), held as (
    insert into catalog.reservation (id, handler_id, state, sku_ids, quantities, held_at, expires_at)
    select id, handler_id, 'held', sku_ids, quantities, %(now)b, expires_at from asked
    on conflict (id) do nothing
    returning id, sku_ids, quantities{_PROMISED}select id from held
"""  # noqa: S608  # constants only
TAKE: Final = f"""
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
    returning id, sku_ids, quantities{_PROMISED}select id, null::bigint as sku_id, null::bigint as left_after from held
 union all
select null, sku_id, (left_before - quantity)::bigint from taken join locked using (sku_id)
 where left_before - quantity <= low_level and low_level < left_before
"""  # noqa: S608  # constants only
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
FIND: Final = """
select id, state, sku_ids, quantities, expires_at from catalog.reservation
 where id = %(id)s and handler_id = %(handler)s
"""


async def find_many(conn: Conn, ids: Sequence[str], handlers: Sequence[int]) -> dict[str, Kept]:
    async with conn.cursor(row_factory=tuple_row, binary=True) as cursor:
        await cursor.execute(FIND_MANY, {"ids": list(ids), "handlers": list(handlers)}, prepare=True)
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


async def confirm(conn: Conn, handler: HandlerId, reservation: str, now: datetime) -> Kept | None:
    return await _one(conn, CONFIRM, handler, reservation, now)


async def confirm_many(conn: Conn, handler: HandlerId, ids: Sequence[str], now: datetime) -> frozenset[str]:
    """Those of these that are confirmed now."""
    found = await conn.execute(CONFIRM_MANY, {"ids": texts(ids), "handler": handler, "now": now})
    return frozenset(row["id"] for row in await found.fetchall())


async def release(conn: Conn, handler: HandlerId, reservation: str, now: datetime) -> int:
    done = await conn.execute(RELEASE, {"id": reservation, "handler": handler, "now": now})
    return len(await done.fetchall())


async def find(conn: Conn, handler: HandlerId, reservation: str) -> Kept | None:
    return await _one(conn, FIND, handler, reservation, None)


async def _one(conn: Conn, query: str, handler: HandlerId, reservation: str, now: datetime | None) -> Kept | None:
    async with conn.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(query, {"id": reservation, "handler": handler, "now": now})
        row = await cursor.fetchone()
    return None if row is None else _kept(row)


def _kept(row: tuple[str, str, list[int], list[int], datetime]) -> Kept:
    return Kept(row[0], row[1], tuple(row[2]), tuple(row[3]), row[4])
