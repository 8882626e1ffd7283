"""The Merkle tree of RFC 6962 section 2.1 over SM3: hashes, a growing right edge, proofs. Pure: no clock, no database.

Hashes are stored in tiles of 256 as C2SP tlog-tiles lays them out: the hash at place `i` of level `l` is the root of
leaves `[i * 256**l, (i + 1) * 256**l)`; level 0 holds leaf hashes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from yumen.kit.crypto import sm3

HASH_BYTES: Final = 32
TILE: Final = 256
TILE_BITS: Final = 8
EMPTY_ROOT: Final = sm3(b"")


def leaf_hash(body: bytes) -> bytes:
    return sm3(b"\x00" + body)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sm3(b"\x01" + left + right)


def fold(hashes: Iterable[bytes]) -> bytes:
    """The root over a power of two of neighbouring hashes (the root of a full tile, for one)."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def cut(hashes: bytes) -> list[bytes]:
    """A tile's bytes as single hashes."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


@dataclass(frozen=True, slots=True)
class Tile:
    """A full tile: 256 hashes at one level; `n` counts tiles of that level."""

    level: int
    n: int
    hashes: bytes


class Edge:
    """The ragged right side of a growing tree: enough to append leaves and to tell the root.

    `rows[level]` are the hashes that do not fill a tile yet.
    """

    __slots__ = ("_peaks", "rows", "size")

    def __init__(self, size: int = 0, rows: Iterable[Iterable[bytes]] = ()) -> None:
        """`rows` must hold `(size >> 8 * level) % 256` hashes for each level. Raises ValueError otherwise."""
        self.size = size
        self.rows = [list(row) for row in rows] or [[]]
        if [len(row) for row in self.rows] != widths(size):
            raise ValueError(f"rows do not fit a tree of {size} leaves")
        self._peaks = [peak for row in reversed(self.rows) for peak in _peaks_of(row)]

    def copy(self) -> Self:
        twin = object.__new__(type(self))
        twin.size, twin.rows, twin._peaks = self.size, [list(row) for row in self.rows], list(self._peaks)
        return twin

    def append(self, leaf: bytes) -> list[Tile]:
        """Add one leaf hash; gives the tiles that it completes, lowest level first."""
        self.rows[0].append(leaf)
        size, height, top, tiles = self.size, 0, leaf, []
        while size & 1:
            top = node_hash(self._peaks.pop(), top)
            size >>= 1
            height += 1
            if height % TILE_BITS == 0:
                tiles.append(self._complete(height // TILE_BITS - 1, size, top))
        self._peaks.append(top)
        self.size += 1
        return tiles

    def extend(self, leaves: Iterable[bytes]) -> list[Tile]:
        """Add many leaf hashes; gives the tiles that they complete, in the order of completion."""
        return [tile for leaf in leaves for tile in self.append(leaf)]

    def root(self) -> bytes:
        return crown(self._peaks)

    def _complete(self, level: int, n: int, root: bytes) -> Tile:
        full = Tile(level, n, b"".join(self.rows[level]))
        self.rows[level].clear()
        if level + 1 == len(self.rows):
            self.rows.append([])
        self.rows[level + 1].append(root)
        return full


def widths(size: int) -> list[int]:
    """How many hashes are in the unfinished tile of each level, level 0 first; one level at least."""
    found = [size % TILE]
    while size := size >> TILE_BITS:
        found.append(size % TILE)
    return found


def crown(peaks: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees that grow smaller from left to right; the empty tree's root for none."""
    row = list(peaks)
    if not row:
        return EMPTY_ROOT
    root = row.pop()
    while row:
        root = node_hash(row.pop(), root)
    return root


def _peaks_of(row: list[bytes]) -> list[bytes]:
    peaks, at = [], 0
    for bit in range(TILE_BITS - 1, -1, -1):
        if len(row) >> bit & 1:
            peaks.append(fold(row[at : at + (1 << bit)]))
            at += 1 << bit
    return peaks
