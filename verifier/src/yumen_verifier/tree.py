"""The Merkle tree of RFC 6962 section 2.1 over SM3, written from the RFC and not from the log's code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from yumen_verifier.sm import pair_hash, pair_hashes, sm3

WIDTH: Final = 256
HASH: Final = 32
EMPTY: Final = sm3(b"")


def subtree(row: bytes) -> bytes:
    """The root over neighbouring hashes, a power of two of them, given as one byte string."""
    while len(row) > HASH:
        row = b"".join(pair_hashes([row[at : at + 2 * HASH] for at in range(0, len(row), 2 * HASH)]))
    return row


class Roots:
    """The root of a tree that grows by whole subtrees: a binary counter of perfect subtrees, as in RFC 6962 2.1.2."""

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[tuple[int, bytes]] = []

    def add(self, root: bytes, leaves: int = 1) -> None:
        """Join the root of the next `leaves` leaves; a power of two that divides the present size."""
        span = leaves
        while self._stack and self._stack[-1][0] == span:
            root = pair_hash(self._stack.pop()[1] + root)
            span *= 2
        self._stack.append((span, root))
        self.size += leaves

    def add_row(self, row: bytes) -> None:
        """Join leaf hashes one after the other, at most up to the end of the present tile."""
        if self.size % WIDTH == 0 and len(row) == WIDTH * HASH:
            self.add(subtree(row), WIDTH)
            return
        for at in range(0, len(row), HASH):
            self.add(row[at : at + HASH])

    def root(self) -> bytes:
        """The root of all that was joined so far."""
        return crown(root for _, root in self._stack)

    def root_with(self, row: bytes) -> bytes:
        """The root as it would be with some more leaf hashes, without joining them."""
        other = Roots()
        other.size, other._stack = self.size, list(self._stack)
        other.add_row(row)
        return other.root()


def crown(subtrees: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees, largest first."""
    row = list(subtrees)
    if not row:
        return EMPTY
    root = row.pop()
    for left in reversed(row):
        root = pair_hash(left + root)
    return root


def widths(size: int) -> list[tuple[int, int]]:
    """For each level of tiles: how many are full, and how many hashes the ragged last one has."""
    found = []
    while size:
        found.append(divmod(size, WIDTH))
        size //= WIDTH
    return found
