"""What a SKU costs: one campaign at most, the member's price where it is lower, every step told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yumen.customer.catalog.pricing import Campaign, Kind, Priced, Scope, Step, price

NOW = datetime(2026, 11, 11, tzinfo=UTC)
SKU = Priced(7, 12_800, (1, 4), {"gold": 11_000})


def campaign(code="double11", scope=Scope.BRAND, target=0, bp=0, fen=0, begins=-1, ends=1) -> Campaign:
    kind = Kind.PERCENT if bp else Kind.AMOUNT
    span = NOW + timedelta(days=begins), NOW + timedelta(days=ends)
    return Campaign(code, "Day", "节", scope, target, kind, bp, fen, *span)


def cost(*campaigns: Campaign, tier: str | None = None, sku: Priced = SKU) -> int:
    return price(sku, campaigns, tier, NOW).price_fen


def test_without_anything_it_is_the_list_price():
    assert cost() == 12_800
    assert [line.step for line in price(SKU, [], None, NOW).lines] == [Step.LIST]


def test_the_best_campaign_counts_and_no_two_add_up():
    assert cost(campaign(bp=1000), campaign("other", fen=2_000)) == 10_800


def test_a_percentage_is_rounded_in_the_shopper_s_favour():
    assert cost(campaign(bp=3333), sku=Priced(7, 100, (), {})) == 66


def test_a_campaign_of_a_category_covers_all_below_it():
    assert cost(campaign(scope=Scope.CATEGORY, target=1, fen=800)) == 12_000
    assert cost(campaign(scope=Scope.CATEGORY, target=9, fen=800)) == 12_800


def test_a_campaign_of_one_sku_is_for_that_one():
    assert cost(campaign(scope=Scope.SKU, target=7, fen=800)) == 12_000
    assert cost(campaign(scope=Scope.SKU, target=8, fen=800)) == 12_800


def test_a_campaign_runs_from_its_first_moment_to_before_its_last():
    assert cost(campaign(fen=800, begins=0)) == 12_000
    assert cost(campaign(fen=800, ends=0)) == 12_800
    assert cost(campaign(fen=800, begins=1, ends=2)) == 12_800


def test_a_member_pays_less_only_where_it_is_less():
    assert cost(tier="gold") == 11_000
    assert cost(campaign(fen=3_000), tier="gold") == 9_800
    assert cost(tier="silver") == 12_800


def test_nothing_costs_less_than_a_fen():
    assert cost(campaign(fen=99_999)) == 1


def test_each_step_is_told_with_its_name():
    lines = price(SKU, [campaign(fen=800)], "gold", NOW).lines
    assert [(line.step, line.change_fen, line.code) for line in lines] == [
        (Step.LIST, 12_800, ""),
        (Step.CAMPAIGN, -800, "double11"),
        (Step.MEMBER, -1_000, "gold"),
    ]
    assert (lines[1].name_en, lines[1].name_zh) == ("Day", "节")


FEN = st.integers(1, 100_000_000)
CAMPAIGNS = st.lists(
    st.one_of(
        st.builds(lambda bp, code: campaign(code, bp=bp), st.integers(1, 9_900), st.text("abc", min_size=1)),
        st.builds(lambda fen, code: campaign(code, fen=fen), FEN, st.text("abc", min_size=1)),
    ),
    max_size=5,
)


@given(FEN, FEN, CAMPAIGNS, st.sampled_from([None, "gold", "silver"]))
def test_lines_add_up_and_no_step_makes_it_dearer(list_fen, member_fen, campaigns, tier):
    told = price(Priced(7, list_fen, (), {"gold": member_fen}), campaigns, tier, NOW)
    assert sum(line.change_fen for line in told.lines) == told.price_fen
    assert all(line.change_fen < 0 for line in told.lines[1:])
    assert 1 <= told.price_fen <= list_fen == told.list_fen
