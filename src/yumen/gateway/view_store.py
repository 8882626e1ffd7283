"""Rows of views from abroad."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

INSERT: Final = """
insert into gateway.view (id, handler_id, contract, country, opened, reachable, viewed_at)
values (%s, %s, %s, %s, %s, %s, %s)
on conflict (id) do nothing
"""


async def insert(
    conn: Conn, view: UUID, handler: HandlerId, contract: str, country: str, opened: int, reachable: int, now: datetime
) -> bool:
    """False where that view was written down before."""
    return (await conn.execute(INSERT, (view, handler, contract, country, opened, reachable, now))).rowcount == 1
