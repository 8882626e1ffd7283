"""Prove to an outsider that a leaf is in the tree, or that the tree of today continues that of yesterday."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork
from yumen.security.trail import store
from yumen.security.trail.paths import consistency_ranges, inclusion_ranges
from yumen.security.trail.store import EntryKey
from yumen.security.trail.tiles import Tiles

NO_SUCH_TREE: Final = Code("trail.no_such_tree", 404)
NO_SUCH_LEAF: Final = Code("trail.no_such_leaf", 404)


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The leaf itself, its place, and the hashes that lead from it to the root of the tree of `size` leaves."""

    index: int
    size: int
    body: bytes
    path: list[bytes]


async def last_entry(uow: UnitOfWork) -> EntryKey:
    """Which entry this unit recorded last; keep it to ask for a proof later. Costs a query, so only where needed."""
    return await store.get_last_entry(uow.conn)


async def find_index(conn: Conn, entry: EntryKey) -> int | None:
    """The leaf's place, or None while the sequencer has not come to it."""
    return await store.find_place(conn, entry)


async def prove_inclusion(conn: Conn, tiles: Tiles, index: int, size: int) -> Inclusion:
    """Raises `trail.no_such_tree` beyond the present size, `trail.no_such_leaf` beyond `size`, `trail.broken`."""
    if not 0 < size <= (await store.get_head(conn)).size:
        raise NO_SUCH_TREE(size=size)
    if not 0 <= index < size:
        raise NO_SUCH_LEAF(leaf=index, size=size)
    path = [await tiles.root(conn, leaves) for leaves in inclusion_ranges(index, size)]
    return Inclusion(index, size, (await store.list_bodies(conn, index, 1))[0], path)


async def prove_consistency(conn: Conn, tiles: Tiles, old: int, new: int) -> list[bytes]:
    """Hashes that lead from the root at `old` leaves to that at `new`. Raises `trail.no_such_tree`, `trail.broken`."""
    if not 0 <= old <= new <= (await store.get_head(conn)).size:
        raise NO_SUCH_TREE(size=new)
    return [await tiles.root(conn, leaves) for leaves in consistency_ranges(old, new)]
