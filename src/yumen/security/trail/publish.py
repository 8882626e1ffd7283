"""Copy the trail out of the database: as a published log that an outsider can keep, or as evidence for the verifier.

The layout is that of C2SP tlog-tiles. `publish` refuses to publish what does not continue what is out there already;
`export` writes down faithfully whatever the database holds, also when it was tampered with.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Final, Protocol

from yumen.kit.db import Conn
from yumen.kit.errors import Problem
from yumen.security.trail import note, store
from yumen.security.trail.checkpoint import ROLLED_BACK, check_continues
from yumen.security.trail.merkle import TILE, TILE_BITS, leaf_hash, widths
from yumen.security.trail.tiles import BROKEN, Tiles

TILES_PAGE: Final = store.PAGE // TILE


class Shelf(Protocol):
    """Where files go: a folder, or a bucket outside the database host. A put is whole or not at all."""

    async def put(self, path: str, data: bytes) -> None: ...
    async def get(self, path: str) -> bytes | None: ...


class FolderShelf:
    """A folder; each file is written beside its place, flushed, and renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, path: str, data: bytes) -> None:
        await asyncio.to_thread(_write, self._folder / path, data)

    async def get(self, path: str) -> bytes | None:
        file = self._folder / path
        return await asyncio.to_thread(file.read_bytes) if file.is_file() else None


async def publish(conn: Conn, shelf: Shelf, tiles: Tiles, *, entries: bool = True) -> int:
    """Bring a shelf up to the newest checkpoint; returns its size. Stopped half-way, the next call goes on.

    Without `entries` only hashes leave: enough to witness, not enough to read. Raises `trail.rolled_back`,
    `trail.forked` when the database does not continue what was published, `trail.broken` when it contradicts itself.
    """
    last, out = await store.find_checkpoint(conn), await shelf.get("checkpoint")
    old = note.read_head(out) if out else None
    first = old.size if old else 0
    if last is None:
        if old is not None:
            raise ROLLED_BACK(size=0, signed=old.size)
        return 0
    if old is not None:
        await check_continues(conn, tiles, old.size, old.root, last.size, last.root)
    if (await tiles.edge(conn, last.size)).root() != last.root:
        raise BROKEN(size=last.size)
    if entries:
        async for path, data in _bundles(conn, tiles, first, last.size):
            await shelf.put(path, data)
    async for path, data in _hashes(conn, tiles, first, last.size, lenient=False):
        await shelf.put(path, data)
    former = {old.size: out} if old is not None and out is not None and old.size < last.size else {}
    await _put_heads(conn, shelf, former, last.signed)
    return last.size


async def export(conn: Conn, folder: Path, since: int = 0) -> int:
    """Write what the database holds, up to its newest checkpoint, as found; returns its size.

    `since` skips leaves before that place, for a folder that has them. A lost row becomes an empty leaf. Ragged tiles
    are not stored: here they are made from the leaves and tiles below them, and left out where one of these is lost.
    """
    shelf, last = FolderShelf(folder), await store.find_checkpoint(conn)
    size = 0 if last is None else last.size
    async for path, data in _bundles(conn, None, since, size):
        await shelf.put(path, data)
    async for path, data in _hashes(conn, Tiles(), since, size, lenient=True):
        await shelf.put(path, data)
    former = {head.size: head.signed for head in await store.list_checkpoints(conn, size) if head.size < size}
    await _put_heads(conn, shelf, former, last.signed if last else None)
    return size


def tile_path(kind: str, n: int, width: int) -> str:
    """C2SP tlog-tiles: tile 1234067 of level 0 is `tile/0/x001/x234/067`, a partial one ends in `.p/<width>`."""
    parts = [f"{n % 1000:03}"]
    while n := n // 1000:
        parts.append(f"x{n % 1000:03}")
    return f"tile/{kind}/{'/'.join(reversed(parts))}" + (f".p/{width}" if width < TILE else "")


async def _bundles(conn: Conn, tiles: Tiles | None, first: int, size: int) -> AsyncIterator[tuple[str, bytes]]:
    """Entry bundles from that holding `first` on; with `tiles`, each leaf must have the hash that its tile says."""
    for start in range(first - first % TILE, size, store.PAGE):
        bodies = await store.list_bodies(conn, start, min(store.PAGE, size - start))
        for at in range(0, len(bodies), TILE):
            bundle, n = bodies[at : at + TILE], (start + at) // TILE
            if tiles is not None:
                row = await tiles.row(conn, 0, n * TILE, len(bundle))
                if row != [leaf_hash(body) for body in bundle]:
                    raise BROKEN(level=0, tile=n)
            yield tile_path("entries", n, len(bundle)), b"".join(len(body).to_bytes(2) + body for body in bundle)


async def _hashes(
    conn: Conn, tiles: Tiles, first: int, size: int, *, lenient: bool
) -> AsyncIterator[tuple[str, bytes]]:
    """Tiles from those that `first` is in: full ones as stored, ragged ones made from what is below them."""
    for level, width in enumerate(widths(size)):
        full = size >> TILE_BITS * (level + 1)
        async for n, hashes in _stored(conn, level, first >> TILE_BITS * (level + 1), full):
            yield tile_path(str(level), n, TILE), hashes
        try:
            row = await tiles.row(conn, level, full * TILE, width) if width else []
        except Problem:
            if not lenient:
                raise
            continue
        if row:
            yield tile_path(str(level), full, width), b"".join(row)


async def _stored(conn: Conn, level: int, first: int, end: int) -> AsyncIterator[tuple[int, bytes]]:
    for start in range(first, end, TILES_PAGE):
        page = await store.list_tiles(conn, level, start, min(TILES_PAGE, end - start))
        for n, hashes in page.items():
            yield n, hashes


async def _put_heads(conn: Conn, shelf: Shelf, former: Mapping[int, bytes], newest: bytes | None) -> None:
    """The key list, heads of before for later comparison, and last the newest: from then on the rest counts."""
    lines = await store.list_signers(conn)
    await shelf.put("keys", b"".join(line + b"\n" for line in lines))
    for size, signed in former.items():
        await shelf.put(f"history/{size:019}", signed)
    if newest is not None:
        await shelf.put("checkpoint", newest)


def _write(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    with beside.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    beside.rename(file)
