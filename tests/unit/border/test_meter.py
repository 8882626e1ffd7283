"""What the numbers of the meter mean."""

from __future__ import annotations

from datetime import date

import pytest

from yumen.border.meter import alarm, bits, levels
from yumen.border.verdict import Counter


def test_a_number_names_its_counters() -> None:
    assert [bits(int(one)) for one in (Counter(0), Counter.GENERAL | Counter.ZONE, Counter.REACHABLE)] == [
        [],
        [1, 4],
        [256],
    ]


@pytest.mark.parametrize(
    ("persons", "most", "level"),
    [(0, 10, None), (49, 100, None), (50, 100, 50), (80, 100, 80), (95, 100, 95), (100, 100, 95), (5, 0, None)],
)
def test_an_alarm_is_the_highest_level_reached(persons: int, most: int, level: int | None) -> None:
    assert alarm(persons, most, levels(date(2026, 11, 25))) == level


def test_a_handler_may_choose_its_own_levels() -> None:
    assert [alarm(persons, 1_000, (10, 90)) for persons in (99, 100, 899, 900)] == [None, 10, 10, 90]
