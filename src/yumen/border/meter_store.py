"""Reading the meter, writing its corrections and alarms, and counting again in plain SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

CHANGES_MAX: Final = 500

LIST: Final = """
select m.counter, m.used, m.adjusted, m.ceiling from border.meter m
 where m.handler_id = %s and m.year = %s order by m.counter
"""
COUNT_PERSONS: Final = """
select m.counter, count(*) as rows, count(distinct coalesce(p.person_id, m.subject_id)) as persons
  from border.metered m left join border.person p on p.subject_id = m.subject_id
 where m.handler_id = %s and m.year = %s group by m.counter order by m.counter
"""
COUNT_LEDGER: Final = """
select bit as counter, count(*) as counted from border.transfer t
 cross join unnest(array[1, 2, 4, 8, 16, 32, 64, 128, 256]::smallint[]) bit
 where t.handler_id = %s and t.year = %s and t.counted & bit <> 0 group by bit order by bit
"""
INSERT_CHANGE: Final = """
insert into border.meter_change (id, handler_id, year, counter, kind, persons, source, approval_id, actor, changed_at)
values (%(id)s, %(handler)s, %(year)s, %(counter)s, %(kind)s, %(persons)s, %(source)s, %(approval)s, %(actor)s, %(now)s)
"""
LIST_CHANGES: Final = """
select id, counter, kind, persons, source, actor, changed_at from border.meter_change
 where handler_id = %s and year = %s and id > %s order by id limit %s
"""
ADJUST: Final = """
insert into border.meter as m (handler_id, year, counter, used, adjusted, ceiling)
values (%(handler)s, %(year)s, %(counter)s, 0, %(persons)s, 0)
on conflict (handler_id, year, counter) do update set adjusted = m.adjusted + excluded.adjusted
"""
INSERT_ALARM: Final = """
insert into border.alarm (handler_id, year, counter, percent, raised_at) values (%s, %s, %s, %s, %s)
on conflict do nothing returning percent
"""
PER_DAY: Final = """
select (booked_at at time zone 'Asia/Shanghai')::date as day, count(*) as persons
  from border.transfer
 where handler_id = %(handler)s and year = %(year)s and counted & %(counter)s <> 0
   and booked_at >= %(since)s::date at time zone 'Asia/Shanghai'
 group by 1 order by 1 limit 366
"""


async def list_lines(conn: Conn, handler: HandlerId, year: int) -> Sequence[DictRow]:
    return await (await conn.execute(LIST, (handler, year))).fetchall()


async def count_persons(conn: Conn, handler: HandlerId, year: int) -> Sequence[DictRow]:
    """Rows counted, and persons among them after merges; reads the year's rows."""
    return await (await conn.execute(COUNT_PERSONS, (handler, year))).fetchall()


async def count_ledger(conn: Conn, handler: HandlerId, year: int) -> Sequence[DictRow]:
    """How often the ledger says that somebody was counted."""
    return await (await conn.execute(COUNT_LEDGER, (handler, year))).fetchall()


async def insert_change(
    conn: Conn,
    change: str,
    handler: HandlerId,
    year: int,
    counter: int,
    kind: str,
    persons: int,
    source: str,
    approval: str | None,
    actor: str,
    now: datetime,
) -> None:
    values = {"id": change, "handler": handler, "year": year, "counter": counter, "kind": kind, "persons": persons}
    await conn.execute(INSERT_CHANGE, {**values, "source": source, "approval": approval, "actor": actor, "now": now})


async def list_changes(conn: Conn, handler: HandlerId, year: int, after: str, limit: int) -> Sequence[DictRow]:
    """The oldest first."""
    return await (await conn.execute(LIST_CHANGES, (handler, year, after, limit))).fetchall()


async def adjust(conn: Conn, handler: HandlerId, year: int, counter: int, persons: int) -> None:
    await conn.execute(ADJUST, {"handler": handler, "year": year, "counter": counter, "persons": persons})


async def insert_alarm(conn: Conn, handler: HandlerId, year: int, counter: int, percent: int, now: datetime) -> bool:
    """Answers whether it is new this year."""
    return await (await conn.execute(INSERT_ALARM, (handler, year, counter, percent, now))).fetchone() is not None


async def per_day(conn: Conn, handler: HandlerId, year: int, counter: int, since: date) -> dict[date, int]:
    """How many persons were counted newly on each day (in China) since that day."""
    values = {"handler": handler, "year": year, "counter": counter, "since": since}
    rows = await (await conn.execute(PER_DAY, values)).fetchall()
    return {row["day"]: row["persons"] for row in rows}
