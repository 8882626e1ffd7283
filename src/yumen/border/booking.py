"""Book transfers: the lane in which alone anything is counted and anything may be queued for leaving.

    booked = await bookings.book(Passage(key, handler, subject, contract, rules, day, Way.SENT, verdict))

Callers judge first, without the meter; here the person is looked up once more (merged? erased?), the headroom decides,
and ledger row, counted person, meter and outbound row are one transaction: all of it one call of `border.book` (schema
0020) for the persons of one handler. A key that was booked before answers its first outcome and moves nothing.
Measured design: docs/explain/border.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from yumen.border import booking_store as store
from yumen.border.booking_store import Batch, Lot, Told
from yumen.border.meter import bits
from yumen.border.verdict import UNLIMITED, Allow, Counter, Room, Verdict, severity
from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Pool
from yumen.kit.errors import Code, Problem
from yumen.kit.ids import SubjectId
from yumen.kit.lane import Lane

JUDGE_AGAIN: Final = Code("border.judge_again", 409)
"""The rules or the day changed since it was judged; nothing was booked."""
SUBJECT_UNKNOWN: Final = Code("border.subject_unknown", 404)

BATCH_MAX: Final = 200
AGAIN: Final = -2
BEFORE: Final = 10
"""How `border.book` tells what is to be judged again, and (added to the verdict) what was booked before."""


class Way(IntEnum):
    """How a person's data meets somebody abroad."""

    SENT = 1
    OPENED = 2
    REACHABLE = 3


class State(IntEnum):
    """What became of a transfer."""

    REFUSED = 0
    QUEUED = 1
    SENT = 2
    ARRIVED = 3
    REJECTED = 4
    RECALL_PLANNED = 5
    RECALLED = 6
    SEEN = 7


class Passage(Struct, frozen=True, gc=False):
    """One judged person. `key` is the caller's (time-ordered), `rules` and `judged_on` say what was judged by."""

    key: UUID
    handler: int
    subject: SubjectId
    contract: int
    rules: int
    judged_on: date
    way: Way
    verdict: Verdict


class Booked(Struct, frozen=True, gc=False):
    """What was booked. `verdict`: 0 passes, 1 waits, 2 never. `counted`: counters that grew (bits)."""

    verdict: int
    code: str
    person: SubjectId
    counted: int
    repeated: bool


class Bookings:
    """The booking lane of this process: one, so that batches are large and the meter's lock is taken once for each."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._clock = clock
        self._lane: Lane[Passage, Booked] = Lane(self._run, pool, lanes=1, batch_max=BATCH_MAX)

    async def book(self, passage: Passage) -> Booked:
        """Book one person and wait until it is committed.

        Raises `border.judge_again`, `border.subject_unknown`, `lane.busy`, `database.unavailable`.
        """
        return await self._lane.submit(passage)

    async def close(self) -> None:
        """Wait until everybody has been answered."""
        await self._lane.close()

    async def _run(self, conn: Conn, passages: Sequence[Passage]) -> Sequence[Booked | Problem]:
        # the moment is the database's; only where the business clock was moved, it is the clock's
        return await run(conn, passages, self._clock)


async def run(conn: Conn, passages: Sequence[Passage], clock: Clock) -> Sequence[Booked | Problem]:
    """Book a batch, the persons of each handler in one transaction; one outcome for each, in order."""
    at = clock.now() if clock.offset != timedelta(0) else None
    first: dict[UUID, int] = {}
    parts: dict[int, list[int]] = {}
    for place, passage in enumerate(passages):
        if first.setdefault(passage.key, place) == place:
            parts.setdefault(passage.handler, []).append(place)
    told: dict[int, Told] = {}
    for handler, places in parts.items():
        batch = _batch(handler, [passages[place] for place in places])
        told.update((places[one[0] - 1], one) for one in await _book(conn, batch, at))
    return [
        _outcome(told.get(first[passage.key]), repeated=first[passage.key] != place)
        for place, passage in enumerate(passages)
    ]


async def _book(conn: Conn, batch: Batch, at: datetime | None) -> Sequence[Told]:
    told = await store.book(conn, batch, at)
    if not told:
        await store.make_ready(conn, batch, at)
        told = await store.book(conn, batch, at)
    return told


def _batch(handler: int, passages: Sequence[Passage]) -> Batch:
    """The persons, and beside them once what they share: mostly all of it."""
    places: dict[tuple[object, ...], int] = {}
    lots: list[Lot] = []
    lots_of: list[int] = []
    for one in passages:
        # a verdict is mostly one and the same object for all who share it; equal ones apart are merely two lots
        shared = (id(one.verdict), one.contract, one.rules, one.judged_on, one.way)
        place = places.get(shared)
        if place is None:
            lots.append(_lot(one))
            place = places[shared] = len(lots)
        lots_of.append(place)
    keys, subjects = [one.key for one in passages], [one.subject for one in passages]
    return Batch(handler, keys, subjects, lots_of, lots, _ceilings(lots))


def _lot(passage: Passage) -> Lot:
    verdict = passage.verdict
    counters, room = (int(verdict.counters), verdict.room) if isinstance(verdict, Allow) else (0, Room())
    return Lot(
        passage.contract,
        passage.rules,
        passage.judged_on,
        int(passage.way),
        severity(verdict),
        verdict.code,
        counters,
        room.general_max,
        room.sensitive_max,
        room.zone_max,
    )


def _ceilings(lots: Sequence[Lot]) -> dict[int, int]:
    """How far each counter may be filled by these; that of everybody (general) is always locked, and so the first."""
    found = {int(Counter.GENERAL): 0}
    for lot in lots:
        limits = {1: lot.general_max, 2: lot.sensitive_max, 4: lot.zone_max}
        for bit in bits(lot.counters):
            found[bit] = max(found.get(bit, 0), limits.get(bit, UNLIMITED))
    return found


def _outcome(told: Told | None, *, repeated: bool) -> Booked | Problem:
    """Nothing is told while the year turns."""
    if told is None or told[2] == AGAIN:
        return JUDGE_AGAIN()
    _, person, verdict, code, counted = told
    if person is None:
        return SUBJECT_UNKNOWN()
    if repeated or verdict >= BEFORE:
        return Booked(verdict % BEFORE, code, SubjectId(person), 0, True)
    return Booked(verdict, code, SubjectId(person), counted, False)
