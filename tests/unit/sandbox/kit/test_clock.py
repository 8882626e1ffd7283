from datetime import UTC, datetime
from time import time

from yumen.sandbox.kit.clock import Clock, beijing_day, beijing_month


def test_the_clock_is_ahead_by_its_offset():
    assert abs(Clock(3600).now() - time() - 3600) < 1


def test_the_day_and_the_month_change_at_beijing_midnight():
    midnight = datetime(2026, 11, 30, 16, tzinfo=UTC).timestamp()
    assert beijing_day(midnight) == beijing_day(midnight - 1) + 1
    assert (beijing_month(midnight - 1), beijing_month(midnight)) == ("2026-11", "2026-12")
