"""The meter's picture: persons of the year in each counter, corrections beside, alarms, and the daily recount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from yumen.border import meter_store as store
from yumen.border.meter import LIMITED, alarm, levels
from yumen.border.policy import Counted
from yumen.border.verdict import UNLIMITED, Counter, Room
from yumen.kit.clock import shanghai_day
from yumen.kit.crypto import sm3
from yumen.kit.errors import Code
from yumen.kit.ids import new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.trail import LeafKind

NOT_LIMITED: Final = Code("meter.nothing_to_add", 422)
SOURCE_UNFIT: Final = Code("meter.source_unfit", 422)

CORRECTED: Final = LeafKind("meter.corrected", "change", "year", "counter", "cause", "persons", "approval")
REACHED: Final = LeafKind("meter.alarm", "year", "counter", "percent", "persons")

ACT: Final = "border.correction"
SOURCE_MAX: Final = 200


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


class Correction(Struct, frozen=True):
    """Persons added to a line, or a wrong count taken back. `declared`: a flow outside the gate (mail, another system).

    `source` says from where the number is known.
    """

    year: int
    counter: Counter
    persons: int
    source: str
    declared: bool = False

    @property
    def cause(self) -> str:
        return "declared" if self.declared else "correction"


class Change(Struct, frozen=True):
    """A row of the meter's changes: corrections, declared flows, and ceilings that a mechanism raised."""

    id: str
    counter: Counter
    cause: str
    persons: int
    source: str
    actor: str
    changed_at: datetime


def correction_facts(correction: Correction) -> four_eyes.Facts:
    """What the second person approves, the source as its hash."""
    return {
        "year": correction.year,
        "counter": int(correction.counter),
        "persons": correction.persons,
        "cause": correction.cause,
        "source_hash": sm3(correction.source.encode()).hex(),
    }


async def propose(uow: UnitOfWork, correction: Correction) -> str:
    """Put a correction before a second person; answers the approval's id. Raises `meter.…`."""
    _check(correction)
    return await four_eyes.propose(uow, ACT, correction_facts(correction))


@recorded
async def correct(uow: UnitOfWork, correction: Correction, approval: str | None) -> str:
    """Add it: a new row, as a second person approved; answers its id. Raises `approval.…`, `meter.…`."""
    _check(correction)
    await four_eyes.consume(uow, approval, ACT, four_eyes.facts_hash(correction_facts(correction)))
    change, counter = new_id("mch"), int(correction.counter)
    await store.insert_change(
        uow.conn, change, uow.handler, correction.year, counter, correction.cause, correction.persons,
        correction.source, approval, uow.actor.id, uow.now,
    )  # fmt: skip
    await store.adjust(uow.conn, uow.handler, correction.year, counter, correction.persons)
    await trail.record(
        uow,
        CORRECTED.name,
        change=change,
        year=correction.year,
        counter=counter,
        cause=correction.cause,
        persons=correction.persons,
        approval=approval,
    )
    return change


async def changes(uow: UnitOfWork, year: int, after: str, limit: int) -> list[Change]:
    """What was added to or taken from the year beside bookings, the oldest first; `after` is the id to go on from."""
    rows = await store.list_changes(uow.conn, uow.handler, year, after, limit)
    return [
        Change(
            row["id"], Counter(row["counter"]), row["kind"], row["persons"], row["source"], row["actor"],
            row["changed_at"],
        )
        for row in rows
    ]  # fmt: skip


def _check(correction: Correction) -> None:
    if not 1 <= len(correction.source) <= SOURCE_MAX:
        raise SOURCE_UNFIT(at="/source", length_max=SOURCE_MAX)
    if correction.persons == 0 or correction.counter not in LIMITED:
        raise NOT_LIMITED(at="/persons")


async def raise_alarms(uow: UnitOfWork, room: Room, chosen: Sequence[int] = ()) -> list[MeterReached]:
    """Say each alarm level that was reached, once a year. `room`: the lines that hold for the handler today.

    `chosen`: the handler's own levels in per cent; those advised where there are none.
    """
    today, raised = shanghai_day(uow.now), []
    steps = chosen or levels(today)
    most = {Counter.GENERAL: room.general_max, Counter.SENSITIVE: room.sensitive_max, Counter.ZONE: room.zone_max}
    for figure in await read(uow, today.year):
        limit = most.get(figure.counter, UNLIMITED)
        percent = alarm(figure.persons, limit, steps)
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
