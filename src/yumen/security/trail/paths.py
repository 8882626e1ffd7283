"""Which hashes prove that a leaf is in a tree, or that one tree continues another, and the check of such a proof.

RFC 6962 sections 2.1.1 and 2.1.2 say which subtrees; here they are ranges of leaves, so that whoever holds tiles
can look them up. The checks are those of RFC 9162 sections 2.1.3.2 and 2.1.4.2. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yumen.security.trail.merkle import EMPTY_ROOT, TILE_BITS, node_hash

SIZE_MAX: Final = 1 << 62

Range = tuple[int, int]
"""Leaves from the first up to, not including, the second."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A perfect subtree: `count` hashes of one tile row, from place `start` of level `level`."""

    level: int
    start: int
    count: int


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The subtrees whose roots are the audit path of a leaf, from the leaf up. Raises ValueError out of bounds."""
    if not 0 <= index < size <= SIZE_MAX:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    low, high, path = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        path.append((middle, high) if index < middle else (low, middle))
        low, high = (low, middle) if index < middle else (middle, high)
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees whose roots prove that the tree of `new` leaves begins with that of `old` leaves."""
    if not 0 <= old <= new <= SIZE_MAX:
        raise ValueError(f"a tree of {new} cannot continue one of {old}")
    if old in (0, new):
        return []
    low, high, path = 0, new, []
    while high != old:
        middle = low + _split(high - low)
        path.append((middle, high) if old <= middle else (low, middle))
        low, high = (low, middle) if old <= middle else (middle, high)
    return ([(low, high)] if low else []) + path[::-1]


def pieces(leaves: Range) -> list[Piece]:
    """The perfect subtrees under a range that begins at a multiple of its largest one, left to right."""
    low, high = leaves
    found = []
    for height in range((high - low).bit_length() - 1, -1, -1):
        if (high - low) >> height & 1:
            level, rest = divmod(height, TILE_BITS)
            found.append(Piece(level, low >> level * TILE_BITS, 1 << rest))
            low += 1 << height
    return found


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Does the proof lead from the leaf hash at `index` to the root of the tree of that size?"""
    if not 0 <= index < size <= SIZE_MAX:
        return False
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def continues(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Does the proof show that the tree of `new` leaves begins with the tree of `old` leaves?"""
    if not 0 <= old <= new <= SIZE_MAX:
        return False
    if old in (0, new):
        return not proof and old_root == (EMPTY_ROOT if old == 0 else new_root)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(path) and _roots(old - 1, new - 1, path) == (old_root, new_root)


def _roots(at: int, last: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (RFC 6962: k)."""
    return 1 << (size - 1).bit_length() - 1
