"""How the trail stands: its size, what is signed, what waits, and who signs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from yumen.kit.db import Conn
from yumen.security.trail import store


@dataclass(frozen=True, slots=True)
class Status:
    """`waiting` entries are committed and not yet in the tree. Nothing is signed before the first checkpoint."""

    size: int
    root: bytes
    waiting: int
    signed_size: int | None
    signed_at: datetime | None


async def status(conn: Conn) -> Status:
    """Look once. `conn` has the role SEQUENCER or APP."""
    head, last = await store.get_head(conn), await store.find_signing(conn)
    size, at = (None, None) if last is None else last
    return Status(head.size, head.root, await store.count_waiting(conn, head), size, at)


async def newest_checkpoint(conn: Conn) -> bytes | None:
    """The signed note of the newest checkpoint."""
    last = await store.find_checkpoint(conn)
    return None if last is None else last.signed


async def count_signers(conn: Conn) -> int:
    """How many keys have signed so far; the last of them is in office."""
    return len(await store.list_signers(conn))


async def signer_lines(conn: Conn) -> list[bytes]:
    """The chained list of signers, a line for each in the order of office; empty before the first signature."""
    return await store.list_signers(conn)
