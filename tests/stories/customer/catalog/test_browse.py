"""What a shop shows: lists in their order, searches by words, prices for whoever looks, nothing that is not on sale."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yumen.customer.catalog import browse, campaigns, categories, products
from yumen.customer.catalog.browse import Asked, Look
from yumen.customer.catalog.listing_store import Place, Sort
from yumen.customer.catalog.pricing import Kind, Scope
from yumen.customer.catalog.products import Status
from yumen.kit.errors import Problem


async def listed(shop: Any, tier: str | None = None, **wanted: Any) -> tuple[list[str], str | None]:
    async with shop.unit() as uow:
        look = Look(shop.house.app().brand, tier)
        offers, cursor = await browse.list_offers(uow, look, Asked(**wanted))
    return [offer.tile.name_en.removeprefix("Thing ") for offer in offers], cursor


async def walked(shop: Any, **wanted: Any) -> list[str]:
    """All pages, one after another."""
    found, cursor = await listed(shop, **wanted)
    while cursor:
        page, cursor = await listed(shop, cursor=cursor, **wanted)
        found += page
    return found


async def tree(shop: Any) -> None:
    async with shop.unit() as uow:
        await categories.put(uow, "home", "velvet", None, "Home", "家居", 0)
        await categories.put(uow, "vessels", "velvet", "home", "Vessels", "器皿", 0)


async def test_pages_go_on_where_the_last_one_ended_in_each_order(shop: Any) -> None:
    for number, fen in enumerate([300, 100, 200, 100, 500]):
        await shop.put(f"P{number}", fen)
    assert await walked(shop, limit=2) == ["P4", "P3", "P2", "P1", "P0"]
    assert await walked(shop, limit=2, sort=Sort.CHEAPEST) == ["P1", "P3", "P2", "P0", "P4"]
    assert await walked(shop, limit=2, sort=Sort.DEAREST) == ["P4", "P0", "P2", "P3", "P1"]


async def test_a_category_shows_what_lies_below_it(shop: Any) -> None:
    await tree(shop)
    await shop.put("IN", category="vessels")
    await shop.put("ABOVE", category="home")
    await shop.put("OUT")
    assert await walked(shop, category="home") == ["ABOVE", "IN"]
    assert await walked(shop, category="vessels") == ["IN"]
    with pytest.raises(Problem, match=r"catalog\.no_such_category"):
        await listed(shop, category="nowhere")


async def test_only_what_is_published_now_is_shown(shop: Any) -> None:
    now = shop.house.clock.now()
    await shop.put("LATER", publish_from_at=now + timedelta(hours=1))
    await shop.put("ENDED", publish_until_at=now + timedelta(minutes=1))
    await shop.put("GONE")
    async with shop.unit() as uow:
        await products.set_status(uow, "GONE", Status.ARCHIVED)
    assert await walked(shop) == ["ENDED", "LATER"][:1]
    shop.house.clock.offset += timedelta(hours=2)
    assert await walked(shop) == ["LATER"]


async def test_a_search_wants_all_words_and_puts_names_first(shop: Any) -> None:
    await shop.put("A", name_zh="听雨香水", text_zh="青竹与雨")
    await shop.put("B", name_zh="雪松烛", text_zh="近似香水的气味")
    await shop.put("C", name_zh="雨过天青瓶", text_en="A vase for rain")
    assert await walked(shop, words="香水") == ["A", "B"]
    assert await walked(shop, words="香水", limit=1) == ["A", "B"]
    assert await walked(shop, words="雨") == ["C", "A"]
    assert await walked(shop, words="香水 青竹") == ["A"]
    assert await walked(shop, words="vases") == ["C"]
    assert await walked(shop, words="不存在") == []
    assert await walked(shop, words="!&|'") == []


async def test_a_search_can_be_narrowed_to_a_category(shop: Any) -> None:
    await tree(shop)
    await shop.put("A", name_zh="香水", category="vessels")
    await shop.put("B", name_zh="香水")
    assert await walked(shop, words="香水", category="home") == ["A"]


async def test_search_pages_leave_nothing_out(shop: Any) -> None:
    for number in range(4):
        await shop.put(f"N{number}", name_zh="香水")
        await shop.put(f"T{number}", text_zh="香水")
    expected = ["N3", "N2", "N1", "N0", "T3", "T2", "T1", "T0"]
    for limit in (1, 2, 3, 4, 5, 8):
        assert await walked(shop, words="香水", limit=limit) == expected


async def test_another_brand_s_shop_is_empty(shop: Any) -> None:
    sku = await shop.put("A", name_zh="香水")
    look = Look(shop.house.app("wx00000000000000b1").brand)
    async with shop.unit() as uow:
        for words in ("", "香水"):
            assert await browse.list_offers(uow, look, Asked(words=words)) == ([], None)
        with pytest.raises(Problem, match=r"product\.unknown"):
            await browse.get_product(uow, look, sku.product_ref)


async def test_a_price_change_moves_a_product_in_the_list(shop: Any) -> None:
    await shop.put("A", 100)
    await shop.put("B", 200)
    async with shop.unit() as uow:
        await products.set_price(uow, "A", 300, {"gold": 250})
    assert await walked(shop, sort=Sort.CHEAPEST) == ["B", "A"]


async def test_campaigns_and_tiers_count_in_the_list(shop: Any) -> None:
    await shop.put("A", 10_000, member_fen={"gold": 8_500})
    now = shop.house.clock.now()
    day = now, now + timedelta(days=1)
    plan = campaigns.Plan("day", "velvet", "Day", "节", Scope.SKU, "A", Kind.PERCENT, 1_000, 0, *day)
    async with shop.unit() as uow:
        await campaigns.put(uow, plan)

    async def fen(tier: str | None) -> int:
        async with shop.unit() as uow:
            offers, _ = await browse.list_offers(uow, Look(shop.house.app().brand, tier), Asked())
        return int(offers[0].price_fen)

    assert (await fen(None), await fen("gold")) == (9_000, 8_500)
    async with shop.unit() as uow:
        await campaigns.end(uow, "day")
    assert await fen(None) == 10_000
    assert [kind for kind, _ in await shop.house.leaves("catalog.campaign_changed", "catalog.campaign_ended")] == [
        "catalog.campaign_changed",
        "catalog.campaign_ended",
    ]


@pytest.mark.parametrize("cursor", ["x", "l.1", "l.a.1", "l.1.2.3", "q.1.2", f"l.{2**60}.1", "l.-1.2"])
def test_a_made_up_cursor_is_a_problem(cursor: str) -> None:
    with pytest.raises(Problem, match=r"catalog\.cursor_invalid"):
        Place.read(cursor)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.builds(Place, st.integers(0, 2**53), st.integers(0, 2**53), st.booleans()))
def test_a_cursor_is_read_as_it_was_written(place: Place) -> None:
    assert Place.read(place.write()) == place
