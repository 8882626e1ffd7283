"""The few rows that belong to no module: alarms, what was refused, the movable clock, and what the demo counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

RAISE_ALARM: Final = """
insert into ops.alarm (handler_id, code, place, raised_at, last_at)
values (%(handler)s, %(code)s, %(place)s, %(now)s, %(now)s)
on conflict (handler_id, code, place) where cleared_at is null
do update set times = alarm.times + 1, last_at = excluded.last_at
"""
LIST_ALARMS: Final = """
select id, code, place, times, raised_at, last_at, cleared_at, cleared_by
  from ops.alarm
 where handler_id in (0, %(handler)s) and id > %(after)s and (cleared_at is null or not %(only_open)s)
 order by id limit %(limit)s
"""
CLEAR_ALARM: Final = """
update ops.alarm set cleared_at = %(now)s, cleared_by = %(actor)s
 where id = %(id)s and handler_id in (0, %(handler)s) and cleared_at is null
returning code
"""
ADD_REFUSALS: Final = """
insert into ops.refusal (handler_id, day, route, code, times, last_at)
select r.handler, %(day)s, r.route, r.code, r.times, %(now)s
  from unnest(%(handlers)s::bigint[], %(routes)s::text[], %(codes)s::text[], %(times)s::bigint[])
       as r (handler, route, code, times)
 order by 1, 3, 4
on conflict (handler_id, day, route, code)
do update set times = refusal.times + excluded.times, last_at = excluded.last_at
"""
LIST_REFUSALS: Final = """
select route, code, times, last_at from ops.refusal
 where handler_id = %(handler)s and day = %(day)s order by times desc, route, code limit %(limit)s
"""

Refused = tuple[HandlerId, str, str]
"""Whose door, which route, which code."""


REGISTRATION: Final = 0x79756D656E01
"""Advisory lock: one process at a time writes down what the settings name."""


async def lock_registration(conn: Conn) -> None:
    """Wait for other starting processes; held until the transaction ends."""
    await conn.execute("select pg_advisory_xact_lock(%s)", (REGISTRATION,))


async def raise_alarm(conn: Conn, handler: HandlerId, code: str, place: str, now: datetime) -> None:
    """Open an alarm, or count it once more while it is open."""
    await conn.execute(RAISE_ALARM, {"handler": handler, "code": code, "place": place, "now": now})


async def list_alarms(conn: Conn, handler: HandlerId, after: int, limit: int, *, only_open: bool) -> list[DictRow]:
    """Alarms of a handler and of the whole installation, the oldest first."""
    values = {"handler": handler, "after": after, "limit": limit, "only_open": only_open}
    return await (await conn.execute(LIST_ALARMS, values)).fetchall()


async def clear_alarm(conn: Conn, handler: HandlerId, alarm: int, actor: str, now: datetime) -> str | None:
    """Its code; None when there is no such open alarm."""
    values = {"id": alarm, "handler": handler, "actor": actor, "now": now}
    row = await (await conn.execute(CLEAR_ALARM, values)).fetchone()
    return None if row is None else str(row["code"])


async def add_refusals(conn: Conn, day: date, counts: Mapping[Refused, int], now: datetime) -> None:
    """So many more of each on that day."""
    values = {
        "day": day, "now": now, "handlers": [handler for handler, _, _ in counts],
        "routes": [route for _, route, _ in counts], "codes": [code for _, _, code in counts],
        "times": list(counts.values()),
    }  # fmt: skip
    await conn.execute(ADD_REFUSALS, values)


async def list_refusals(conn: Conn, handler: HandlerId, day: date, limit: int) -> list[DictRow]:
    """What was refused at that handler's doors on a day, the most frequent first."""
    return await (await conn.execute(LIST_REFUSALS, {"handler": handler, "day": day, "limit": limit})).fetchall()


async def forget_refusals(conn: Conn, before: date) -> None:
    await conn.execute("delete from ops.refusal where day < %s", (before,))


async def get_clock(conn: Conn) -> timedelta:
    """How far the business clock is moved ahead."""
    row = await (await conn.execute("select ahead from ops.clock")).fetchone()
    return timedelta(0) if row is None else row["ahead"]


async def count_entries(conn: Conn) -> int:
    """How many leaves are committed."""
    row = await (await conn.execute("select count(*) as n from trail.entry")).fetchone()
    return 0 if row is None else int(row["n"])


async def find_sealed_phone(conn: Conn) -> bytes | None:
    """Any sealed phone number, to be shown as it lies there."""
    row = await (await conn.execute("select phone_sealed from profile.phone order by subject_id limit 1")).fetchone()
    return None if row is None else row["phone_sealed"]
