"""What coupons take off a basket, and which of them go together."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yumen.customer.loyalty.coupons import COUPONS_MAX, Coupon, Line, Terms, applied, best, check
from yumen.kit.errors import Problem

NOW = datetime(2026, 11, 25, tzinfo=UTC)
BASKET = [Line("tea", "T1", 10_000, 1), Line("cups", "C1", 5_000, 2)]


def coupon(name, kind="amount", days=10, **terms):
    return Coupon(name, Terms(kind, **terms), NOW + timedelta(days=days))


def reasons(found):
    return {off.coupon: off.reason for off in found.unused}


def test_an_amount_is_spread_over_the_lines_it_may_touch():
    found = best([coupon("a", amount_fen=100)], BASKET, NOW)
    assert found.off_fen == 100
    assert list(found.used[0].lines_fen) == [67, 33]
    tea = best([coupon("a", amount_fen=100, categories=("tea",))], BASKET, NOW)
    assert list(tea.used[0].lines_fen) == [100, 0]


def test_a_percentage_stops_at_its_limit_and_no_line_goes_below_zero():
    assert best([coupon("a", "percentage", percent=20)], BASKET, NOW).off_fen == 3_000
    assert best([coupon("a", "percentage", percent=20, off_max_fen=500)], BASKET, NOW).off_fen == 500
    assert best([coupon("a", amount_fen=99_999)], BASKET, NOW).off_fen == 15_000


def test_the_better_of_one_group_is_chosen_and_the_other_says_why_not():
    found = best([coupon("a", amount_fen=100), coupon("b", amount_fen=200)], BASKET, NOW)
    assert ([off.coupon for off in found.used], reasons(found)) == (["b"], {"a": "not_together"})


def test_groups_stack_percentages_before_amounts():
    found = best(
        [coupon("a", amount_fen=1_000, group="post"), coupon("p", "percentage", percent=10, group="club")], BASKET, NOW
    )
    assert [(off.coupon, off.off_fen) for off in found.used] == [("p", 1_500), ("a", 1_000)]


def test_one_that_stands_alone_is_weighed_against_all_others_together():
    alone = coupon("x", amount_fen=250, group="big", alone=True)
    others = [coupon("a", amount_fen=100, group="post"), coupon("b", amount_fen=100, group="club")]
    assert [off.coupon for off in best([alone, *others], BASKET, NOW).used] == ["x"]
    more = coupon("c", amount_fen=100, group="more")
    assert [off.coupon for off in best([alone, *others, more], BASKET, NOW).used] == ["a", "b", "c"]


def test_each_that_does_not_fit_says_why():
    found = best(
        [
            coupon("spend", amount_fen=1, minimum_spend_fen=15_021),
            coupon("other", amount_fen=1, categories=("coffee",)),
            coupon("over", amount_fen=1, days=0),
            coupon("tiny", "percentage", percent=1, categories=("pins",)),
        ],
        [*BASKET, Line("pins", "P1", 20, 1)],
        NOW,
    )
    assert found.used == []
    assert reasons(found) == {
        "spend": "minimum_spend", "other": "no_fitting_line", "over": "expired", "tiny": "nothing_off",
    }  # fmt: skip


def test_a_gift_is_given_beside_what_is_taken_off():
    gift = coupon("g", "gift", gift_sku="MUG", group="gift", minimum_spend_fen=10_000)
    found = best([gift, coupon("a", amount_fen=100)], BASKET, NOW)
    assert found.off_fen == 100
    assert {off.gift_sku for off in found.used} == {"", "MUG"}


def test_of_equals_the_one_that_ends_first_is_used():
    found = best([coupon("late", amount_fen=100, days=9), coupon("soon", amount_fen=100, days=2)], BASKET, NOW)
    assert [off.coupon for off in found.used] == ["soon"]


terms = st.one_of(
    st.builds(Terms, st.just("percentage"), percent=st.integers(1, 100), group=st.sampled_from("abcd")),
    st.builds(Terms, st.just("amount"), amount_fen=st.integers(1, 9999), group=st.sampled_from("abcd")),
)
baskets = st.lists(st.builds(Line, st.just("tea"), st.just("S"), st.integers(0, 9999), st.just(1)), max_size=5)


@settings(max_examples=100)
@given(st.lists(terms, max_size=5), baskets)
def test_what_is_taken_off_is_the_sum_of_its_lines_and_never_more_than_they_cost(given_terms, basket):
    coupons = [Coupon(str(number), one, NOW + timedelta(days=1)) for number, one in enumerate(given_terms)]
    found = best(coupons, basket, NOW)
    assert sorted(off.coupon for off in [*found.used, *found.unused]) == sorted(one.id for one in coupons)
    assert all(sum(off.lines_fen) == off.off_fen for off in found.used)
    for place, line in enumerate(basket):
        assert 0 <= sum(off.lines_fen[place] for off in found.used) <= line.amount_fen
    singly = [applied([one], basket)[0].off_fen for one in coupons]
    assert found.off_fen >= max(singly, default=0)


def test_too_many_or_a_basket_that_cannot_be_are_refused():
    with pytest.raises(Problem, match=r"coupon\.too_many"):
        best([coupon(str(n), amount_fen=1) for n in range(COUPONS_MAX + 1)], BASKET, NOW)
    with pytest.raises(Problem, match=r"coupon\.too_many"):
        best([coupon("a", amount_fen=1)] * 2, BASKET, NOW)
    for line in (Line("tea", "T", -1, 1), Line("tea", "T", 1, 0)):
        with pytest.raises(Problem, match=r"coupon\.basket_unfit at /lines/0"):
            best([], [line], NOW)


@pytest.mark.parametrize(
    "unfit",
    [
        Terms("percentage"),
        Terms("amount", percent=5),
        Terms("amount", amount_fen=5, gift_sku="MUG"),
        Terms("gift"),
        Terms("amount", amount_fen=5, off_max_fen=5),
    ],
)
def test_terms_that_do_not_say_what_they_give_are_refused(unfit):
    with pytest.raises(Problem, match=r"coupon\.terms_unfit"):
        check(unfit)
