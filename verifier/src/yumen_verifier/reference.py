"""Leaf hashes that may be believed: tiles that lead, hash by hash, to the root of a trusted checkpoint."""

from __future__ import annotations

from collections.abc import Iterator

from yumen_verifier.source import Source, read_tile, spans
from yumen_verifier.tree import HASH, WIDTH, Roots, crown, subtree, widths

UNKNOWN = b"\xff" * HASH
"""Stands for a leaf hash whose tile is missing or does not lead to the trusted root."""


class Reference:
    """The tiles of one export, each believed only where the tile above it, and at last the root, says so."""

    def __init__(self, source: Source, size: int, other: Reference | None = None) -> None:
        """`other` is asked for leaf tiles that are not to be believed here; what it says must fit the tile above."""
        self.size = size
        self._source = source
        self._other = other
        self._levels = widths(size)
        self._last: dict[int, tuple[int, bytes | None]] = {}

    def leads_to(self, root: bytes) -> bool:
        """Do the ragged last tiles of all levels make up this root? Only then may the others be asked."""
        peaks: list[bytes] = []
        for level in range(len(self._levels) - 1, -1, -1):
            n, width = self._levels[level]
            row = read_tile(self._source, level, n, width) if width else b""
            if row is None:
                return False
            peaks += _peaks(row)
        return crown(peaks) == root

    def leaves(self) -> Iterator[bytes]:
        """The leaf hashes in order, UNKNOWN where they cannot be believed."""
        for n, width in spans(self.size):
            row = self.tile(0, n) or self._borrowed(n)
            yield from [UNKNOWN] * width if row is None else [row[at : at + HASH] for at in range(0, len(row), HASH)]

    def tile(self, level: int, n: int) -> bytes | None:
        """A believed tile, or None."""
        known = self._last.get(level)
        if known is None or known[0] != n:
            known = self._last[level] = (n, self._checked(level, n))
        return known[1]

    def root_of(self, n: int) -> bytes | None:
        """The believed root of the n-th full tile of leaves, also where that tile itself is not to be believed."""
        above = self.tile(1, n // WIDTH)
        at = n % WIDTH * HASH
        return above[at : at + HASH] if above else None

    def root_at(self, size: int) -> bytes | None:
        """The root that this tree had when it was smaller; None where a tile is not to be believed."""
        roots = Roots()
        for n, width in spans(size):
            row = self.tile(0, n)
            if row is None:
                return None
            roots.add_row(row[: width * HASH])
        return roots.root()

    def _borrowed(self, n: int) -> bytes | None:
        if self._other is None or (n + 1) * WIDTH > self._other.size:
            return None
        row = self._other.tile(0, n)
        return row if row and subtree(row) == self.root_of(n) else None

    def _checked(self, level: int, n: int) -> bytes | None:
        full, width = self._levels[level]
        if n == full:
            return read_tile(self._source, level, n, width) if width else None
        above = self.tile(level + 1, n // WIDTH)
        row = read_tile(self._source, level, n)
        at = n % WIDTH * HASH
        return row if above and row and subtree(row) == above[at : at + HASH] else None


def _peaks(row: bytes) -> list[bytes]:
    count, at, found = len(row) // HASH, 0, []
    for bit in range(7, -1, -1):
        if count >> bit & 1:
            found.append(subtree(row[at * HASH : (at + (1 << bit)) * HASH]))
            at += 1 << bit
    return found
