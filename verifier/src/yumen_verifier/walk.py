"""The first pass: stream the leaves once, re-derive every hash, and note whatever does not fit. Constant memory."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from yumen_verifier.sm import leaf_hash, leaf_hashes
from yumen_verifier.source import Source, read_bundle, read_tile, spans
from yumen_verifier.tree import HASH, WIDTH, Roots, subtree, widths

ABSENT: Final = b"\x00" * HASH
"""Stands for a leaf that is not there; no SM3 hash of anything known."""
ABSENT_MAX: Final = 200
MISSING_RUN_MAX: Final = 4096
"""So many bundles missing in a row are the end: a forged size must not keep the verifier busy for ever."""


@dataclass(slots=True)
class Walk:
    """What the leaves of an export say, and where its own tiles say otherwise."""

    size: int
    root: bytes = b""
    roots_at: dict[int, bytes] = field(default_factory=dict)
    odd_tiles: list[tuple[int, int]] = field(default_factory=list)
    missing_tiles: list[tuple[int, int]] = field(default_factory=list)
    missing_bundles: list[int] = field(default_factory=list)
    torn_bundles: list[int] = field(default_factory=list)
    odd_bundles: list[int] = field(default_factory=list)
    absent: list[int] = field(default_factory=list)


def walk(source: Source, size: int, milestones: Collection[int], progress: Callable[[int], None]) -> Walk:
    """Re-derive the tree of `size` leaves; `roots_at` tells its root at each milestone not beyond it."""
    found = Walk(size)
    roots = Roots()
    above: list[list[bytes]] = [[] for _ in widths(size)[1:]]
    waiting = sorted({at for at in milestones if at <= size}, reverse=True)
    for n, width in spans(size):
        row = _leaves(source, n, width, found)
        if found.missing_bundles[-MISSING_RUN_MAX:][:1] == [n - MISSING_RUN_MAX + 1]:
            break
        while waiting and waiting[-1] < roots.size + width:
            at = waiting.pop()
            found.roots_at[at] = roots.root_with(row[: (at - roots.size) * HASH])
        _compare(source, 0, n, row, found)
        if width == WIDTH:
            root = subtree(row)
            roots.add(root, WIDTH)
            _climb(source, root, n, above, found)
        else:
            roots.add_row(row)
        progress(roots.size)
    for level, pending in enumerate(above, start=1):
        if pending:
            _compare(source, level, size // WIDTH ** (level + 1), b"".join(pending), found)
    found.root = roots.root()
    if found.size in waiting:
        found.roots_at[found.size] = found.root
    return found


def leaves_of(source: Source, size: int) -> Iterator[bytes]:
    """The leaf hashes of an export one after the other, wherever bundles begin and end; ABSENT for lost ones.

    Lost ones at the very end are not given: there the leaves just end.
    """
    lost = 0
    for n, width in spans(size):
        bundle = read_bundle(source, n, width)
        for body in [b""] * width if bundle is None else bundle.bodies:
            if not body:
                lost += 1
                continue
            yield from [ABSENT] * lost
            lost = 0
            yield leaf_hash(body)
        if lost >= MISSING_RUN_MAX * WIDTH:
            return


def _leaves(source: Source, n: int, width: int, found: Walk) -> bytes:
    bundle = read_bundle(source, n, width)
    if bundle is None:
        found.missing_bundles.append(n)
        return ABSENT * width
    if bundle.torn:
        found.torn_bundles.append(n)
    bodies = bundle.bodies
    if len(bodies) != width or not all(bodies):
        found.odd_bundles.append(n)
        if len(bodies) == width and len(found.absent) < ABSENT_MAX:
            found.absent += [n * WIDTH + at for at, body in enumerate(bodies) if not body]
        bodies = (bodies + [b""] * width)[:width]
    return b"".join(leaf_hashes(bodies))


def _climb(source: Source, root: bytes, n: int, above: list[list[bytes]], found: Walk) -> None:
    """Take the root of a full tile up; compare each tile that it fills."""
    for level, pending in enumerate(above, start=1):
        pending.append(root)
        if len(pending) < WIDTH:
            return
        row = b"".join(pending)
        pending.clear()
        n //= WIDTH
        _compare(source, level, n, row, found)
        root = subtree(row)


def _compare(source: Source, level: int, n: int, row: bytes, found: Walk) -> None:
    tile = read_tile(source, level, n, len(row) // HASH)
    if tile is None:
        found.missing_tiles.append((level, n))
    elif tile != row:
        found.odd_tiles.append((level, n))
