"""The trail's rows: entries as the acts wrote them, and the places, tiles, heads and signatures that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from yumen.kit.db import Conn

PAGE: Final = 4096
"""Rows of one page of a long read; a multiple of 256."""
SIGNERS_MAX: Final = 1000
CHECKPOINTS_MAX: Final = 256

INSERT_ENTRY: Final = "insert into trail.entry (body) values (%s)"

_HEAD: Final = """
    select size, root, seen::text, pg_current_snapshot()::text as now, xid_base, cluster from trail.head
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


async def get_head(conn: Conn) -> Head:
    cursor = await conn.execute(_HEAD)
    return Head(**(await cursor.fetchall())[0])


async def list_bodies(conn: Conn, first: int, count: int) -> list[bytes]:
    """The leaves at `count` places (at most PAGE); an empty one where a row has been lost."""
    cursor = await conn.execute(
        "select coalesce(body, '') as body from generate_series(%(first)s::bigint, %(last)s::bigint) as place (idx)"
        " left join trail.position using (idx) left join trail.entry using (xid, id) order by idx limit %(page)s",
        {"first": first, "last": first + count - 1, "page": PAGE},
    )
    return [row["body"] for row in await cursor.fetchall()]


async def list_tiles(conn: Conn, level: int, first: int, count: int) -> dict[int, bytes]:
    """Full tiles of a level by their number; missing ones are left out. At most 256."""
    cursor = await conn.execute(
        "select n, hashes from trail.tile where level = %s and n >= %s and n < %s order by n limit 256",
        (level, first, first + count),
    )
    return {row["n"]: row["hashes"] for row in await cursor.fetchall()}


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
