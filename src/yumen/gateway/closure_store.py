"""Rows of a closed border."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId


@dataclass(frozen=True, slots=True)
class Closure:
    """A difference: what the meter says of a counter, and what was counted."""

    id: str
    year: int
    counter: int
    booked: int
    counted: int
    closed_at: datetime


ONE_SNAPSHOT: Final = "set transaction isolation level repeatable read"
IS_CLOSED: Final = "select 1 from gateway.closure where handler_id = %s and opened_at is null limit 1"
LIST: Final = """
select id, year, counter, booked, counted, closed_at from gateway.closure
 where handler_id = %s and opened_at is null order by id limit 100
"""
INSERT: Final = """
insert into gateway.closure (id, handler_id, year, counter, booked, counted, closed_at)
values (%s, %s, %s, %s, %s, %s, %s) on conflict (handler_id, year, counter) where opened_at is null do nothing
"""
REOPEN: Final = """
update gateway.closure set opened_at = %s, opened_by = %s, reason = %s
 where id = %s and handler_id = %s and opened_at is null
"""


async def one_snapshot(conn: Conn) -> None:
    """Let every read of this transaction see the same moment; must be its first statement."""
    await conn.execute(ONE_SNAPSHOT)


async def is_closed(conn: Conn, handler: HandlerId) -> bool:
    return await (await conn.execute(IS_CLOSED, (handler,))).fetchone() is not None


async def list_closed(conn: Conn, handler: HandlerId) -> list[Closure]:
    return [Closure(**row) for row in await (await conn.execute(LIST, (handler,))).fetchall()]


async def insert(conn: Conn, handler: HandlerId, row: Closure) -> bool:
    """False when that counter is closed already."""
    values = (row.id, handler, row.year, row.counter, row.booked, row.counted, row.closed_at)
    return (await conn.execute(INSERT, values)).rowcount == 1


async def reopen(conn: Conn, handler: HandlerId, closure: str, actor: str, reason: str, now: datetime) -> bool:
    return (await conn.execute(REOPEN, (now, actor, reason, closure, handler))).rowcount == 1
