"""The trail's rows: entries as the acts wrote them, and the places, tiles and checkpoints the sequencer gave."""

from __future__ import annotations

from typing import Final

from yumen.kit.db import Conn

INSERT_ENTRY: Final = "insert into trail.entry (body) values (%s)"


async def insert_entry(conn: Conn, body: bytes) -> None:
    """Add a leaf without a place; the sequencer gives it one after the commit."""
    await conn.execute(INSERT_ENTRY, (body,))
