"""A clock that can be moved: everything a sandbox lets expire, expires by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import time


class Clock:
    """Seconds since 1970, plus an offset that the control page sets."""

    __slots__ = ("offset_s",)

    def __init__(self, offset_s: float = 0.0) -> None:
        self.offset_s = offset_s

    def now(self) -> float:
        """The sandbox's time."""
        return time() + self.offset_s


def beijing_day(at: float) -> int:
    """Days since 1970 by Beijing's calendar (UTC+8, no summer time)."""
    return int((at + 8 * 3600) // 86400)


def beijing_month(at: float) -> str:
    """`2026-11`, by Beijing's calendar."""
    return (datetime.fromtimestamp(at, UTC) + timedelta(hours=8)).strftime("%Y-%m")
