"""The trail's rows: entries as the acts wrote them, and the places, tiles, heads and signatures that follow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from yumen.kit.db import Conn
from yumen.security.trail.merkle import Tile

PAGE: Final = 4096
"""Rows of one page of a long read; a multiple of 256."""
SIGNERS_MAX: Final = 1000
CHECKPOINTS_MAX: Final = 256

INSERT_ENTRY: Final = "insert into trail.entry (body) values (%s)"

_HEAD: Final = """
    select size, root, seen::text, pg_current_snapshot()::text as now, xid_base, cluster from trail.head
"""
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


@dataclass(frozen=True, slots=True)
class Seen:
    """What a snapshot could see: every transaction below `xmax` except those still `open` (txid numbers)."""

    xmax: int
    open: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """From PostgreSQL's `xmin:xmax:xip,xip`."""
        _, xmax, running = text.split(":")
        return cls(int(xmax), tuple(int(xid) for xid in running.split(",") if xid))


@dataclass(frozen=True, slots=True)
class Head:
    """How far the sequencer has come. `now` is the snapshot of the transaction that read it."""

    size: int
    root: bytes
    seen: str
    now: str
    xid_base: int
    cluster: int

    def bounds(self) -> dict[str, object]:
        """Where entries are that were not visible at `seen`."""
        seen = Seen.parse(self.seen)
        return {"low": str(seen.xmax + self.xid_base), "open": [str(xid + self.xid_base) for xid in seen.open]}


@dataclass(frozen=True, slots=True)
class EntryKey:
    """An entry before it has a place."""

    xid: int
    id: int


@dataclass(frozen=True, slots=True)
class SignedHead:
    size: int
    root: bytes
    signed: bytes


async def insert_entry(conn: Conn, body: bytes) -> None:
    """Add a leaf without a place; the sequencer gives it one after the commit."""
    await conn.execute(INSERT_ENTRY, (body,))


async def get_last_entry(conn: Conn) -> EntryKey:
    """The entry that this transaction inserted last."""
    cursor = await conn.execute(
        "select xid_base + pg_current_xact_id()::text::bigint as xid, currval('trail.entry_id_seq') as id"
        " from trail.head"
    )
    row = (await cursor.fetchall())[0]
    return EntryKey(row["xid"], row["id"])


async def find_place(conn: Conn, entry: EntryKey) -> int | None:
    """The index of the leaf, or None while it has no place."""
    cursor = await conn.execute(
        "select idx from trail.position where xid = %s::xid8 and id = %s", (str(entry.xid), entry.id)
    )
    row = await cursor.fetchone()
    return None if row is None else row["idx"]


async def get_cluster(conn: Conn) -> int:
    """The identity of the PostgreSQL cluster; another one after dump and restore."""
    cursor = await conn.execute("select system_identifier from pg_control_system()")
    return int((await cursor.fetchall())[0]["system_identifier"])


async def get_head(conn: Conn) -> Head:
    cursor = await conn.execute(_HEAD)
    return Head(**(await cursor.fetchall())[0])


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


async def list_bodies(conn: Conn, first: int, count: int) -> list[bytes]:
    """The leaves at `count` places (at most PAGE); an empty one where a row has been lost."""
    cursor = await conn.execute(
        "select coalesce(body, '') as body from generate_series(%(first)s::bigint, %(last)s::bigint) as place (idx)"
        " left join trail.position using (idx) left join trail.entry using (xid, id) order by idx limit %(page)s",
        {"first": first, "last": first + count - 1, "page": PAGE},
    )
    return [row["body"] for row in await cursor.fetchall()]


async def insert_tiles(conn: Conn, tiles: Sequence[Tile]) -> None:
    if not tiles:
        return
    async with conn.cursor() as cursor:
        await cursor.executemany(
            "insert into trail.tile (level, n, hashes) values (%s, %s, %s)",
            [(tile.level, tile.n, tile.hashes) for tile in tiles],
        )


async def list_tiles(conn: Conn, level: int, first: int, count: int) -> dict[int, bytes]:
    """Full tiles of a level by their number; missing ones are left out. At most 256."""
    cursor = await conn.execute(
        "select n, hashes from trail.tile where level = %s and n >= %s and n < %s order by n limit 256",
        (level, first, first + count),
    )
    return {row["n"]: row["hashes"] for row in await cursor.fetchall()}


async def update_head(conn: Conn, size: int, root: bytes, seen: str, cluster: int) -> None:
    await conn.execute(
        "update trail.head set size = %s, root = %s, seen = %s::pg_snapshot, cluster = %s", (size, root, seen, cluster)
    )


async def lock_signing(conn: Conn) -> None:
    """One signature or rotation at a time, until commit."""
    await conn.execute("select pg_advisory_xact_lock(hashtextextended('trail.signing', 0))")


async def find_checkpoint(conn: Conn) -> SignedHead | None:
    """The newest signed head."""
    cursor = await conn.execute("select size, root, signed from trail.checkpoint order by size desc limit 1")
    row = await cursor.fetchone()
    return None if row is None else SignedHead(**row)


async def find_signing(conn: Conn) -> tuple[int, datetime] | None:
    """Size and time of the newest checkpoint."""
    cursor = await conn.execute("select size, signed_at from trail.checkpoint order by size desc limit 1")
    row = await cursor.fetchone()
    return None if row is None else (row["size"], row["signed_at"])


async def count_waiting(conn: Conn, head: Head) -> int:
    """Entries that this snapshot sees and `head.seen` did not."""
    cursor = await conn.execute(
        "select (select count(*) from trail.entry where xid >= %(low)s::xid8)"
        " + (select count(*) from trail.entry where xid = any(%(open)s::xid8[])) as n",
        head.bounds(),
    )
    row = await cursor.fetchone()
    return 0 if row is None else int(row["n"])


async def list_checkpoints(conn: Conn, last: int) -> list[SignedHead]:
    """The newest signed heads not beyond `last`, newest first, at most CHECKPOINTS_MAX."""
    cursor = await conn.execute(
        "select size, root, signed from trail.checkpoint where size <= %s order by size desc limit %s",
        (last, CHECKPOINTS_MAX),
    )
    return [SignedHead(**row) for row in await cursor.fetchall()]


async def insert_checkpoint(conn: Conn, head: SignedHead, at: datetime) -> None:
    await conn.execute(
        "insert into trail.checkpoint (size, root, signed, signed_at) values (%s, %s, %s, %s)",
        (head.size, head.root, head.signed, at),
    )


async def list_signers(conn: Conn) -> list[bytes]:
    """The lines of the key list in their order."""
    cursor = await conn.execute("select line from trail.signer order by n limit %s", (SIGNERS_MAX,))
    return [row["line"] for row in await cursor.fetchall()]


async def insert_signer(conn: Conn, n: int, line: bytes, first_size: int) -> None:
    await conn.execute("insert into trail.signer (n, line, first_size) values (%s, %s, %s)", (n, line, first_size))


async def count_amiss(conn: Conn, head: Head) -> dict[str, int]:
    """Entries that wait for the next round (`young`); and what a sound trail has none of: entries that will never
    get a place, places without entry, holes before the head and places beyond it."""
    cursor = await conn.execute(
        """
        with lone as (
            select xid >= %(low)s::xid8 or xid = any(%(open)s::xid8[]) as young
            from trail.entry left join trail.position using (xid, id) where idx is null
        )
        select (select count(*) from lone where young) as young,
               (select count(*) from lone where not young) as unplaced,
               (select count(*) from trail.position left join trail.entry using (xid, id) where body is null)
                   as emptied,
               %(size)s - (select count(*) from trail.position where idx < %(size)s) as holes,
               (select count(*) from trail.position where idx >= %(size)s) as beyond
        """,
        {"size": head.size, **head.bounds()},
    )
    return dict((await cursor.fetchall())[0])
