"""The statements of the booking lane: one call books a batch; another opens what the first did not find open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

from yumen.kit.arrays import plain, texts
from yumen.kit.db import Conn
from yumen.kit.ids import new_id

BOOK: Final = """
select place, person, verdict, code, counted
  from border.book(%s, %s::uuid[], %s::bigint[], %s::integer[], %s::bigint[], %s::bigint[], %s::date[], %s::smallint[],
                   %s::smallint[], %s::text[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::smallint[],
                   %s::bigint[], %s)
"""
OPEN: Final = """
insert into border.meter (handler_id, year, counter, used, ceiling)
select %(handler)s, extract(year from coalesce(%(at)s, now()) at time zone 'Asia/Shanghai')::smallint, counter, 0, 0
  from unnest(%(counters)s::smallint[]) counter
 order by counter
on conflict do nothing
"""
RAISE: Final = """
with raised as (
    update border.meter set ceiling = %(ceiling)s
     where handler_id = %(handler)s and counter = %(counter)s and ceiling < %(ceiling)s
       and year = extract(year from coalesce(%(at)s, now()) at time zone 'Asia/Shanghai')::smallint
    returning handler_id, year, counter
)
insert into border.meter_change (id, handler_id, year, counter, kind, persons, source, actor, changed_at)
select %(id)s, handler_id, year, counter, 'ceiling', %(ceiling)s, 'mechanism', 'booking', coalesce(%(at)s, now())
  from raised
"""


class Lot(Struct, frozen=True, gc=False):
    """What many passages of a batch share. `verdict`: 0 passes, 1 waits, 2 never; the rooms are those of a pass."""

    contract: int
    rules: int
    judged_on: date
    way: int
    verdict: int
    code: str
    counters: int
    general_max: int
    sensitive_max: int
    zone_max: int


class Batch(Struct, frozen=True, gc=False):
    """The persons of one handler, each with the place (from 1) of its lot."""

    handler: int
    keys: Sequence[UUID]
    subjects: Sequence[int]
    lots_of: Sequence[int]
    lots: Sequence[Lot]
    ceilings: Mapping[int, int]
    """For each counter that is asked for, how far the mechanisms reach."""


Told = tuple[int, int | None, int, str, int]
"""(place from 1, person, verdict, code, counted); verdict as `border.book` tells it."""


async def book(conn: Conn, batch: Batch, at: datetime | None) -> Sequence[Told]:
    """Book a batch, at that moment or at the database's; nothing is answered while its meter is not ready.

    On a connection without a transaction the call is one of its own: one round trip, and no meter is locked meanwhile.
    """
    lots = batch.lots
    values = (
        batch.handler,
        plain(key.hex for key in batch.keys),
        plain(batch.subjects),
        plain(batch.lots_of),
        plain(lot.contract for lot in lots),
        plain(lot.rules for lot in lots),
        plain(lot.judged_on.isoformat() for lot in lots),
        plain(lot.way for lot in lots),
        plain(lot.verdict for lot in lots),
        texts(lot.code for lot in lots),
        plain(lot.counters for lot in lots),
        plain(lot.general_max for lot in lots),
        plain(lot.sensitive_max for lot in lots),
        plain(lot.zone_max for lot in lots),
        plain(batch.ceilings),
        plain(batch.ceilings.values()),
        at,
    )
    async with _at_once(conn):
        cursor = conn.cursor(row_factory=tuple_row, binary=True)
        await cursor.execute(BOOK, values, prepare=True)
        told: Sequence[Told] = await cursor.fetchall()
    return told


async def make_ready(conn: Conn, batch: Batch, at: datetime | None) -> None:
    """Open the meter rows that are missing, and let their check reach as far as the mechanisms do; a row tells when."""
    async with conn.transaction():
        await conn.execute(OPEN, {"handler": batch.handler, "counters": list(batch.ceilings), "at": at})
        for counter, ceiling in batch.ceilings.items():
            values = {"id": new_id("mch"), "handler": batch.handler, "counter": counter, "ceiling": ceiling, "at": at}
            await conn.execute(RAISE, values)


@asynccontextmanager
async def _at_once(conn: Conn) -> AsyncIterator[None]:
    """Within: no BEGIN and no COMMIT around a statement, unless a transaction is open already."""
    if conn.info.transaction_status is not TransactionStatus.IDLE:
        yield
        return
    await conn.set_autocommit(True)
    try:
        yield
    finally:
        if not conn.closed:
            await conn.set_autocommit(False)
