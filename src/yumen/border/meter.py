"""What the meter's numbers mean: which counters a number names, and which alarms a level has reached. Pure.

Each person counts once a year in each counter, over all contracts, recipients and views. Nothing ever lowers a level.
Who passes and who is counted is decided where the level is, under its lock: `border.book` (schema 0020).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from yumen.border.verdict import LIMITED
from yumen.law import number

ALARMS: Final = ("export.alarm_first", "export.alarm_second", "export.alarm_last")


def bits(counters: int) -> list[int]:
    """The counters in that number, one by one."""
    return [1 << place for place in range(counters.bit_length()) if counters >> place & 1]


def levels(on: date) -> tuple[int, ...]:
    """The alarm levels (per cent) that are advised, where the handler chose none."""
    return tuple(number(name, on).value for name in ALARMS)


def alarm(persons: int, most: int, levels: Sequence[int]) -> int | None:
    """The highest of the levels (per cent) that so many of at most so many persons have reached.

    A line of zero has none.
    """
    reached = [level for level in levels if persons * 100 >= most * level]
    return max(reached, default=None) if most > 0 else None


__all__ = ["ALARMS", "LIMITED", "alarm", "bits", "levels"]
