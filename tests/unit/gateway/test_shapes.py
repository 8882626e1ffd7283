"""An outlook as it is told: days and what is left only where there is a line."""

from __future__ import annotations

from datetime import date

from yumen.border import Counter, Crossing
from yumen.gateway.foresight import Outlook
from yumen.gateway.shapes import OutlookView, counter_name, outlook_of


def test_without_a_line_nothing_is_left_to_tell() -> None:
    outlook = Outlook(Counter.SENSITIVE, 3, 1, None, None, fits=True)
    assert outlook_of(outlook) == OutlookView("sensitive", 3, 1, None, None, True)


def test_with_a_line_the_days_and_what_is_left() -> None:
    days = [date(2026, 12, n) for n in (1, 10, 20)]
    outlook = Outlook(Counter.GENERAL, 3, 1, 10, Crossing(*days, left=6), fits=True)
    assert outlook_of(outlook) == OutlookView("general", 3, 1, 10, 6, True, *days)


def test_counters_have_names() -> None:
    assert [counter_name(one) for one in (Counter.GENERAL, Counter.ZONE)] == ["general", "zone"]
