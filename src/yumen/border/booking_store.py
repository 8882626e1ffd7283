"""The statements of the booking lane: read everything under the meter's lock, then write everything in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from psycopg.rows import tuple_row

from yumen.kit.db import Conn
from yumen.kit.ids import new_id

RULES: Final = "select handler_id, version from border.ruling where handler_id = any(%(handlers)b) order by 1 for share"
LOCK: Final = """
select m.handler_id, m.counter, m.used, m.adjusted, m.ceiling
  from border.meter m
 where m.handler_id = any(%(handlers)b::integer[])
   and m.year = extract(year from coalesce(%(at)b, now()) at time zone 'Asia/Shanghai')::smallint
 order by m.handler_id, m.counter for update
"""
LOOK: Final = """
with asked as materialized (
    select * from unnest(%(subjects)b::bigint[], %(handlers_of)b::integer[], %(keys)b::uuid[])
             with ordinality as a (subject_id, handler_id, key, n)
), moment as materialized (
    select coalesce(%(at)b, now()) as at, (coalesce(%(at)b, now()) at time zone 'Asia/Shanghai')::date as day
)
select a.n, p.person_id, p.erased, t.verdict, t.code, moment.at, moment.day,
       (select coalesce(bit_or(m.counter), 0) from border.metered m
         where m.handler_id = a.handler_id and m.year = extract(year from moment.day)::smallint
           and m.counter = any(%(counters)b::smallint[]) and m.subject_id = p.person_id) as already
  from asked a cross join moment
  left join border.person p on p.subject_id = a.subject_id and p.handler_id = a.handler_id
  left join border.transfer t on t.key = a.key
"""
OPEN: Final = """
insert into border.meter (handler_id, year, counter, used, ceiling)
select handler_id, extract(year from coalesce(%(at)s, now()) at time zone 'Asia/Shanghai')::smallint, counter, 0, 0
  from unnest(%(handlers)s::integer[]) handler_id, unnest(%(counters)s::smallint[]) counter
 order by handler_id, counter
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
WRITE: Final = """
with booked as materialized (
    select * from unnest(%(keys)b::uuid[], %(subjects)b::bigint[], %(contracts)b::bigint[], %(handlers_of)b::integer[],
                         %(counters_of)b::smallint[], %(counted)b::smallint[], %(ways)b::smallint[],
                         %(verdicts)b::smallint[], %(states)b::smallint[], %(codes)b::text[])
      as b (key, subject_id, contract_id, handler_id, counters, counted, way, verdict, state, code)
), ledger as (
    insert into border.transfer (key, subject_id, contract_id, booked_at, state_at, handler_id, year, counters,
                                 counted, way, verdict, state, code)
    select key, subject_id, contract_id, %(now)b, %(now)b, handler_id, %(year)b::smallint, counters, counted, way,
           verdict, state, code
      from booked
), metered as (
    insert into border.metered (subject_id, handler_id, year, counter)
    select subject_id, handler_id, %(year)b::smallint, bit
      from booked cross join unnest(%(bits)b::smallint[]) bit
     where counted & bit <> 0
    returning handler_id, counter
), outbound as (
    insert into border.outbound (contract_id, subject_id, key)
    select contract_id, subject_id, key from booked where state = 1
)
update border.meter m set used = m.used + grown.persons
  from (select handler_id, counter, count(*) as persons from metered group by 1, 2) grown
 where m.handler_id = grown.handler_id and m.counter = grown.counter and m.year = %(year)b::smallint
"""


class Level(Struct):
    """One line of the meter, under lock."""

    used: int
    adjusted: int
    ceiling: int


class Seen(Struct, frozen=True):
    """What the database knows about one item. `person` is None for a subject that this handler does not have."""

    person: int | None
    erased: bool
    verdict: int | None
    code: str | None
    already: int


class Sight(Struct, frozen=True):
    """Everything a batch needs, read under the meter's lock. `at` is the moment of the booking, `day` that in China."""

    rules: Mapping[int, int]
    levels: Mapping[tuple[int, int], Level]
    seen: Sequence[Seen]
    at: datetime
    day: date


async def look(
    conn: Conn,
    subjects: Sequence[int],
    handlers_of: Sequence[int],
    keys: Sequence[UUID],
    counters: Sequence[int],
    at: datetime | None,
) -> Sight:
    """Lock the rules (shared) and the meter rows of these handlers, then read; the missing rows are made first.

    One statement after the other, each with a snapshot of its own, so that what was waited for is seen.
    """
    handlers = sorted(set(handlers_of))
    values: dict[str, Any] = {
        "handlers": handlers,
        "handlers_of": list(handlers_of),
        "subjects": list(subjects),
        "keys": list(keys),
        "counters": list(counters),
        "at": at,
    }
    async with conn.pipeline(), _cursor(conn) as rules, _cursor(conn) as lines, _cursor(conn) as items:
        await rules.execute(RULES, values, prepare=True)
        await lines.execute(LOCK, values, prepare=True)
        await items.execute(LOOK, values, prepare=True)
        versions = dict(await rules.fetchall())
        levels = {(row[0], row[1]): Level(*row[2:]) for row in await lines.fetchall()}
        rows = await items.fetchall()
    if any((handler, counter) not in levels for handler in handlers for counter in counters):
        await conn.execute(OPEN, values)
        return await look(conn, subjects, handlers_of, keys, counters, at)
    seen = [Seen(None, False, None, None, 0)] * len(subjects)
    for n, person, erased, verdict, code, *_, already in rows:
        seen[n - 1] = Seen(person, bool(erased), verdict, code, already)
    return Sight(versions, levels, seen, rows[0][5], rows[0][6])


async def raise_ceiling(conn: Conn, handler: int, counter: int, ceiling: int, at: datetime | None) -> None:
    """Let the check of a meter row reach as far as the mechanism does; a row tells when it did."""
    values = {"id": new_id("mch"), "handler": handler, "counter": counter, "ceiling": ceiling, "at": at}
    await conn.execute(RAISE, values)


async def write(
    conn: Conn, columns: Mapping[str, Sequence[object]], bits: Sequence[int], now: datetime, year: int
) -> None:
    """Ledger rows, counted persons, the meter and what is to be sent, in one statement."""
    async with _cursor(conn) as cursor:
        await cursor.execute(WRITE, {**columns, "bits": list(bits), "now": now, "year": year}, prepare=True)


def _cursor(conn: Conn) -> Any:
    return conn.cursor(row_factory=tuple_row, binary=True)
