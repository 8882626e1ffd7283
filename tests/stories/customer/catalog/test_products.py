"""Products are written whole: what is the same changes nothing, what is left out is sold no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.customer.profile.test_pictures import SECRET, jpeg, jpeg_segment
from yumen.customer import catalog
from yumen.customer.catalog import campaigns, categories, images, products, seed
from yumen.customer.catalog.pricing import Kind, Scope
from yumen.customer.catalog.products import Draft, Status, Variant
from yumen.kit.errors import Problem

SMALL, LARGE = Variant("BOWL-S", "small", "小", 480), Variant("BOWL-L", "large", "大", 620, member_fen={"gold": 600})
BOWL = Draft("BOWL", "velvet", None, "Lake bowl", "湖碗", "", "", [], [SMALL, LARGE])


async def put(shop: Any, draft: Draft) -> Any:
    async with shop.unit() as uow:
        return await products.put(uow, draft)


async def refusal(shop: Any, draft: Draft) -> tuple[str, str | None]:
    with pytest.raises(Problem) as problem:
        await put(shop, draft)
    return problem.value.code.name, problem.value.at


async def test_the_same_product_again_changes_nothing(shop: Any) -> None:
    first, second = await put(shop, BOWL), await put(shop, BOWL)
    assert first == second
    assert len(await shop.house.leaves("catalog.product_changed")) == 1


async def test_a_variant_left_out_is_sold_no_more_and_can_come_back(shop: Any) -> None:
    await put(shop, BOWL)
    await put(shop, replace(BOWL, variants=[SMALL]))
    assert not (await shop.sku("BOWL-L")).active
    await put(shop, replace(BOWL, variants=[SMALL]))
    assert len(await shop.house.leaves("catalog.product_changed")) == 2
    await put(shop, BOWL)
    large = await shop.sku("BOWL-L")
    assert (large.active, large.member_fen) == (True, {"gold": 600})


async def test_member_prices_that_are_left_out_go(shop: Any) -> None:
    await put(shop, BOWL)
    await put(shop, replace(BOWL, variants=[SMALL, replace(LARGE, member_fen={})]))
    assert (await shop.sku("BOWL-L")).member_fen == {}


async def test_what_a_draft_names_must_be_there(shop: Any) -> None:
    assert await refusal(shop, replace(BOWL, brand="nobody")) == ("catalog.brand_unknown", "/brand")
    assert await refusal(shop, replace(BOWL, category="nowhere")) == ("catalog.category_unknown", "/category")
    assert await refusal(shop, replace(BOWL, images=[bytes(32)])) == ("catalog.image_unknown", "/images/0")
    assert await refusal(shop, replace(BOWL, variants=[])) == ("product.skus_unfit", "/skus")
    assert await refusal(shop, replace(BOWL, variants=[SMALL, SMALL])) == ("product.skus_unfit", "/skus")
    now = shop.house.clock.now()
    window = replace(BOWL, publish_from_at=now, publish_until_at=now)
    assert await refusal(shop, window) == ("product.window_unfit", "/publish_until_at")


async def test_a_variant_belongs_to_one_product(shop: Any) -> None:
    await put(shop, BOWL)
    other = replace(BOWL, code="PLATE", variants=[LARGE])
    assert await refusal(shop, other) == ("sku.of_other_product", "/skus/0/code")


async def test_a_product_without_a_variant_for_sale_is_not_published(shop: Any) -> None:
    await put(shop, replace(BOWL, variants=[replace(SMALL, active=False)]))
    async with shop.unit() as uow:
        with pytest.raises(Problem, match=r"product\.not_ready"):
            await products.set_status(uow, "BOWL", Status.PUBLISHED)
        uow.tally.acts = 0
        with pytest.raises(Problem, match=r"product\.unknown"):
            await products.set_status(uow, "PLATE", Status.PUBLISHED)
        uow.tally.acts = 0


async def test_orders_read_a_sku_with_all_it_needs(shop: Any) -> None:
    sku = await shop.put("A", 480, pieces=3, member_fen={"gold": 400})
    async with shop.unit() as uow:
        by_number = await catalog.get_skus(uow.conn, [sku.id, 999_999])
        by_ref = await catalog.find_skus(uow.conn, shop.house.handler, [sku.ref])
        foreign = await catalog.find_skus(uow.conn, shop.house.app("wx00000000000000b1").handler, [sku.ref])
        running = await catalog.list_running(uow.conn, sku.brand, uow.now)
    assert list(by_number) == [sku.id]
    assert by_ref[sku.ref] == by_number[sku.id]
    assert foreign == {}
    assert sku.on_sale(shop.house.clock.now())
    assert catalog.price(sku.priced, running, "gold", shop.house.clock.now()).price_fen == 400
    assert sku.left == 3


async def test_a_category_keeps_its_place_in_the_tree(shop: Any) -> None:
    async with shop.unit() as uow:
        home = await categories.put(uow, "home", "velvet", None, "Home", "家居", 0)
        vessels = await categories.put(uow, "vessels", "velvet", "home", "Vessels", "器皿", 1)
        again = await categories.put(uow, "vessels", "velvet", "home", "Pots", "器皿", 1)
        with pytest.raises(Problem, match=r"catalog\.category_fixed"):
            await categories.put(uow, "vessels", "velvet", None, "Pots", "器皿", 1)
        uow.tally.acts -= 1
        assert list(vessels.ancestors) == [home.id, vessels.id]
        assert again.name_en == "Pots"
        assert await categories.put(uow, "vessels", "velvet", "home", "Pots", "器皿", 1) == again
    assert len(await shop.house.leaves("catalog.category_changed")) == 3


async def test_the_tree_is_bounded(shop: Any) -> None:
    async with shop.unit() as uow:
        parent = None
        for depth in range(categories.DEPTH_MAX):
            await categories.put(uow, f"c{depth}", "velvet", parent, "C", "类", 0)
            parent = f"c{depth}"
        with pytest.raises(Problem, match=r"catalog\.category_too_deep"):
            await categories.put(uow, "deeper", "velvet", parent, "C", "类", 0)
        uow.tally.acts -= 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"off_bp": 0}, "campaign.unfit"),
        ({"off_fen": 5}, "campaign.unfit"),
        ({"kind": Kind.AMOUNT}, "campaign.unfit"),
        ({"brand": "nobody"}, "catalog.brand_unknown"),
        ({"scope": Scope.SKU, "target": "NONE"}, "campaign.target_unknown"),
        ({"scope": Scope.CATEGORY, "target": "none"}, "campaign.target_unknown"),
    ],
)
async def test_a_campaign_that_makes_no_sense_is_refused(shop: Any, change: dict[str, Any], code: str) -> None:
    now = shop.house.clock.now()
    day = now, now + timedelta(days=1)
    plan = campaigns.Plan("day", "velvet", "Day", "节", Scope.BRAND, "", Kind.PERCENT, 500, 0, *day)
    with pytest.raises(Problem) as problem:
        async with shop.unit() as uow:
            await campaigns.put(uow, replace(plan, **change))
    assert problem.value.code.name == code


async def test_a_picture_is_named_by_its_content_and_put_once(shop: Any) -> None:
    goods = seed.goods_of_the_demo()
    content = seed.picture_of(goods, goods.product[0])
    async with shop.unit() as uow:
        name = await images.put(uow, content)
        assert await images.put(uow, content) == name
        assert (await images.get(uow, name)).content == content
    assert len(await shop.house.leaves("catalog.image_added")) == 1
    for bad, code in ((b"GIF89a", "catalog.image_unfit"), (bytes(images.BYTES_MAX + 1), "catalog.image_too_large")):
        with pytest.raises(Problem) as problem:
            async with shop.unit() as uow:
                await images.put(uow, bad)
        assert problem.value.code.name == code


async def test_the_demo_s_goods_are_sown_once(shop: Any) -> None:
    for _ in range(2):
        async with shop.unit() as uow:
            assert await seed.sow(uow, "velvet") == 24
    assert len(await shop.house.leaves("catalog.product_changed")) == 24
    assert await shop.unequal() == []
    assert len(await shop.house.rows("select from catalog.listing")) == 24


async def test_a_picture_is_kept_without_what_a_camera_wrote_into_it(shop: Any) -> None:
    async with shop.unit() as uow:
        name = await images.put(uow, jpeg(jpeg_segment(0xE1, SECRET)))
        assert (await images.get(uow, name)).content == jpeg()
        assert await images.put(uow, jpeg()) == name
