"""The forecast: a day with a range that holds it, earlier with more persons, never in another year."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yumen.border.forecast import Crossing, forecast

TODAY = date(2026, 6, 1)
STEADY = {TODAY - timedelta(days=back): 100 for back in range(1, 100)}


def test_a_steady_pace_crosses_on_the_day_one_would_count() -> None:
    crossing = forecast(STEADY, 95_000, 99_999, TODAY)
    assert crossing.left == 4_999
    assert crossing.likely == TODAY + timedelta(days=49)
    assert crossing.early is not None
    assert crossing.late is not None
    assert crossing.early < crossing.likely < crossing.late


def test_a_plan_brings_the_day_nearer() -> None:
    sooner = forecast(STEADY, 90_000, 99_999, TODAY, add=5_000)
    assert sooner.likely == TODAY + timedelta(days=49)
    assert forecast(STEADY, 90_000, 99_999, TODAY, add=30_000).early == TODAY


def test_nobody_counted_means_no_day() -> None:
    assert forecast({}, 10, 99_999, TODAY) == Crossing(None, None, None, 99_989)


def test_the_count_begins_anew_with_the_year() -> None:
    assert forecast({TODAY - timedelta(days=1): 1}, 0, 99_999, TODAY).likely is None
    last_year = {date(2025, 12, 31) - timedelta(days=back): 5_000 for back in range(60)}
    assert forecast(last_year, 0, 99_999, date(2026, 1, 2)) == Crossing(None, None, None, 99_999)


@given(
    st.dictionaries(st.integers(1, 120).map(lambda back: TODAY - timedelta(days=back)), st.integers(0, 5_000)),
    st.integers(0, 200_000),
    st.integers(0, 100_000),
    st.integers(0, 50_000),
)
def test_the_range_holds_the_likely_day_and_more_persons_never_postpone_it(
    per_day: dict[date, int], persons: int, most: int, add: int
) -> None:
    never = date(9999, 1, 1)
    crossing, later = forecast(per_day, persons, most, TODAY), forecast(per_day, persons, most, TODAY, add)
    assert (crossing.early or never) <= (crossing.likely or never) <= (crossing.late or never)
    assert (later.likely or never) <= (crossing.likely or never)
