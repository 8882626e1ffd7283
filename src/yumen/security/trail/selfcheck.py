"""Look at the whole trail from inside, nightly: each entry has one place, places have no hole, the root re-derives."""

from __future__ import annotations

from dataclasses import dataclass

from yumen.kit.db import Conn
from yumen.security.trail import store
from yumen.security.trail.merkle import Edge, leaf_hash


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. `young` are entries that simply wait for the next round; the other counts should be zero."""

    size: int
    young: int
    unplaced: int
    emptied: int
    holes: int
    beyond: int
    tiles_amiss: int
    root_amiss: bool

    @property
    def sound(self) -> bool:
        return self == Health(self.size, self.young, 0, 0, 0, 0, 0, root_amiss=False)


async def check(conn: Conn) -> Health:
    """Read everything in one snapshot and re-derive every hash; `conn` must not be in a transaction."""
    async with conn.transaction():
        await conn.execute("set transaction isolation level repeatable read, read only")
        head = await store.get_head(conn)
        amiss = await store.count_amiss(conn, head)
        edge, tiles_amiss = Edge(), 0
        for start in range(0, head.size, store.PAGE):
            bodies = await store.list_bodies(conn, start, min(store.PAGE, head.size - start))
            for tile in edge.extend([leaf_hash(body) for body in bodies]):
                stored = await store.list_tiles(conn, tile.level, tile.n, 1)
                tiles_amiss += stored.get(tile.n) != tile.hashes
    return Health(head.size, **amiss, tiles_amiss=tiles_amiss, root_amiss=edge.root() != head.root)
