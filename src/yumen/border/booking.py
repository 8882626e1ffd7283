"""Book transfers: the lane in which alone anything is counted and anything may be queued for leaving.

    booked = await bookings.book(Passage(key, handler, subject, contract, rules, day, Way.SENT, verdict))

Callers judge first, without the meter; here the person is looked up once more (merged? erased?), the headroom decides,
and ledger row, counted person, meter and outbound row are one transaction. A key that was booked before answers its
first outcome and moves nothing. Measured design: docs/explain/border.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import IntEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from yumen.border import booking_store as store
from yumen.border.booking_store import Level, Seen, Sight
from yumen.border.meter import Ask, Key, Outcome, bits, clip
from yumen.border.verdict import UNLIMITED, Allow, Counter, Verdict
from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Pool
from yumen.kit.errors import Code, Problem
from yumen.kit.ids import SubjectId
from yumen.kit.lane import Lane

JUDGE_AGAIN: Final = Code("border.judge_again", 409)
"""The rules or the day changed since it was judged; nothing was booked."""
SUBJECT_UNKNOWN: Final = Code("border.subject_unknown", 404)

BATCH_MAX: Final = 200


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
    """Book a batch in the transaction of this connection; one outcome for each, in order."""
    at = clock.now() if clock.offset != timedelta(0) else None
    asked = 1
    for passage in passages:
        if isinstance(passage.verdict, Allow):
            asked |= int(passage.verdict.counters)
    counters = bits(asked)
    sight = await store.look(
        conn,
        [passage.subject for passage in passages],
        [passage.handler for passage in passages],
        [passage.key for passage in passages],
        counters,
        at,
    )
    outcomes, fresh = _sort_out(passages, sight)
    if fresh:
        asks = [_ask(passages[place], sight.seen[place]) for place in fresh]
        levels = {key: level.used + level.adjusted for key, level in sight.levels.items()}
        taken = clip(asks, levels)
        for handler, counter, ceiling in _too_low([passages[place] for place in fresh], taken, sight.levels):
            await store.raise_ceiling(conn, handler, counter, ceiling, at)
        columns = _columns([passages[place] for place in fresh], asks, taken)
        await store.write(conn, columns, counters, sight.at, sight.day.year)
        for place, ask, outcome in zip(fresh, asks, taken, strict=True):
            outcomes[place] = Booked(outcome.verdict, outcome.code, ask.person, outcome.counted, False)
    first = {passages[place].key: place for place in reversed(range(len(passages)))}
    return [_answer(outcomes[first[passage.key]], outcomes[place]) for place, passage in enumerate(passages)]


def _sort_out(passages: Sequence[Passage], sight: Sight) -> tuple[list[Booked | Problem | None], list[int]]:
    """Who was booked before, who cannot be booked at all; and the places of those who are to be booked now."""
    outcomes: list[Booked | Problem | None] = [None] * len(passages)
    fresh: dict[UUID, int] = {}
    for place, (passage, seen) in enumerate(zip(passages, sight.seen, strict=True)):
        if seen.person is None:
            outcomes[place] = SUBJECT_UNKNOWN()
        elif seen.verdict is not None and seen.code is not None:
            outcomes[place] = Booked(seen.verdict, seen.code, SubjectId(seen.person), 0, True)
        elif passage.judged_on != sight.day or passage.rules != sight.rules.get(passage.handler, 0):
            outcomes[place] = JUDGE_AGAIN()
        else:
            fresh.setdefault(passage.key, place)
    return outcomes, list(fresh.values())


def _ask(passage: Passage, seen: Seen) -> Ask:
    return Ask(passage.handler, SubjectId(seen.person or 0), passage.verdict, seen.already, seen.erased)


def _too_low(
    passages: Sequence[Passage], taken: Sequence[Outcome], levels: Mapping[Key, Level]
) -> list[tuple[int, int, int]]:
    """The meter rows whose check is below what a passing person's mechanism allows."""
    wanted: dict[Key, int] = {}
    for passage, outcome in zip(passages, taken, strict=True):
        verdict = passage.verdict
        if outcome.counted and isinstance(verdict, Allow):
            room = verdict.room
            limits = {1: room.general_max, 2: room.sensitive_max, 4: room.zone_max}
            for bit in bits(outcome.counted):
                key = (passage.handler, bit)
                wanted[key] = max(wanted.get(key, 0), limits.get(bit, UNLIMITED))
    return [(*key, ceiling) for key, ceiling in wanted.items() if ceiling > levels[key].ceiling]


def _columns(passages: Sequence[Passage], asks: Sequence[Ask], taken: Sequence[Outcome]) -> dict[str, Sequence[object]]:
    return {
        "keys": [passage.key for passage in passages],
        "subjects": [ask.person for ask in asks],
        "contracts": [passage.contract for passage in passages],
        "handlers_of": [passage.handler for passage in passages],
        "counters_of": [_counters(passage.verdict) for passage in passages],
        "counted": [outcome.counted for outcome in taken],
        "ways": [int(passage.way) for passage in passages],
        "verdicts": [outcome.verdict for outcome in taken],
        "states": [_state(passage, outcome) for passage, outcome in zip(passages, taken, strict=True)],
        "codes": [outcome.code for outcome in taken],
    }


def _counters(verdict: Verdict) -> int:
    return int(verdict.counters) if isinstance(verdict, Allow) else int(Counter(0))


def _state(passage: Passage, outcome: Outcome) -> int:
    if outcome.verdict:
        return int(State.REFUSED)
    return int(State.QUEUED if passage.way is Way.SENT else State.SEEN)


def _answer(first: Booked | Problem | None, own: Booked | Problem | None) -> Booked | Problem:
    """The own outcome; a key twice in one batch answers what the first got."""
    if own is not None:
        return own
    if isinstance(first, Booked):
        return Booked(first.verdict, first.code, first.person, 0, True)
    return first if first is not None else JUDGE_AGAIN()
