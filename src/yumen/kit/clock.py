"""Two clocks: the business clock, which tests and sandboxes may move, and the real one, which nobody may.

Deadlines, expiries and days are read from the business clock. Signatures, replay windows and tokens of others are
checked against `real_now()`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time zone without summer time since 1991-09-15; the law counts its days there."""


class Clock:
    """The business clock of one process. Its offset is data (`ops.clock`), set from outside production only."""

    __slots__ = ("offset",)

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self.offset = offset

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + self.offset


def real_now() -> datetime:
    """The time that signatures are made and checked at. Aware UTC."""
    return datetime.now(UTC)


def shanghai_day(at: datetime) -> date:
    """The calendar day in China on which that moment falls."""
    return at.astimezone(SHANGHAI).date()
