"""Who passes and who is counted: pure. The lane reads the levels under lock, asks here, and writes what this says.

Each person counts once a year in each counter, over all contracts, recipients and views. Nothing here ever lowers a
level. Persons are taken in the order in which they came; whoever finds no room leaves it to the next.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from yumen.border.verdict import FULL, LIMITED, Allow, Counter, Verdict, severity
from yumen.kit.ids import SubjectId
from yumen.law import number

Key = tuple[int, int]
"""(handler, counter)"""

ALARMS: Final = ("export.alarm_first", "export.alarm_second", "export.alarm_last")
ERASED: Final = "export.erased"


class Ask(Struct, frozen=True, gc=False):
    """One judged person at the meter; `already`: the counters in which they were counted this year (bits)."""

    handler: int
    person: SubjectId
    verdict: Verdict
    already: int
    erased: bool


class Outcome(Struct, frozen=True, gc=False):
    """`verdict`: 0 passes, 1 waits, 2 never. `counted`: the counters that grew by this person (bits)."""

    verdict: int
    code: str
    counted: int


def clip(asks: Sequence[Ask], levels: MutableMapping[Key, int]) -> list[Outcome]:
    """The outcome of each, in order; `levels` (persons so far) grows by whoever is counted."""
    here: dict[tuple[int, SubjectId], int] = {}
    outcomes = []
    for ask in asks:
        verdict = ask.verdict
        if not isinstance(verdict, Allow):
            outcomes.append(Outcome(severity(verdict), verdict.code, 0))
            continue
        if ask.erased:
            outcomes.append(Outcome(2, ERASED, 0))
            continue
        who = (ask.handler, ask.person)
        already = ask.already | here.get(who, 0)
        if (full := _full(ask.handler, verdict, already, levels)) is not None:
            outcomes.append(Outcome(1, full, 0))
            continue
        new = int(verdict.counters) & ~already
        here[who] = already | new
        for bit in bits(new):
            levels[ask.handler, bit] = levels.get((ask.handler, bit), 0) + 1
        outcomes.append(Outcome(0, verdict.code, new))
    return outcomes


def _full(handler: int, allowed: Allow, already: int, levels: MutableMapping[Key, int]) -> str | None:
    room = allowed.room
    wanted = int(allowed.counters)
    for counter, most in ((1, room.general_max), (2, room.sensitive_max), (4, room.zone_max)):
        if wanted & counter and levels.get((handler, counter), 0) + (not already & counter) > most:
            return FULL[Counter(counter)]
    return None


def bits(counters: int) -> list[int]:
    """The counters in that number, one by one."""
    return [1 << place for place in range(counters.bit_length()) if counters >> place & 1]


def alarm(persons: int, most: int, on: date) -> int | None:
    """The highest alarm (per cent) that so many of at most so many persons have reached; a line of zero has none."""
    reached = [level for name in ALARMS if persons * 100 >= most * (level := number(name, on).value)]
    return max(reached, default=None) if most > 0 else None


__all__ = ["ALARMS", "LIMITED", "Ask", "Key", "Outcome", "alarm", "bits", "clip"]
