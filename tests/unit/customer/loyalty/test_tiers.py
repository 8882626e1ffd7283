"""Up at once, down only when the time is over."""

from datetime import UTC, datetime, timedelta

import pytest

from yumen.customer.loyalty.tiers import Standing, Tier, Tiers, check, counted_at, judge, period_start
from yumen.kit.errors import Problem

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
LADDER = (Tier("silver", 100), Tier("gold", 1000))
ROLLING = Tiers(LADDER, months=12, grace_days=30)
CALENDAR = Tiers(LADDER, period="calendar", grace_days=0)


def test_a_tier_is_reached_the_moment_it_is_earned():
    assert judge(ROLLING, Standing(), 99, NOW) == Standing()
    silver = judge(ROLLING, Standing(), 100, NOW)
    assert (silver.tier, silver.since_at) == ("silver", NOW)
    assert silver.until_at.isoformat() == "2027-12-25T00:00:00+08:00"
    assert judge(ROLLING, silver, 5000, NOW).tier == "gold"


def test_a_tier_is_kept_to_its_end_whatever_was_refunded():
    silver = judge(ROLLING, Standing(), 100, NOW)
    assert judge(ROLLING, silver, 0, silver.until_at - timedelta(seconds=1)) == silver
    assert judge(ROLLING, silver, 0, silver.until_at) == Standing()


def test_a_tier_that_was_earned_again_goes_on_since_it_began():
    silver = judge(ROLLING, Standing(), 100, NOW)
    again = judge(ROLLING, silver, 150, silver.until_at)
    assert (again.tier, again.since_at) == ("silver", NOW)
    assert again.until_at > silver.until_at


def test_a_fall_stops_at_the_tier_that_was_earned():
    gold = judge(ROLLING, Standing(), 1000, NOW)
    fallen = judge(ROLLING, gold, 300, gold.until_at)
    assert (fallen.tier, fallen.since_at) == ("silver", gold.until_at)


def test_calendar_years_count_from_new_year_in_china_and_last_through_the_next():
    assert period_start(CALENDAR, NOW).isoformat() == "2026-01-01T00:00:00+08:00"
    assert judge(CALENDAR, Standing(), 100, NOW).until_at.isoformat() == "2028-01-01T00:00:00+08:00"
    at_new_year = datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert period_start(CALENDAR, at_new_year).year == 2027


def test_a_rolling_period_begins_some_months_ago():
    assert period_start(ROLLING, NOW).isoformat() == "2025-11-25T00:00:00+08:00"
    leap = datetime(2028, 2, 29, 4, tzinfo=UTC)
    assert period_start(ROLLING, leap).isoformat() == "2027-03-01T00:00:00+08:00"
    assert period_start(Tiers(LADDER, months=1), datetime(2026, 12, 31, 4, tzinfo=UTC)).isoformat()[:10] == "2026-12-01"


def test_when_a_tier_is_over_the_period_before_its_grace_counts():
    silver = judge(ROLLING, Standing(), 100, NOW)
    assert counted_at(ROLLING, silver, NOW) == NOW
    over = counted_at(ROLLING, silver, silver.until_at)
    assert over == silver.until_at - timedelta(days=30, microseconds=1)


def test_the_next_tier_is_one_up():
    assert ROLLING.next_after("") == LADDER[0]
    assert ROLLING.next_after("silver") == LADDER[1]
    assert ROLLING.next_after("gold") is None


@pytest.mark.parametrize("ladder", [(Tier("a", 5), Tier("b", 5)), (Tier("a", 5), Tier("a", 6))])
def test_a_ladder_that_does_not_rise_is_refused(ladder):
    with pytest.raises(Problem, match=r"loyalty\.tiers_unfit"):
        check(Tiers(ladder))
