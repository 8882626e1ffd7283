"""A quote says why: the campaign by its name, and what shipping would cost, in the language of who asks."""

import pytest

from yumen.customer.orders.quote import Item, Off, Points, Rules, basket, quote
from yumen.customer.orders.quote_shapes import QuoteView, ShippingView

TEA = Item("tea", 2, 10_000, 9_000, 8_500, "Tea", "茶", campaign_en="Cold dew", campaign_zh="寒露")
CUP = Item("cup", 1, 5_000, 4_000)
FREE = Rules()


def shown(language, rules=FREE, **more):
    return QuoteView.of(quote(basket([TEA, CUP]), rules, **more), language)


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["List price", "Cold dew", "Member price", "Coupon", "Points", "Rounded down"]),
        ("zh", ["标价", "寒露", "会员价", "优惠券", "积分抵扣", "抹零"]),
    ],
)
def test_each_step_has_a_name_and_a_campaign_its_own(language, names):
    view = shown(language, Rules(round_to_fen=100), offs=[Off("cpn", (1_001, 0))], points=Points(500))
    assert [step.name for step in view.lines[0].steps] == names
    assert all(sum(step.fen for step in line.steps) == line.due_fen for line in view.lines)
    assert sum(line.due_fen for line in view.lines) + view.shipping_fen == view.total_fen


@pytest.mark.parametrize(("language", "name"), [("en", "Campaign"), ("zh", "活动")])
def test_a_campaign_without_a_name_is_called_one(language, name):
    assert [step.name for step in shown(language).lines[1].steps][1] == name


@pytest.mark.parametrize(("language", "reason"), [("en", "Free from CNY 210 of goods"), ("zh", "商品满 210 元免运费")])
def test_shipping_that_is_saved_is_told_with_its_reason(language, reason):
    view = shown(language, Rules(1_200, 21_000))
    assert view.shipping == ShippingView(1_200, 1_200, 21_000, reason)
    assert (view.shipping_fen, view.total_fen) == (0, 21_000)


@pytest.mark.parametrize(
    ("language", "reason"), [("en", "Shipping is free from CNY 210.01 of goods"), ("zh", "商品满 210.01 元可免运费")]
)
def test_shipping_that_is_paid_is_told_with_what_would_make_it_free(language, reason):
    view = shown(language, Rules(1_200, 21_001))
    assert view.shipping == ShippingView(1_200, 0, 21_001, reason)
    assert (view.shipping_fen, view.total_fen) == (1_200, 22_200)


@pytest.mark.parametrize("rules", [Rules(1_200), Rules(0, 100), FREE])
def test_where_nothing_is_saved_and_nothing_could_be_there_is_no_reason(rules):
    assert shown("en", rules).shipping == ShippingView(rules.shipping_fen, 0, None, "")
