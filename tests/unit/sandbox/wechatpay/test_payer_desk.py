"""What payers do: the cashier's checks, and orders put in and paid by hand."""

import time

import pytest

from yumen.sandbox.wechatpay import cashier, lookup, payments  # noqa: F401 - under test, over HTTP
from yumen.sandbox.wechatpay.client import AdminRefused
from yumen.sandbox.wechatpay.shapes import NewOrder

OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


def parameters(backend, prepay_id: str, **other: str) -> dict[str, str]:
    """What a backend hands to wx.requestPayment."""
    given = {"timeStamp": str(int(time.time())), "nonceStr": "n0nce", "package": f"prepay_id={prepay_id}"}
    lines = (backend.merchant.appids[0], given["timeStamp"], given["nonceStr"], given["package"])
    signature = backend.sign("".join(f"{line}\n" for line in lines))
    return given | {"signType": "RSA", "paySign": signature} | other


async def test_the_cashier_takes_a_well_signed_payment_once(backend, admin):
    placed = await backend.place()
    asked = parameters(backend, placed["prepay_id"])
    said = await admin.request_payment(placed["appid"], OPENID, asked)
    assert (said.errMsg, said.out_trade_no) == ("requestPayment:ok", placed["out_trade_no"])
    assert (await backend.query(placed["out_trade_no"])).json["trade_state"] == "SUCCESS"
    assert "fail" in (await admin.request_payment(placed["appid"], OPENID, asked)).errMsg


@pytest.mark.parametrize(
    "other",
    [
        {"paySign": "AAAA"},
        {"timeStamp": "1"},
        {"timeStamp": "soon"},
        {"nonceStr": "other"},
        {"signType": "MD5"},
        {"package": "prepay_id=wx0"},
        {"package": "wx0"},
    ],
)
async def test_the_cashier_refuses_what_was_signed_otherwise(backend, admin, other):
    placed = await backend.place()
    asked = parameters(backend, placed["prepay_id"], **other)
    assert (await admin.request_payment(placed["appid"], OPENID, asked)).errMsg.startswith("requestPayment:fail (")
    assert (await backend.query(placed["out_trade_no"])).json["trade_state"] == "NOTPAY"


async def test_the_cashier_knows_the_payer_the_app_and_the_hour(backend, admin):
    placed = await backend.place()
    asked = parameters(backend, placed["prepay_id"])
    for appid, openid in ((placed["appid"], "oSomebodyElse"), ("wx" + "0" * 16, OPENID)):
        assert "fail (" in (await admin.request_payment(appid, openid, asked)).errMsg
    await admin.advance_clock(7201)
    assert "prepay_id" in (await admin.request_payment(placed["appid"], OPENID, asked)).errMsg
    again = await backend.place(**{name: placed[name] for name in placed if name != "prepay_id"})
    fresh = parameters(backend, again["prepay_id"])
    assert (await admin.request_payment(placed["appid"], OPENID, fresh)).errMsg == "requestPayment:ok"


async def test_a_payer_may_cancel_or_mistype(backend, admin):
    placed = await backend.place()
    asked = parameters(backend, placed["prepay_id"])
    cancelled = await admin.request_payment(placed["appid"], OPENID, asked, "cancel")
    assert cancelled.errMsg == "requestPayment:fail cancel"
    mistyped = await admin.request_payment(placed["appid"], OPENID, asked, "wrong_password")
    assert mistyped.errMsg.startswith("requestPayment:fail (")
    assert (await backend.query(placed["out_trade_no"])).json["trade_state"] == "NOTPAY"


async def test_paying_a_closed_order_needs_to_be_said(backend, admin):
    mchid, number = backend.merchant.mchid, (await backend.place())["out_trade_no"]
    await backend.close(number)
    with pytest.raises(AdminRefused, match="order_state_unfit"):
        await admin.pay(mchid, number)
    assert (await admin.pay(mchid, number, late=True)).state == "SUCCESS"
    with pytest.raises(AdminRefused, match="order_state_unfit"):
        await admin.pay(mchid, number, late=True)
    with pytest.raises(AdminRefused, match="order_state_unfit"):
        await admin.fail(mchid, number)


async def test_paying_after_the_payers_time_needs_to_be_said(backend, admin):
    number = (await backend.place())["out_trade_no"]
    order = await admin.order(backend.merchant.mchid, number)
    await admin.advance_clock(order.expires_at - order.made_at + 1)
    with pytest.raises(AdminRefused, match="order_state_unfit"):
        await admin.pay(backend.merchant.mchid, number)


async def test_what_does_not_fit_is_a_problem(backend, admin):
    mchid, number = backend.merchant.mchid, (await backend.place())["out_trade_no"]
    for code, call in (
        ("payer_unfit", admin.pay(mchid, number, openid="oOther")),
        ("coupon_unfit", admin.pay(mchid, number, coupon_fen=9901)),
        ("order_unknown", admin.pay(mchid, "UNKNOWN1")),
        ("merchant_unknown", admin.pay("1", number)),
        ("refund_unknown", admin.refund(mchid, "R9")),
        ("body_invalid", admin.pay(mchid, number, unheard=1)),
    ):
        with pytest.raises(AdminRefused, match=code):
            await call


async def test_orders_are_put_in_listed_and_paid(backend, admin):
    mchid = backend.merchant.mchid
    new = [
        NewOrder(out_trade_no=f"PUT{n:05d}", total_fen=100 + n, openid=OPENID, notify_url="https://shop.example/x")
        for n in range(1200)
    ]
    assert await admin.put_orders(mchid, new) == 1200
    listed = await admin.orders(mchid, limit=5)
    assert [order.out_trade_no for order in listed] == [f"PUT{n:05d}" for n in range(1199, 1194, -1)]
    await admin.pay(mchid, "PUT00007")
    assert (await backend.query("PUT00007")).json["amount"]["total"] == 107
    assert [order.out_trade_no for order in await admin.orders(mchid, state="SUCCESS")] == ["PUT00007"]
    with pytest.raises(AdminRefused, match="order_exists"):
        await admin.put_orders(mchid, new[:1])


async def test_refunds_are_listed(backend, admin):
    mchid, number = backend.merchant.mchid, (await backend.place())["out_trade_no"]
    await admin.pay(mchid, number)
    await backend.refund(number, 1, name="R1")
    assert [refund.out_refund_no for refund in await admin.refunds(mchid, status="PROCESSING")] == ["R1"]
    assert await admin.refunds(mchid, status="CLOSED") == []
