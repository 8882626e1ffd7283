"""Times and money as WeChat Pay writes them: Beijing's clock (UTC+8, no summer time), fen and yuan."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")


def written(at: float, *, milliseconds: bool = False) -> str:
    """`2026-11-24T11:00:06+08:00`."""
    return datetime.fromtimestamp(at, BEIJING).isoformat(timespec="milliseconds" if milliseconds else "seconds")


def read_time(text: str) -> float | None:
    """Seconds of an RFC 3339 time with its zone, or None."""
    if not _RFC3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError):
        return None


def day_of(at: float) -> str:
    """`2026-11-24`."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d")


def day_start(date: str) -> float | None:
    """When that day begins, or None if it is no date."""
    if not _DATE.fullmatch(date):
        return None
    try:
        return datetime.fromisoformat(date).replace(tzinfo=BEIJING).timestamp()
    except (ValueError, OverflowError):
        return None


def in_bill(at: float) -> str:
    """`2026-11-23 09:01:12`, as in bills."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def digits(at: float) -> str:
    """`20261123090112`, as in transaction numbers."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y%m%d%H%M%S")


def yuan(fen: int) -> str:
    """Fen as decimal yuan with two digits; negative amounts keep their sign."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def utc(at: float) -> datetime:
    """An aware UTC time, for certificates."""
    return datetime.fromtimestamp(at, UTC).replace(microsecond=0)
