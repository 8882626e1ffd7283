"""When will the line be reached? Pure: the days so far in, a day with its range out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil, sqrt
from typing import Final

from msgspec import Struct

WINDOWS_DAYS: Final = (7, 28, 90)
"""The paces that are looked at: a campaign, a month, a season."""


class Crossing(Struct, frozen=True):
    """The day on which the first person would find no room: early and late are the ends of the range.

    None means: not this year. The count begins anew on 1 January (China time).
    """

    early: date | None
    likely: date | None
    late: date | None
    left: int


def forecast(per_day: Mapping[date, int], persons: int, most: int, today: date, add: int = 0) -> Crossing:
    """`per_day`: persons newly counted on each day before `today`; `add`: persons that a plan would add at once.

    The likely pace is that of the last 28 days; the range is spanned by the paces of all windows, each widened by two
    standard errors of a count.
    """
    left = most - persons - add
    paces = [_pace(per_day, today, days) for days in WINDOWS_DAYS]
    high = max(pace + 2 * error for pace, error in paces)
    low = min(max(pace - 2 * error, 0.0) for pace, error in paces)
    return Crossing(_day(left, high, today), _day(left, paces[1][0], today), _day(left, low, today), left)


def _pace(per_day: Mapping[date, int], today: date, days: int) -> tuple[float, float]:
    """Persons a day over the last days of this year, and the standard error of that."""
    first = max(today - timedelta(days=days), date(today.year, 1, 1))
    length = max((today - first).days, 1)
    counted = sum(persons for day, persons in per_day.items() if first <= day < today)
    return counted / length, sqrt(counted) / length


def _day(left: int, pace: float, today: date) -> date | None:
    """The day of the first person too many at that pace, if it is in this year."""
    if left < 0:
        return today
    if pace <= 0:
        return None
    days = ceil((left + 1) / pace) - 1
    return today + timedelta(days=days) if days <= (date(today.year, 12, 31) - today).days else None
