"""Up at once, down only when the time is over, and each purchase in one period."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.loyalty.tiers import Period, Standing, Tier, Tiers, check, ended, raised, running, settled
from yumen.kit.clock import SHANGHAI
from yumen.kit.errors import Problem

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
TICK = timedelta(microseconds=1)
LADDER = (Tier("silver", 100), Tier("gold", 1000))
ROLLING = Tiers(LADDER, months=12, grace_days=30)
CALENDAR = Tiers(LADDER, period="calendar", grace_days=0)

ladders = st.builds(
    Tiers, st.just(LADDER), st.sampled_from(["rolling", "calendar"]), st.integers(1, 60), st.integers(0, 366)
)
moments = st.timedeltas(timedelta(0), timedelta(days=4000)).map(datetime(2020, 1, 1, tzinfo=UTC).__add__)


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def chain(ladder, reached_at, count):
    """The period in which a tier was reached, and those after it while it is kept."""
    periods, standing = [running(ladder, reached_at)], raised(ladder, Standing(), 100, reached_at)
    for _ in range(count):
        periods.append(ended(ladder, standing, standing.until_at))
        standing = settled(ladder, standing, 100, periods[-1])
    return periods


def test_a_tier_is_reached_the_moment_it_is_earned():
    assert raised(ROLLING, Standing(), 99, NOW) == Standing()
    silver = raised(ROLLING, Standing(), 100, NOW)
    assert (silver.tier, silver.since_at) == ("silver", NOW)
    assert silver.until_at.isoformat() == "2027-12-26T00:00:00+08:00"
    assert raised(ROLLING, silver, 5000, NOW).tier == "gold"


def test_a_tier_is_kept_to_its_end_whatever_was_refunded():
    silver = raised(ROLLING, Standing(), 100, NOW)
    assert raised(ROLLING, silver, 0, silver.until_at - TICK) == silver
    assert ended(ROLLING, silver, silver.until_at - TICK) is None
    assert settled(ROLLING, silver, 0, ended(ROLLING, silver, silver.until_at)) == Standing()


def test_a_tier_that_was_earned_again_goes_on_since_it_began_for_as_long_as_the_first_time():
    silver = raised(ROLLING, Standing(), 100, NOW)
    again = settled(ROLLING, silver, 150, ended(ROLLING, silver, silver.until_at + timedelta(days=9)))
    assert (again.tier, again.since_at) == ("silver", NOW)
    assert again.until_at.isoformat() == "2028-12-26T00:00:00+08:00"


def test_a_fall_stops_at_the_tier_that_was_earned():
    gold = raised(ROLLING, Standing(), 1000, NOW)
    fallen = settled(ROLLING, gold, 300, ended(ROLLING, gold, gold.until_at))
    assert (fallen.tier, fallen.since_at) == ("silver", gold.until_at)


def test_calendar_years_count_from_new_year_in_china_and_last_through_the_next():
    assert running(CALENDAR, NOW) == Period(day("2026-01-01"), day("2027-01-01"))
    silver = raised(CALENDAR, Standing(), 100, NOW)
    assert silver.until_at == day("2028-01-01")
    over = ended(CALENDAR, silver, silver.until_at)
    assert over == Period(day("2027-01-01"), day("2028-01-01"))
    assert settled(CALENDAR, silver, 100, over).until_at == day("2029-01-01")


def test_the_year_changes_at_midnight_in_china():
    midnight = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert running(CALENDAR, midnight - TICK).end == midnight
    assert running(CALENDAR, midnight).start == midnight


def test_a_rolling_period_is_the_months_that_end_with_today():
    assert running(ROLLING, NOW) == Period(day("2025-11-26"), day("2026-11-26"))
    midnight = datetime(2026, 11, 25, 16, tzinfo=UTC)
    assert running(ROLLING, midnight - TICK).end == midnight
    assert running(ROLLING, midnight).end == midnight + timedelta(days=1)


@pytest.mark.parametrize("today", ["2028-01-28", "2028-01-29", "2028-01-30", "2028-01-31"])
def test_a_rolling_period_begins_on_a_day_that_every_month_has(today):
    assert running(Tiers(LADDER, months=1), day(today)) == Period(day("2028-01-01"), day("2028-02-01"))
    assert running(Tiers(LADDER, months=13), day(today)).start == day("2027-01-01")


def test_when_a_tier_is_over_the_period_before_its_grace_decides():
    silver = raised(ROLLING, Standing(), 100, NOW)
    assert ended(ROLLING, silver, silver.until_at) == Period(day("2026-11-26"), day("2027-11-26"))


def test_the_purchase_that_earned_a_tier_is_not_in_the_period_that_keeps_it_and_one_of_the_next_day_is():
    silver = raised(ROLLING, Standing(), 100, NOW)
    keeping = ended(ROLLING, silver, silver.until_at)
    assert running(ROLLING, NOW).end == keeping.start
    end_of_day = day("2026-11-26") - TICK
    assert not keeping.start <= end_of_day < keeping.end
    assert keeping.start <= day("2026-11-26") < keeping.end
    assert keeping.start <= day("2027-11-26") - TICK < keeping.end
    assert not keeping.start <= day("2027-11-26") < keeping.end


@given(ladders, moments, st.floats(0, 1, exclude_max=True))
def test_each_purchase_counts_in_exactly_one_period(ladder, reached_at, where):
    periods = chain(ladder, reached_at, 5)
    assert periods[0].start <= reached_at < periods[0].end
    first, last = periods[0].start, periods[-1].end
    bought_at = first + (last - first) * where
    edges = [edge for period in periods for edge in (period.start - TICK, period.start)]
    for moment in [min(bought_at, last - TICK), *edges[1:], last - TICK]:
        assert sum(period.start <= moment < period.end for period in periods) == 1


@given(ladders, moments, st.timedeltas(timedelta(0), timedelta(days=4000)))
def test_one_purchase_never_gives_two_periods(ladder, bought_at, later):
    silver = raised(ladder, Standing(), 100, bought_at)
    reviewed_at = silver.until_at + later
    keeping = ended(ladder, silver, reviewed_at)
    assert not keeping.start <= bought_at < keeping.end
    risen_by = running(ladder, reviewed_at)
    assert not risen_by.start <= bought_at < risen_by.end


def test_the_next_tier_is_one_up():
    assert ROLLING.next_after("") == LADDER[0]
    assert ROLLING.next_after("silver") == LADDER[1]
    assert ROLLING.next_after("gold") is None


@pytest.mark.parametrize("ladder", [(Tier("a", 5), Tier("b", 5)), (Tier("a", 5), Tier("a", 6))])
def test_a_ladder_that_does_not_rise_is_refused(ladder):
    with pytest.raises(Problem, match=r"loyalty\.tiers_unfit"):
        check(Tiers(ladder))
