"""A quote adds up to the fen, whatever is taken off, and says why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.orders.quote import (
    COUPON_UNFIT,
    EMPTY,
    QUANTITY_UNFIT,
    TOO_MUCH,
    Item,
    Off,
    Points,
    Rules,
    Step,
    basket,
    quote,
    share_fen,
    split,
)
from yumen.kit.errors import Problem

FEN = st.integers(0, 5_000_000)
ITEMS = st.lists(st.tuples(st.integers(1, 99), FEN, st.none() | FEN, st.none() | FEN), min_size=1, max_size=12).map(
    lambda rows: [Item(f"sku{n}", *row) for n, row in enumerate(rows)]
)


@given(ITEMS, st.data())
def test_every_fen_is_on_a_line_and_no_line_is_negative(items, data):
    lines = basket(items)
    off = Off("cpn", tuple(data.draw(st.integers(0, line.due_fen)) for line in lines))
    points = Points(data.draw(st.integers(-5, 10**9)), data.draw(st.integers(0, 300)), data.draw(st.integers(0, 1000)))
    rules = Rules(data.draw(FEN), data.draw(st.none() | FEN), data.draw(st.sampled_from([1, 10, 100])))
    try:
        found = quote(lines, rules, [off], points)
    except Problem as refused:
        if refused.code is not TOO_MUCH:
            raise
        return
    assert found.total_fen == sum(found.sums().values()) + found.shipping_fen
    assert all(line.due_fen >= 0 for line in found.lines)
    assert found.goods_fen % rules.round_to_fen == 0
    assert found.sums()[Step.LIST] == sum(item.list_fen * item.quantity for item in items)
    assert -found.sums().get(Step.COUPON, 0) == sum(off.lines_fen)
    assert 0 <= found.points <= max(points.asked, 0)
    assert found.shipping_fen + found.waived_fen == rules.shipping_fen


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), max_size=20))
def test_a_split_is_exact_and_gives_nobody_more_than_their_weight(fen, weights):
    fen = min(fen, sum(weights))
    parts = split(fen, weights)
    assert sum(parts) == fen
    assert all(0 <= part <= weight for part, weight in zip(parts, weights, strict=True))


@given(st.integers(0, 10**7), st.integers(1, 99), st.data())
def test_the_shares_of_a_line_add_up_however_it_is_given_back(due_fen, quantity, data):
    before, whole = 0, 0
    while before < quantity:
        pieces = data.draw(st.integers(1, quantity - before))
        whole += share_fen(due_fen, quantity, before, pieces)
        before += pieces
    assert whole == due_fen


def test_the_explanation_goes_step_by_step():
    lines = basket([Item("tea", 2, 10_000, 9_000, 8_500), Item("cup", 1, 5_000, None, 6_000)])
    found = quote(lines, Rules(1_200, 50_000, 100), [Off("cpn", (1_001, 0))], Points(500))
    assert found.lines[0].steps == (
        (Step.LIST, 20_000),
        (Step.CAMPAIGN, -2_000),
        (Step.MEMBER, -1_000),
        (Step.COUPON, -1_001),
        (Step.POINTS, -381),
        (Step.ROUNDING, -75),
    )
    assert found.lines[1].steps == ((Step.LIST, 5_000), (Step.POINTS, -119), (Step.ROUNDING, -24))
    assert (found.goods_fen, found.shipping_fen, found.total_fen, found.points) == (20_400, 1_200, 21_600, 500)


def test_points_pay_their_share_at_most_and_none_is_spent_for_nothing():
    lines = basket([Item("tea", 1, 1_000)])
    assert quote(lines, points=Points(10**9, 100, 500)).points == 500
    assert quote(lines, points=Points(10**9, 100, 500)).total_fen == 500
    assert quote(lines, points=Points(0)).points == 0
    assert quote(lines, points=Points(1, 50)).points == 0


def test_shipping_is_free_from_an_amount_of_goods():
    found = quote(basket([Item("tea", 1, 9_900)]), Rules(1_000, 9_900))
    assert (found.shipping_fen, found.waived_fen, found.free_from_fen) == (0, 1_000, 9_900)


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], EMPTY),
        ([Item("a", 0, 1)], QUANTITY_UNFIT),
        ([Item("a", -1, 1)], QUANTITY_UNFIT),
        ([Item("a", 100, 1)], QUANTITY_UNFIT),
        ([Item("a", 1, 1), Item("a", 1, 1)], QUANTITY_UNFIT),
        ([Item(f"a{n}", 1, 1) for n in range(51)], QUANTITY_UNFIT),
        ([Item("a", 1, -1)], TOO_MUCH),
        ([Item("a", 1, 1, -5)], TOO_MUCH),
        ([Item("a", 1, 10**15)], TOO_MUCH),
    ],
)
def test_what_cannot_be_bought_is_refused_with_a_code(items, code):
    with pytest.raises(Problem) as refused:
        basket(items)
    assert refused.value.code is code


def test_a_sum_beyond_the_greatest_order_is_refused():
    with pytest.raises(Problem) as refused:
        quote(basket([Item("a", 99, 90_000_000_000)]))
    assert refused.value.code is TOO_MUCH


@pytest.mark.parametrize("lines_fen", [(1_001,), (-1,), (1, 1)])
def test_a_coupon_takes_no_more_than_a_line_costs(lines_fen):
    with pytest.raises(Problem) as refused:
        quote(basket([Item("tea", 1, 1_000)]), offs=[Off("cpn", lines_fen)])
    assert refused.value.code is COUPON_UNFIT


def test_a_gift_is_a_line_for_nothing_and_changes_no_sum():
    plain = quote(basket([Item("tea", 1, 1_000)]))
    with_gift = quote(basket([Item("tea", 1, 1_000)]), gifts=[Item("cup", 1, 500)])
    assert with_gift.total_fen == plain.total_fen == 1_000
    assert with_gift.lines[1].steps == ((Step.LIST, 500), (Step.GIFT, -500))
