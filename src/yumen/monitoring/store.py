"""Rows of measurements, and how many there were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import AppKey, HandlerId


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement as it lies in the table."""

    kind: str
    name: str
    value: float | None
    at_ms: int
    network: str
    platform: str
    library: str
    facts: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Count:
    """What one batch adds to the counts of a day."""

    kind: str
    network: str
    beacons: int
    batches: int
    dropped: int


INSERT: Final = """
insert into monitoring.beacon
       (handler_id, app_id, received_at, visit, kind, name, value, at_ms, network, platform, library, facts)
select %(handler)s, %(app)s, %(now)s, %(visit)s, one.kind, one.name, one.value, one.at_ms, one.network, one.platform,
       one.library, one.facts
  from jsonb_to_recordset(%(rows)s) as one
       (kind text, name text, value double precision, at_ms integer, network text, platform text, library text,
        facts jsonb)
"""
COUNT: Final = """
insert into monitoring.beacon_count (handler_id, app_id, day, kind, network, beacons, batches, dropped)
select %(handler)s, %(app)s, %(day)s, one.kind, one.network, one.beacons, one.batches, one.dropped
  from jsonb_to_recordset(%(counts)s) as one (kind text, network text, beacons bigint, batches bigint, dropped bigint)
    on conflict (app_id, day, kind, network) do update
   set beacons = monitoring.beacon_count.beacons + excluded.beacons,
       batches = monitoring.beacon_count.batches + excluded.batches,
       dropped = monitoring.beacon_count.dropped + excluded.dropped
"""
LIST_COUNTS: Final = """
select app_id as app, day, kind, network, beacons, batches, dropped from monitoring.beacon_count
 where handler_id = %(handler)s and day >= %(since)s order by day desc, app_id, kind, network limit %(limit)s
"""
FORGET: Final = """
delete from monitoring.beacon where id in (
    select id from monitoring.beacon where received_at < %(before)s order by received_at limit %(limit)s
)
"""


async def insert(conn: Conn, handler: HandlerId, app: AppKey, now: datetime, visit: str, rows: Sequence[Row]) -> None:
    """All rows of a batch in one statement."""
    values = {"handler": handler, "app": app, "now": now, "visit": visit, "rows": Jsonb([asdict(row) for row in rows])}
    await conn.execute(INSERT, values)


async def count(conn: Conn, handler: HandlerId, app: AppKey, day: date, counts: Sequence[Count]) -> None:
    """Add to the day's counts. `counts` are in one order always, so that two batches never wait for each other."""
    values = {"handler": handler, "app": app, "day": day, "counts": Jsonb([asdict(one) for one in counts])}
    await conn.execute(COUNT, values)


async def list_counts(conn: Conn, handler: HandlerId, since: date, limit: int) -> list[DictRow]:
    values = {"handler": handler, "since": since, "limit": limit}
    return await (await conn.execute(LIST_COUNTS, values)).fetchall()


async def forget(conn: Conn, before: datetime, limit: int) -> int:
    return (await conn.execute(FORGET, {"before": before, "limit": limit})).rowcount
