"""The catalogue over HTTP: visitors look, members see their prices, staff and machines write, files go in and out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.stories.customer.conftest import VELVET
from yumen.customer.catalog import seed

PRODUCT = {
    "brand": "velvet",
    "name_en": "Lake bowl",
    "name_zh": "湖碗",
    "skus": [{"code": "BOWL-S", "name_zh": "小", "list_fen": 48000, "member_fen": {"gold": 45000}}],
}
RECEIVE = {"reason": "received", "reference": "GRN-1", "delta": 30}


async def stocked(doors: Any) -> str:
    """A published bowl; answers its outside id."""
    written = await doors.act("PUT", "/staff/v1/products/BOWL", PRODUCT)
    assert written.status_code == 200, written.text
    assert (await doors.act("POST", "/staff/v1/stock/BOWL-S/adjust", RECEIVE)).status_code == 200
    published = await doors.act("POST", "/staff/v1/products/BOWL/publish")
    assert published.json()["status"] == "published"
    return str(written.json()["id"])


async def test_a_visitor_looks_in_either_language(doors: Any) -> None:
    product = await stocked(doors)
    (tile,) = (await doors.look("/v1/products")).json()["items"]
    assert tile == {
        "id": product, "name": "湖碗", "image": None, "list_fen": 48000, "price_fen": 48000, "several": False,
        "sold_out": False,
    }  # fmt: skip
    shown = (await doors.look(f"/v1/products/{product}", "en")).json()
    assert (shown["name"], shown["skus"][0]["left"]) == ("Lake bowl", 20)
    assert shown["skus"][0]["lines"] == [{"step": "list", "name": "List price", "code": "", "change_fen": 48000}]


async def test_a_visitor_names_the_shop(doors: Any) -> None:
    for path in ("/v1/products", "/v1/categories"):
        answer = await doors.shopper.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "app.unknown")


async def test_a_member_sees_the_price_of_the_tier(doors: Any) -> None:
    product = await stocked(doors)
    answer = await doors.shopper.get(f"/v1/products/{product}", headers={"authorization": "Bearer shopper"})
    (sku,) = answer.json()["skus"]
    assert sku["price_fen"] == 45000
    assert [line["step"] for line in sku["lines"]] == ["list", "member"]


async def test_an_unchanged_page_is_not_sent_again(doors: Any) -> None:
    await stocked(doors)
    first = await doors.look("/v1/products")
    headers = {"if-none-match": f'W/"other", {first.headers["etag"]}', "accept-language": "zh"}
    again = await doors.shopper.get("/v1/products", params={"appid": VELVET}, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    await doors.act("PUT", "/staff/v1/prices/BOWL-S", {"list_fen": 50000})
    changed = await doors.shopper.get("/v1/products", params={"appid": VELVET}, headers=headers)
    assert changed.json()["items"][0]["price_fen"] == 50000


async def test_a_picture_is_served_for_ever_under_its_hash(doors: Any) -> None:
    goods = seed.goods_of_the_demo()
    content = seed.picture_of(goods, goods.product[0])
    put = (await doors.act("POST", "/staff/v1/images", content)).json()
    got = await doors.shopper.get(put["path"])
    assert (got.content, got.headers["content-type"]) == (content, "image/png")
    assert "immutable" in got.headers["cache-control"]
    again = await doors.shopper.get(put["path"], headers={"if-none-match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await doors.shopper.get(f"/v1/images/{'0' * 64}")).status_code == 404
    assert (await doors.act("POST", "/staff/v1/images", b"<svg/>")).json()["code"] == "catalog.image_unfit"


async def test_categories_come_as_a_tree(doors: Any) -> None:
    for code, parent in (("home", None), ("vessels", "home")):
        body = {"brand": "velvet", "name_en": code, "name_zh": "类", "parent": parent}
        assert (await doors.act("PUT", f"/staff/v1/categories/{code}", body)).status_code == 204
    items = (await doors.look("/v1/categories")).json()["items"]
    assert [(item["code"], item["parent"]) for item in items] == [("home", None), ("vessels", "home")]


async def test_a_search_is_a_page(doors: Any) -> None:
    await stocked(doors)
    assert len((await doors.look("/v1/products", q="湖碗")).json()["items"]) == 1
    assert (await doors.look("/v1/products", q="瓶")).json() == {"items": [], "next_cursor": None}


async def test_a_campaign_is_seen_until_it_is_ended(doors: Any) -> None:
    await stocked(doors)
    now = doors.shop.house.clock.now()
    body = {
        "brand": "velvet", "name_en": "Day", "name_zh": "节", "scope": "brand", "kind": "percent", "off_bp": 1000,
        "from_at": now.isoformat(), "until_at": (now + timedelta(days=1)).isoformat(),
    }  # fmt: skip
    assert (await doors.act("PUT", "/staff/v1/campaigns/day", body)).status_code == 204
    assert (await doors.look("/v1/products")).json()["items"][0]["price_fen"] == 43200
    (listed,) = (await doors.act("GET", "/staff/v1/campaigns")).json()["items"]
    assert (listed["code"], listed["off_bp"]) == ("day", 1000)
    assert (await doors.act("DELETE", "/staff/v1/campaigns/day")).status_code == 204
    assert (await doors.act("DELETE", "/staff/v1/campaigns/day")).json()["code"] == "campaign.unknown"
    assert (await doors.look("/v1/products")).json()["items"][0]["price_fen"] == 48000


async def test_a_product_goes_up_and_down_with_a_leaf_each(doors: Any) -> None:
    product = await stocked(doors)
    assert (await doors.act("POST", "/staff/v1/products/BOWL/unpublish")).json()["status"] == "draft"
    assert (await doors.look(f"/v1/products/{product}")).json()["code"] == "product.unknown"
    assert (await doors.act("DELETE", "/staff/v1/products/BOWL")).json()["status"] == "archived"
    assert len(await doors.shop.house.leaves("catalog.product_status_changed")) == 3


async def test_an_adjustment_sent_twice_is_taken_once(doors: Any) -> None:
    await stocked(doors)
    more, once = {**RECEIVE, "reference": "GRN-2"}, {"idempotency-key": "adjust-0001"}
    twice = [await doors.act("POST", "/staff/v1/stock/BOWL-S/adjust", more, **once) for _ in range(2)]
    assert [answer.json()["left"] for answer in twice] == [60, 60]
    levels = (await doors.act("GET", "/staff/v1/stock")).json()["items"]
    assert levels == [{"code": "BOWL-S", "on_hand": 60, "reserved": 0, "left": 60, "low_level": 0}]
    moved = (await doors.act("GET", "/staff/v1/stock/BOWL-S/movements?limit=1")).json()
    assert moved["items"][0]["reference"] == "GRN-2"
    rest = (await doors.act("GET", f"/staff/v1/stock/BOWL-S/movements?cursor={moved['next_cursor']}")).json()
    assert [item["reference"] for item in rest["items"]] == ["GRN-1"]
    assert (await doors.act("GET", "/staff/v1/stock-recount")).json() == {"unequal": []}


async def test_a_machine_sends_its_file_and_gets_it_back(doors: Any) -> None:
    file = "sku,product,brand,name_en,name_zh,list_fen\nA,A,velvet,Bowl,碗,100\nB,B,velvet,Bowl,碗,0\n".encode()
    dry = (await doors.act("POST", "/staff/v1/catalogue/import?dry_run=true", file, "erp")).json()
    assert (dry["state"], dry["taken"]) == ("dry", 1)
    report = (await doors.act("POST", "/staff/v1/catalogue/import", file, "erp")).json()
    assert (report["state"], report["rows"], report["taken"]) == ("done", 2, 1)
    (fault,) = report["faults"]
    assert (fault["row"], fault["column"], fault["code"]) == (2, "list_fen", "import.cell_unfit")
    out = await doors.act("GET", "/staff/v1/catalogue/export", None, "erp")
    assert out.headers["content-type"].startswith("text/csv")
    assert out.text.splitlines()[1].startswith("A,A,velvet,")
    bad = await doors.act("POST", "/staff/v1/catalogue/import", b"\xff", "erp")
    assert (bad.status_code, bad.json()["code"]) == (422, "import.not_text")


async def test_staff_pages_go_on(doors: Any) -> None:
    for code in ("A", "B", "C"):
        body = {**PRODUCT, "skus": [{"code": code, "list_fen": 1}]}
        await doors.act("PUT", f"/staff/v1/products/{code}", body)
    first = (await doors.act("GET", "/staff/v1/products?limit=2")).json()
    rest = (await doors.act("GET", f"/staff/v1/products?limit=2&cursor={first['next_cursor']}")).json()
    assert [item["code"] for item in [*first["items"], *rest["items"]]] == ["A", "B", "C"]
    assert (await doors.act("GET", "/staff/v1/products/B")).json()["skus"][0]["code"] == "B"


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("PUT", "/staff/v1/products/BOWL", "support"),
        ("POST", "/staff/v1/products/BOWL/publish", "agency"),
        ("PUT", "/staff/v1/prices/BOWL-S", "agency"),
        ("POST", "/staff/v1/stock/BOWL-S/adjust", "auditor"),
        ("POST", "/staff/v1/catalogue/import", "agency_backend"),
    ],
)
async def test_who_may_not_is_told_so(doors: Any, method: str, path: str, role: str) -> None:
    answer = await doors.act(method, path, {}, role)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.denied")


@pytest.mark.parametrize(
    ("path", "body", "at"),
    [
        ("/staff/v1/products/BOWL", {**PRODUCT, "skus": []}, "/skus"),
        ("/staff/v1/products/BOWL", {**PRODUCT, "skus": [{"code": "A", "list_fen": 0}]}, "/skus/0/list_fen"),
        ("/staff/v1/products/BOWL", {**PRODUCT, "skus": [{"code": "A", "list_fen": 2**70}]}, "/skus/0/list_fen"),
        ("/staff/v1/products/BOWL", {**PRODUCT, "brand": "nobody"}, "/brand"),
        ("/staff/v1/products/BOWL", {**PRODUCT, "images": ["zz"]}, "/images/0"),
        ("/staff/v1/products/BOWL", {**PRODUCT, "colour": "red"}, "/colour"),
        ("/staff/v1/products/BOWL", {**PRODUCT, "publish_from_at": "2026-01-01T00:00:00"}, "/publish_from_at"),
        ("/staff/v1/prices/NONE", {"list_fen": -5}, "/list_fen"),
        ("/staff/v1/categories/home", {"brand": "velvet", "name_en": "", "name_zh": "家"}, "/name_en"),
    ],
)
async def test_bad_input_is_a_problem_with_its_place(doors: Any, path: str, body: Any, at: str) -> None:
    answer = await doors.act("PUT", path, body)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["at"].startswith(at), answer.json()


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "sort=random", "cursor=l.1", "category=%27", "q=" + "x" * 81, "appid=wx"]
)
async def test_an_odd_query_is_a_problem(doors: Any, query: str) -> None:
    answer = await doors.shopper.get(f"/v1/products?appid={VELVET}&{query}")
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
