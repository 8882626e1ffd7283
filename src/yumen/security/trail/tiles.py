"""Read hashes of the tree from the database: full tiles as stored, the ragged right side made from what is below it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.errors import Code
from yumen.security.trail import store
from yumen.security.trail.merkle import HASH_BYTES, TILE, TILE_BITS, Edge, crown, cut, fold, leaf_hash, widths
from yumen.security.trail.paths import Range, pieces

BROKEN: Final = Code("trail.broken", 500)
"""The stored tree contradicts itself: a row of the trail was changed or lost."""

ROOTS_MAX: Final = 4096


class Tiles:
    """Rows of hashes by level. Keeps the roots of full tiles, which never change; one for each process."""

    def __init__(self) -> None:
        self._roots: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    async def row(self, conn: Conn, level: int, start: int, count: int) -> list[bytes]:
        """`count` hashes within one tile. Raises `trail.broken` when they are not there."""
        n = start // TILE
        full = await store.list_tiles(conn, level, n, 1)
        if n in full:
            at = start % TILE * HASH_BYTES
            return cut(full[n][at : at + count * HASH_BYTES])
        if level == 0:
            bodies = await store.list_bodies(conn, start, count)
            if not all(bodies):
                raise BROKEN(level=0, tile=n)
            return [leaf_hash(body) for body in bodies]
        return await self._roots_below(conn, level - 1, start, count)

    async def root(self, conn: Conn, leaves: Range) -> bytes:
        """The root over a range of leaves as proofs ask for it (see `paths.pieces`)."""
        return crown([fold(await self.row(conn, piece.level, piece.start, piece.count)) for piece in pieces(leaves)])

    async def edge(self, conn: Conn, size: int) -> Edge:
        """The right side of the tree of that size, ready to be continued."""
        rows = []
        for level, width in enumerate(widths(size)):
            start = (size >> TILE_BITS * level) - width
            rows.append(await self.row(conn, level, start, width) if width else [])
        return Edge(size, rows)

    async def _roots_below(self, conn: Conn, level: int, first: int, count: int) -> list[bytes]:
        wanted = range(first, first + count)
        missing = [n for n in wanted if (level, n) not in self._roots]
        if missing:
            stored = await store.list_tiles(conn, level, missing[0], missing[-1] - missing[0] + 1)
            for n in missing:
                if n not in stored:
                    raise BROKEN(level=level, tile=n)
                self._roots[level, n] = fold(cut(stored[n]))
        found = [self._roots[level, n] for n in wanted]
        while len(self._roots) > ROOTS_MAX:
            self._roots.popitem(last=False)
        return found
