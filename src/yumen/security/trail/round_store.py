"""What a round of the sequencer says to the database: the fence, what is new, its places, full tiles, the new head."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from yumen.kit.db import Conn
from yumen.security.trail.merkle import Tile
from yumen.security.trail.store import PAGE, Head

_LOCK_HEAD: Final = """
    select size, root, seen::text, pg_current_snapshot()::text as now, xid_base, cluster,
        set_config('synchronous_commit', 'on', true), set_config('enable_seqscan', 'off', true),
        set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
    from trail.head for update
"""
_COUNT_FRESH: Final = """
    select count(*) as fresh from (
        (select xid from trail.entry where xid >= %(low)s::xid8 order by xid limit %(page)s)
        union all
        (select xid from trail.entry where xid = any(%(open)s::xid8[]) order by xid limit %(page)s)
    ) fresh
"""
_PLACE_FRESH: Final = """
    insert into trail.position (idx, xid, id)
    select %(size)s + row_number() over (order by xid, id) - 1, xid, id
    from (
        select xid, id from trail.entry where xid >= %(low)s::xid8
        union all
        select xid, id from trail.entry where xid = any(%(open)s::xid8[])
    ) fresh
    order by 1
"""
_PLACE_AND_READ: Final = """
    with fresh as (
        select xid, id, body from trail.entry where xid >= %(low)s::xid8
        union all
        select xid, id, body from trail.entry where xid = any(%(open)s::xid8[])
    ), placed as (
        insert into trail.position (idx, xid, id)
        select %(size)s + row_number() over (order by xid, id) - 1, xid, id from fresh order by 1
    )
    select body from fresh order by xid, id
"""
_PLACE_ALL: Final = """
    insert into trail.position (idx, xid, id)
    select %(size)s + row_number() over (order by xid, id) - 1, xid, id
    from trail.entry left join trail.position using (xid, id)
    where idx is null
    order by 1
"""
_PLACED: Final = """
    select body from trail.position join trail.entry using (xid, id) where idx >= %s and idx < %s order by idx
"""


async def get_cluster(conn: Conn) -> int:
    """The identity of the PostgreSQL cluster; another one after dump and restore."""
    cursor = await conn.execute("select system_identifier from pg_control_system()")
    return int((await cursor.fetchall())[0]["system_identifier"])


async def lock_head(conn: Conn) -> Head:
    """The fence: holds the row until commit. Raises SerializationFailure when a rival has moved it.

    Until then commits are durable, and the planner, who has no statistics of xid8, keeps to what is new.
    """
    cursor = await conn.execute(_LOCK_HEAD)
    row = (await cursor.fetchall())[0]
    del row["set_config"]
    return Head(**row)


async def lift_xids(conn: Conn) -> None:
    """After a restore: number later entries above the restored ones. Waits for acts under way."""
    await conn.execute("select trail.lift_xids()")


async def count_fresh(conn: Conn, head: Head) -> int:
    """How many entries are visible now that were not at `head.seen`; counting stops beyond a page."""
    cursor = await conn.execute(_COUNT_FRESH, {"page": PAGE + 1, **head.bounds()})
    return int((await cursor.fetchall())[0]["fresh"])


async def place_batch(conn: Conn, head: Head) -> list[bytes]:
    """Give places to the entries that this snapshot sees and `head.seen` did not; the leaves in their order."""
    cursor = await conn.execute(_PLACE_AND_READ, {"size": head.size, **head.bounds()})
    return [row["body"] for row in await cursor.fetchall()]


async def place_backlog(conn: Conn, head: Head, *, restored: bool) -> int:
    """The same for many, which `stream_placed` then reads; returns how many.

    After a restore `head.seen` means nothing: then to all entries without a place.
    """
    cursor = await conn.execute(_PLACE_ALL if restored else _PLACE_FRESH, {"size": head.size, **head.bounds()})
    return cursor.rowcount


async def stream_placed(conn: Conn, first: int, count: int) -> AsyncIterator[list[bytes]]:
    """The leaves that this transaction has just placed, in order, page by page."""
    async with conn.cursor("trail_placed") as pages:
        await pages.execute(_PLACED, (first, first + count))
        while page := await pages.fetchmany(PAGE):
            yield [row["body"] for row in page]


async def insert_tiles(conn: Conn, tiles: Sequence[Tile]) -> None:
    if not tiles:
        return
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "insert into trail.tile (level, n, hashes) values (%s, %s, %s)",
            [(tile.level, tile.n, tile.hashes) for tile in tiles],
        )


async def update_head(conn: Conn, size: int, root: bytes, seen: str, cluster: int) -> None:
    await conn.execute(
        "update trail.head set size = %s, root = %s, seen = %s::pg_snapshot, cluster = %s", (size, root, seen, cluster)
    )
