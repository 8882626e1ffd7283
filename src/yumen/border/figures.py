"""The meter's picture: persons of the year in each counter, corrections beside, alarms, and the daily recount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from yumen.border import meter_store as store
from yumen.border.meter import LIMITED, alarm
from yumen.border.policy import Counted
from yumen.border.verdict import UNLIMITED, Counter, Room
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.trail import LeafKind

NOT_LIMITED: Final = Code("meter.nothing_to_add", 422)

CORRECTED: Final = LeafKind("meter.corrected", "change", "year", "counter", "cause", "persons", "approval")
REACHED: Final = LeafKind("meter.alarm", "year", "counter", "percent", "persons")

ACT: Final = "border.correction"


@dataclass(frozen=True, slots=True)
class Figure:
    """One counter of one year. `booked` never falls; `adjusted` are corrections and flows outside the gate."""

    counter: Counter
    booked: int
    adjusted: int

    @property
    def persons(self) -> int:
        """What the line is held against."""
        return self.booked + self.adjusted


@dataclass(frozen=True, slots=True)
class Recount:
    """One counter counted again: the meter's number, its rows, the ledger's, and the distinct persons after merges."""

    counter: Counter
    booked: int
    rows: int
    ledger: int
    distinct: int

    @property
    def agrees(self) -> bool:
        return self.booked == self.rows == self.ledger and self.distinct <= self.rows


@dataclass(frozen=True, slots=True)
class MeterReached:
    """An alarm level was reached. No personal value."""

    handler: int
    year: int
    counter: int
    percent: int


async def read(uow: UnitOfWork, year: int) -> list[Figure]:
    """Every counter that anything was booked in."""
    lines = await store.list_lines(uow.conn, uow.handler, year)
    return [Figure(Counter(line["counter"]), line["used"], line["adjusted"]) for line in lines]


async def snapshot(uow: UnitOfWork, year: int) -> Counted:
    """The levels for a what-if question; never for a booking."""
    persons = {figure.counter: figure.persons for figure in await read(uow, year)}
    general, sensitive, zone = (persons.get(counter, 0) for counter in LIMITED)
    return Counted(general, sensitive, zone)


async def per_day(uow: UnitOfWork, year: int, counter: Counter) -> Mapping[date, int]:
    """How many persons were counted newly on each day of that year (in China)."""
    return await store.per_day(uow.conn, uow.handler, year, int(counter), date(year, 1, 1))


async def recount(uow: UnitOfWork, year: int) -> list[Recount]:
    """Count the year again from its rows and from the ledger. Whatever does not agree closes the border."""
    booked = {line["counter"]: line["used"] for line in await store.list_lines(uow.conn, uow.handler, year)}
    rows = {row["counter"]: row for row in await store.count_persons(uow.conn, uow.handler, year)}
    ledger = {row["counter"]: row["counted"] for row in await store.count_ledger(uow.conn, uow.handler, year)}
    return [
        Recount(
            Counter(counter),
            booked.get(counter, 0),
            rows[counter]["rows"] if counter in rows else 0,
            ledger.get(counter, 0),
            rows[counter]["persons"] if counter in rows else 0,
        )
        for counter in sorted(booked.keys() | rows.keys() | ledger.keys())
    ]


def correction_facts(year: int, counter: Counter, persons: int) -> four_eyes.Facts:
    """What the second person approves."""
    return {"year": year, "counter": int(counter), "persons": persons}


@recorded
async def correct(
    uow: UnitOfWork,
    year: int,
    counter: Counter,
    persons: int,
    source: str,
    approval: str | None,
    declared: bool = False,
) -> str:
    """Add persons to a line (or take a wrong count back): a new row, as a second person approved; answers its id.

    `declared`: a flow outside the gate (mail, another system), with its source. Raises `approval.…`,
    `meter.nothing_to_add`.
    """
    if persons == 0 or counter not in LIMITED:
        raise NOT_LIMITED(at="/persons")
    await four_eyes.consume(uow, approval, ACT, four_eyes.facts_hash(correction_facts(year, counter, persons)))
    change, kind = new_id("mch"), "declared" if declared else "correction"
    await store.insert_change(
        uow.conn, change, uow.handler, year, int(counter), kind, persons, source, approval, uow.actor.id, uow.now
    )
    await store.adjust(uow.conn, uow.handler, year, int(counter), persons)
    await trail.record(
        uow,
        CORRECTED.name,
        change=change,
        year=year,
        counter=int(counter),
        cause=kind,
        persons=persons,
        approval=approval,
    )
    return change


async def raise_alarms(uow: UnitOfWork, room: Room) -> list[MeterReached]:
    """Say each alarm level that was reached, once a year. `room`: the lines that hold for the handler today."""
    today, raised = shanghai_day(uow.now), []
    most = {Counter.GENERAL: room.general_max, Counter.SENSITIVE: room.sensitive_max, Counter.ZONE: room.zone_max}
    for figure in await read(uow, today.year):
        limit = most.get(figure.counter, UNLIMITED)
        percent = alarm(figure.persons, limit, today)
        if limit < UNLIMITED and percent is not None and (one := await _raise(uow, figure, today.year, percent)):
            raised.append(one)
    return raised


@recorded
async def _raise(uow: UnitOfWork, figure: Figure, year: int, percent: int) -> MeterReached | None:
    if not await store.insert_alarm(uow.conn, uow.handler, year, int(figure.counter), percent, uow.now):
        return uow.unchanged(None)
    reached = MeterReached(uow.handler, year, int(figure.counter), percent)
    await uow.emit(reached)
    counter = int(figure.counter)
    await trail.record(uow, REACHED.name, year=year, counter=counter, percent=percent, persons=figure.persons)
    return reached
