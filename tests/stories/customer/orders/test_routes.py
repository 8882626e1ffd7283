"""A whole purchase over HTTP: cart, quote, order, cashier, notification, parcel, claim, refund; and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.stories.customer.conftest import House, StaffDoor, ready
from tests.stories.customer.orders.conftest import STAFF, Market
from tests.stories.customer.orders.till import MCHID, later
from tests.stories.customer.profile.conftest import png
from yumen.customer.catalog import campaigns
from yumen.customer.catalog.pricing import Kind, Scope
from yumen.customer.orders.routes import HOOK_ROUTES, ROUTES, STAFF_ROUTES
from yumen.kit.ids import SubjectId
from yumen.kit.web import Caller, Guarded, Limits, Opened, web_app
from yumen.kit.work import Actor, ActorKind, Work
from yumen.security import access

PLACE = {
    "recipient": "陈小玉", "phone": "199 0000 0001", "province": "上海市", "city": "上海市", "district": "黄浦区",
    "street": "中山东一路1号",
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """The token is the subject's number."""

    house: House

    async def recognise(self, work: Work, token: str) -> Caller | None:
        actor = Actor(ActorKind.SUBJECT, f"sub_{int(token):026d}", self.house.handler)
        return Caller(actor, ("shopper",), SubjectId(int(token)), self.house.app().key)

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


@dataclass
class Doors:
    market: Market
    shopper: AsyncTestClient[Any]
    staff: AsyncTestClient[Any]
    hooks: AsyncTestClient[Any]
    person: SubjectId

    async def ask(self, method: str, path: str, body: Any = None, who: int = 0, **headers: str) -> Any:
        headers = {"authorization": f"Bearer {who or self.person}"} | headers
        content: dict[str, Any] = (
            {"content": body} if isinstance(body, bytes) else {} if body is None else {"json": body}
        )
        return await self.shopper.request(method, path, headers=headers, **content)

    async def act(self, method: str, path: str, body: Any = None, role: str = "operator") -> Any:
        headers = {"authorization": f"Bearer {STAFF}+{role}"}
        return await self.staff.request(method, path, headers=headers, **({} if body is None else {"json": body}))

    async def notify(self, notice: tuple[dict[str, str], bytes]) -> int:
        headers = notice[0] | {"content-type": "application/json"}
        return (await self.hooks.post(f"/hooks/wechatpay/{MCHID}", content=notice[1], headers=headers)).status_code

    async def pay(self, order: str) -> None:
        opened = await self.ask("POST", f"/v1/orders/{order}/payment")
        assert opened.status_code == 200, opened.text
        number = list(self.market.till.trades)[-1]
        assert self.market.till.take(number)
        assert await self.notify(self.market.till.paid_notice(number)) == 204


@pytest.fixture
async def doors(market: Market) -> AsyncIterator[Doors]:
    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        yield Opened(market.work, ready)

    def client(name: str, routes: Any, door: Guarded) -> AsyncTestClient[Any]:
        app = web_app(routes, door, Limits(), opening, name, "1")
        return AsyncTestClient(app, raise_server_exceptions=False)  # type: ignore[arg-type]

    async with (
        client("shopper", ROUTES, Door(market.house)) as shopper,
        client("staff", STAFF_ROUTES, StaffDoor(market.house.handler)) as staff,
        client("hooks", HOOK_ROUTES, Door(market.house)) as hooks,
    ):
        yield Doors(market, shopper, staff, hooks, await market.club.member())


async def ordered(doors, tea, quantity=2, **headers):
    wanted = [{"sku": tea, "quantity": quantity}]
    quote = (await doors.ask("POST", "/v1/quote", {"lines": wanted})).json()
    body = {"lines": wanted, "expected_fen": quote["total_fen"], "destination": PLACE}
    return await doors.ask("POST", "/v1/orders", body, **headers)


async def test_a_quote_names_the_campaign_and_the_shipping_that_is_saved(doors):
    market = doors.market
    tea = await market.stock("tea", 40_000, 5)
    now = market.house.clock.now()
    day = now, now + timedelta(days=1)
    plan = campaigns.Plan("dew", "velvet", "Cold dew", "寒露", Scope.SKU, "tea", Kind.PERCENT, 1_000, 0, *day)
    async with market.staff() as uow:
        await campaigns.put(uow, plan)
    for language, name, reason in (
        ("en", "Cold dew", "Free from CNY 300 of goods"), ("zh-CN", "寒露", "商品满 300 元免运费"),
    ):  # fmt: skip
        body = {"lines": [{"sku": tea, "quantity": 1}]}
        quote = (await doors.ask("POST", "/v1/quote", body, **{"accept-language": language})).json()
        assert quote["lines"][0]["steps"][1] == {"step": "campaign", "name": name, "fen": -4_000}
        assert quote["shipping"] == {"list_fen": 1_000, "saved_fen": 1_000, "free_from_fen": 30_000, "reason": reason}
        assert quote["total_fen"] == 36_000


async def test_a_purchase_from_the_cart_to_the_refund(doors):
    market = doors.market
    tea = await market.stock("tea", 12_800, 5)
    assert (await doors.ask("PUT", f"/v1/cart/{tea}", {"quantity": 2})).status_code == 204
    assert (await doors.ask("GET", "/v1/cart")).json() == {"items": [{"sku": tea, "quantity": 2}]}
    quote = (await doors.ask("POST", "/v1/quote", {})).json()
    assert (quote["goods_fen"], quote["shipping_fen"], quote["total_fen"]) == (25_600, 1_000, 26_600)
    address = (await doors.ask("POST", "/v1/addresses", PLACE)).json()["id"]
    placed = await doors.ask("POST", "/v1/orders", {"expected_fen": 26_600, "address": address})
    assert placed.status_code == 201, placed.text
    order = placed.json()["id"]
    assert (await doors.ask("GET", "/v1/cart")).json() == {"items": []}
    await doors.pay(order)
    shipped = await doors.act(
        "POST", f"/staff/v1/orders/{order}/ship", {"carrier": "SF", "tracking_no": "SF1234567890"}
    )
    assert shipped.status_code == 201, shipped.text
    assert (await doors.ask("POST", f"/v1/orders/{order}/receive")).json()["state"] == "received"
    body = {"kind": "return_and_refund", "reason": "damaged", "lines": [{"number": 1, "quantity": 1}], "story": "裂了"}
    claim = (await doors.ask("POST", f"/v1/orders/{order}/claims", body)).json()["id"]
    assert (await doors.ask("POST", f"/v1/claims/{claim}/pictures", png())).status_code == 204
    form = {"picture": ("tmp_1.png", png(), "image/png")}  # as wx.uploadFile posts it
    headers = {"authorization": f"Bearer {doors.person}"}
    sent = await doors.shopper.post(f"/v1/claims/{claim}/pictures", files=form, headers=headers)
    assert sent.status_code == 204, sent.text
    assert (await doors.act("POST", f"/staff/v1/claims/{claim}/approve")).status_code == 204
    back = {"carrier": "YTO", "tracking_no": "YT123456789"}
    assert (await doors.ask("POST", f"/v1/claims/{claim}/return", back)).status_code == 204
    assert (await doors.act("POST", f"/staff/v1/claims/{claim}/take-back", {"restock": True})).status_code == 204
    await market.settle_refunds(order)
    invoice = {"kind": "company", "title": "丝绒(上海)贸易有限公司", "tax_number": "91310000MA1K000019"}
    assert (await doors.ask("PUT", f"/v1/orders/{order}/invoice", invoice)).status_code == 204
    assert (await doors.ask("GET", f"/v1/orders/{order}/invoice")).json()["title"] == invoice["title"]
    shown = (await doors.ask("GET", f"/v1/orders/{order}")).json()
    assert (shown["state"], shown["refunded_fen"], shown["phone_masked"]) == (
        "partially_refunded",
        12_800,
        "199****0001",
    )
    assert [one["state"] for one in shown["refunds"]] == ["done"]
    page = (await doors.ask("GET", "/v1/orders?limit=1")).json()
    assert ([one["id"] for one in page["items"]], page["next_cursor"]) == ([order], None)


async def test_staff_find_an_order_by_phone_or_name_and_see_the_recipient_masked(doors):
    tea = await doors.market.stock("tea")
    order = (await ordered(doors, tea)).json()["id"]
    for body in ({"phone": "+86 199-0000-0001"}, {"recipient": "陈小玉"}):
        found = await doors.act("POST", "/staff/v1/orders/find", body, role="support")
        assert [one["id"] for one in found.json()["items"]] == [order]
    assert (await doors.act("POST", "/staff/v1/orders/find", {"phone": "19900000002"}, "support")).json()["items"] == []
    assert (await doors.act("POST", "/staff/v1/orders/find", {}, "support")).status_code == 400
    assert (await doors.act("POST", "/staff/v1/orders/find", {"phone": "19900000001"})).status_code == 403
    shown = (await doors.act("GET", f"/staff/v1/orders/{order}")).json()
    assert (shown["order"]["recipient"], shown["order"]["place"]["street"]) == ("陈**", "***")
    listed = (await doors.act("GET", "/staff/v1/orders?state=awaiting_payment")).json()["items"]
    assert [one["id"] for one in listed] == [order]


async def test_a_double_tap_orders_once(doors):
    tea = await doors.market.stock("tea", 12_800, 5)
    first, again = [await ordered(doors, tea, **{"idempotency-key": "tap-0001"}) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, again.json())
    await doors.market.goods.settle()
    assert await doors.market.goods.stock_of((await doors.market.goods.sku("tea")).id) == (5, 2)


async def test_a_price_that_changed_is_told_with_both_amounts_and_nothing_is_kept(doors):
    tea = await doors.market.stock("tea", 12_800, 5)
    body = {"lines": [{"sku": tea, "quantity": 1}], "expected_fen": 100, "destination": PLACE}
    answer = await doors.ask("POST", "/v1/orders", body)
    assert answer.status_code == 409
    assert answer.json()["code"] == "order.price_changed"
    assert "100" in answer.json()["title"]
    assert "13800" in answer.json()["title"]
    assert await doors.market.goods.stock_of((await doors.market.goods.sku("tea")).id) == (5, 0)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"lines": [{"sku": "sku_x", "quantity": 1}]}, 404),
        ({"lines": [{"sku": "TEA", "quantity": 0}]}, 400),
        ({"lines": [{"sku": "TEA", "quantity": -1}]}, 400),
        ({"lines": [{"sku": "TEA", "quantity": 100}]}, 400),
        ({"lines": [{"sku": "TEA", "quantity": 6}]}, 409),
        ({"expected_fen": -1}, 400),
        ({"expected_fen": 10**15}, 400),
        ({"destination": PLACE | {"phone": "12345"}}, 422),
        ({"destination": None}, 422),
        ({"coupons": ["cpn_00000000000000000000000000"]}, 409),
        ({"address": "adr_00000000000000000000000000", "destination": None}, 404),
        ({"surprise": 1}, 400),
    ],
)
async def test_what_cannot_be_ordered_is_refused_with_a_code(doors, change, status):
    tea = await doors.market.stock("tea", 100, 5)
    body = {"lines": [{"sku": tea, "quantity": 1}], "expected_fen": 1_100, "destination": PLACE} | change
    for line in body["lines"]:
        line["sku"] = line["sku"].replace("TEA", tea)
    if "lines" in change and change["lines"][0]["quantity"] == 6:
        body["expected_fen"] = 1_600
    answer = await doors.ask("POST", "/v1/orders", body)
    assert answer.status_code in ({400, 422} if status == 400 else {status}), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert await doors.market.house.rows("select 1 from orders.purchase") == []


async def test_nobody_sees_or_moves_the_order_of_another(doors):
    tea = await doors.market.stock("tea")
    order = (await ordered(doors, tea)).json()["id"]
    stranger = await doors.market.club.member("oMallory")
    for method, path in (("GET", ""), ("POST", "/cancel"), ("POST", "/receive"), ("POST", "/payment/check")):
        assert (await doors.ask(method, f"/v1/orders/{order}{path}", who=stranger)).status_code == 404
    assert (await doors.ask("POST", f"/v1/orders/{order}/receive")).status_code == 409


async def test_the_hook_says_no_to_what_is_forged_and_yes_to_what_it_kept(doors):
    tea = await doors.market.stock("tea")
    order = (await ordered(doors, tea)).json()["id"]
    await doors.ask("POST", f"/v1/orders/{order}/payment")
    (number,) = doors.market.till.trades
    doors.market.till.take(number)
    headers, body = doors.market.till.paid_notice(number)
    assert await doors.notify((headers | {"wechatpay-signature": "AAAA"}, body)) == 401
    assert await doors.notify(({}, body)) == 401
    assert await doors.notify((headers, body)) == 204
    assert await doors.notify(doors.market.till.paid_notice(number)) == 204
    refused = (await doors.act("GET", "/staff/v1/payment-notices/refused", role="auditor")).json()
    assert {(one["why"], one["times"]) for one in refused} == {("signature", 1), ("header_missing", 1)}
    unknown = await doors.hooks.post("/hooks/wechatpay/1999999999", content=body, headers=headers)
    assert unknown.status_code == 404


async def test_asking_after_the_cashier_finds_a_payment_that_was_not_notified(doors):
    tea = await doors.market.stock("tea")
    order = (await ordered(doors, tea)).json()["id"]
    await doors.ask("POST", f"/v1/orders/{order}/payment")
    doors.market.till.take(list(doors.market.till.trades)[-1])
    assert (await doors.ask("POST", f"/v1/orders/{order}/payment/check")).json()["state"] == "paid"


async def test_staff_pay_back_no_more_than_was_paid_and_ship_no_order_twice(doors):
    tea = await doors.market.stock("tea")
    order = (await ordered(doors, tea)).json()["id"]
    await doors.pay(order)
    path = f"/staff/v1/orders/{order}"
    assert (await doors.act("POST", f"{path}/refund", {"cause": "goodwill", "amount_fen": 99_999})).status_code == 409
    assert (await doors.act("POST", f"{path}/ship", {"carrier": "NOPE", "tracking_no": "12345678"})).status_code == 422
    ship = {"carrier": "STO", "tracking_no": "7712345678"}
    assert [(await doors.act("POST", f"{path}/ship", ship)).status_code for _ in range(2)] == [201, 409]
    assert (await doors.act("POST", f"{path}/refund", {"cause": "goodwill"}, role="auditor")).status_code == 403
    made = await doors.act("POST", f"{path}/refund", {"cause": "goodwill", "lines": [{"number": 1, "quantity": 1}]})
    assert made.status_code == 201
    later(doors.market.house.clock, minutes=2)
    assert (await doors.act("GET", "/staff/v1/differences")).json() == {"items": [], "next_cursor": None}
    assert (await doors.act("GET", "/staff/v1/refunds/stuck")).json() == []
    assert (await doors.act("GET", "/staff/v1/bills")).json() == []


@pytest.mark.parametrize(
    ("bill", "status", "code"), [(b"", 409, "bill.not_ready"), (b"x", 502, "wechat_pay.bill_damaged")]
)
async def test_staff_are_told_why_a_bill_cannot_be_compared(doors, bill, status, code):
    day = "2026-01-02"
    doors.market.till.bills[day] = bill
    answer = await doors.act("POST", "/staff/v1/bills/compare", {"mchid": MCHID, "day": day})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await doors.act("GET", "/staff/v1/bills")).json() == []
