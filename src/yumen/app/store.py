"""The few rows that belong to no module: alarms, the movable clock, and what the demo counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from yumen.kit.db import Conn

RAISE_ALARM: Final = """
insert into ops.alarm (code, place, raised_at, last_at) values (%(code)s, %(place)s, %(now)s, %(now)s)
on conflict (code, place) where cleared_at is null do update set times = alarm.times + 1, last_at = excluded.last_at
"""


REGISTRATION: Final = 0x79756D656E01
"""Advisory lock: one process at a time writes down what the settings name."""


async def lock_registration(conn: Conn) -> None:
    """Wait for other starting processes; held until the transaction ends."""
    await conn.execute("select pg_advisory_xact_lock(%s)", (REGISTRATION,))


async def raise_alarm(conn: Conn, code: str, place: str, now: datetime) -> None:
    """Open an alarm, or count it once more while it is open."""
    await conn.execute(RAISE_ALARM, {"code": code, "place": place, "now": now})


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
