"""What a purchase earns, and why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.loyalty.earning import Campaign, Line, Purchase, Rules, check, ends_at, points_for, share
from yumen.kit.errors import Problem

AT = datetime(2026, 11, 25, 4, tzinfo=UTC)
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
ONE_A_YUAN = Rules(points=1, per_fen=100)


def earned(rules, *lines, **known):
    purchase = Purchase(AT, [Line(category, fen) for category, fen in lines], **known)
    return {(line.reason, line.category): line.points for line in points_for(rules, purchase)}


def campaign(code="double", percent=200, categories=(), begins=-1, ends=1):
    return Campaign(code, AT + timedelta(days=begins), AT + timedelta(days=ends), percent, categories)


def test_an_amount_earns_at_the_rate_and_is_rounded_once_for_each_category():
    assert earned(ONE_A_YUAN, ("tea", 12_850), ("tea", 49), ("cups", 199)) == {
        ("amount", "tea"): 128,
        ("amount", "cups"): 1,
    }


@pytest.mark.parametrize(("rounding", "points"), [("down", 1), ("half_up", 2), ("up", 2)])
def test_rounding_is_as_the_rules_say(rounding, points):
    rules = Rules(points=1, per_fen=100, rounding=rounding)
    assert earned(rules, ("tea", 150)) == {("amount", "tea"): points}


def test_a_category_may_earn_more_or_nothing():
    rules = Rules(points=1, per_fen=100, categories={"tea": 150, "giftcards": 0})
    assert earned(rules, ("tea", 10_000), ("giftcards", 10_000)) == {("amount", "tea"): 150}


def test_the_best_campaign_of_a_line_counts_and_has_a_line_of_its_own():
    rules = Rules(points=1, per_fen=100, campaigns=(campaign(), campaign("tea3", 300, ("tea",))))
    assert earned(rules, ("tea", 10_000), ("cups", 10_000)) == {
        ("amount", "tea"): 100,
        ("campaign.tea3", "tea"): 200,
        ("amount", "cups"): 100,
        ("campaign.double", "cups"): 100,
    }


def test_a_campaign_ends_with_its_window():
    rules = Rules(points=1, per_fen=100, campaigns=(campaign(begins=-2, ends=0),))
    assert earned(rules, ("tea", 100)) == {("amount", "tea"): 1}


def test_month_of_birth_tier_and_first_purchase_add_lines():
    rules = Rules(points=1, per_fen=100, birthday_percent=200, tiers={"gold": 120}, first_purchase_points=50)
    assert earned(rules, ("tea", 10_000), birthday_month=11, tier="gold", is_first=True) == {
        ("amount", "tea"): 100,
        ("birthday", "tea"): 100,
        ("tier.gold", "tea"): 20,
        ("first_purchase", ""): 50,
    }
    assert earned(rules, ("tea", 10_000), birthday_month=10, tier="silver") == {("amount", "tea"): 100}


def test_the_month_is_the_one_in_china():
    rules = Rules(points=1, per_fen=100, birthday_percent=200)
    late = Purchase(datetime(2026, 11, 30, 17, tzinfo=UTC), [Line("tea", 100)], birthday_month=12)
    assert [line.reason for line in points_for(rules, late)] == ["amount", "birthday"]


def test_a_first_purchase_that_earns_nothing_earns_no_bonus():
    rules = Rules(points=1, per_fen=100, categories={"giftcards": 0}, first_purchase_points=50)
    assert earned(rules, ("giftcards", 10_000), is_first=True) == {}


@pytest.mark.parametrize("amount_fen", [-1, 10_000_000_001])
def test_an_amount_that_cannot_be_is_refused(amount_fen):
    with pytest.raises(Problem, match=r"loyalty\.rules_unfit at /lines/0/amount_fen"):
        earned(ONE_A_YUAN, ("tea", amount_fen))


def test_points_end_with_the_month_in_china():
    assert ends_at(Rules(points=1, per_fen=1, expire_months=12), AT, NEVER).isoformat() == "2027-12-01T00:00:00+08:00"
    assert ends_at(Rules(points=1, per_fen=1, expire_months=1), AT, NEVER).isoformat() == "2027-01-01T00:00:00+08:00"
    assert ends_at(Rules(points=1, per_fen=1, expire_months=0), AT, NEVER) == NEVER


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**6), min_size=1, max_size=6).filter(any))
def test_part_refunds_together_take_back_exactly_what_was_earned(points, refunds):
    whole, before, back = sum(refunds), 0, 0
    for refund in refunds:
        part = share(points, whole, before, refund)
        assert part >= 0
        back, before = back + part, before + refund
    assert back == points


def test_more_refunded_than_paid_is_refused():
    with pytest.raises(Problem, match=r"loyalty\.rules_unfit"):
        share(10, 100, 60, 41)


@pytest.mark.parametrize("wrong", [(campaign(ends=-2),), (campaign(), campaign())])
def test_campaigns_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(Problem, match=r"loyalty\.rules_unfit at /earning/campaigns/"):
        check(Rules(points=1, per_fen=100, campaigns=wrong))
