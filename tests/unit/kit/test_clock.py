"""The business clock moves by its offset; the day is China's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from yumen.kit.clock import Clock, real_now, shanghai_day


def test_the_business_clock_is_the_real_one_plus_its_offset() -> None:
    clock = Clock(timedelta(days=400))
    ahead = clock.now() - real_now()
    assert timedelta(days=400) - timedelta(seconds=5) < ahead <= timedelta(days=400)


def test_the_day_turns_at_16_utc() -> None:
    assert shanghai_day(datetime(2026, 11, 25, 15, 59, tzinfo=UTC)) == date(2026, 11, 25)
    assert shanghai_day(datetime(2026, 11, 25, 16, 0, tzinfo=UTC)) == date(2026, 11, 26)
