"""Sign the tree as it stands, never a tree that contradicts one signed before; and hand the pen to a new key.

A head is signed only after the round that made it is committed. Signing checks from the stored tiles that the new
tree begins with the last signed one, so that a changed database cannot obtain a signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.errors import Code
from yumen.security.trail import note, store
from yumen.security.trail.paths import consistency_ranges, continues
from yumen.security.trail.signer import Signer
from yumen.security.trail.tiles import Tiles

FORKED: Final = Code("trail.forked", 500)
"""The stored tree does not begin with the tree that was signed before."""
ROLLED_BACK: Final = Code("trail.rolled_back", 500)
"""The stored tree is smaller than one that was signed before."""
NOT_IN_OFFICE: Final = Code("trail.signer_not_in_office", 500)
"""Another key is the last in the list of signers."""


@dataclass(frozen=True, slots=True)
class Log:
    """The trail's name, its signer, and the tile cache of this process. `origin` is a URL without scheme."""

    origin: str
    signer: Signer
    tiles: Tiles

    def __post_init__(self) -> None:
        note.check_origin(self.origin)


async def sign(conn: Conn, log: Log, at: datetime) -> store.SignedHead:
    """Sign the present tree, or answer the last checkpoint where nothing was added. `conn`: role SEQUENCER.

    `at` is the real time. Raises `trail.forked`, `trail.rolled_back`, `trail.signer_not_in_office`, `trail.broken`.
    """
    async with conn.transaction():
        await store.lock_signing(conn)
        await _take_office(conn, log, at)
        head, last = await store.get_head(conn), await store.find_checkpoint(conn)
        if last is not None:
            await check_continues(conn, log.tiles, last.size, last.root, head.size, head.root)
            if last.size == head.size:
                return last
        signed = note.sign_head(note.TreeHead(log.origin, head.size, head.root), at, log.signer)
        fresh = store.SignedHead(head.size, head.root, signed)
        await store.insert_checkpoint(conn, fresh, at)
        return fresh


async def rotate(conn: Conn, log: Log, new: Signer, at: datetime) -> Log:
    """Let a new key sign from the present size on; the old one vouches for it. Raises as `sign` does."""
    async with conn.transaction():
        await store.lock_signing(conn)
        await _take_office(conn, log, at)
        lines, size = await store.list_signers(conn), (await store.get_head(conn)).size
        line = note.key_line(lines, log.origin, size, at, log.signer, new)
        await store.insert_signer(conn, len(lines), line, size)
    return Log(log.origin, new, log.tiles)


async def check_continues(conn: Conn, tiles: Tiles, old: int, old_root: bytes, new: int, new_root: bytes) -> None:
    """Refuse a tree that does not begin with an earlier one. Raises `trail.rolled_back`, `trail.forked`."""
    if new < old:
        raise ROLLED_BACK(size=new, signed=old)
    proof = [await tiles.root(conn, leaves) for leaves in consistency_ranges(old, new)]
    if not continues(old, new, old_root, new_root, proof):
        raise FORKED(size=new, signed=old)


async def _take_office(conn: Conn, log: Log, at: datetime) -> None:
    """The first signer writes itself into the list; a later one must be the last in it."""
    lines = await store.list_signers(conn)
    if not lines:
        await store.insert_signer(conn, 0, note.key_line([], log.origin, 0, at, log.signer, log.signer), 0)
    elif note.point_of(lines[-1]) != log.signer.point:
        raise NOT_IN_OFFICE(signer=len(lines) - 1)
