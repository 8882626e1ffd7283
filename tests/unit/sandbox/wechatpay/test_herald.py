"""The payment sandbox tells the WeChat sandbox what was paid and what went back whole."""

import asyncio

import pytest

from yumen.sandbox.wechat import server as wechat_server
from yumen.sandbox.wechat.client import Admin as WechatAdmin
from yumen.sandbox.wechatpay.client import AdminRefused
from yumen.sandbox.wechatpay.shapes import NewOrder


@pytest.fixture
async def wechat(tmp_path):
    options = wechat_server.Options(state=tmp_path / "wechat-side.sqlite")
    async with wechat_server.running(options) as addresses, WechatAdmin(addresses.admin) as client:
        yield client, addresses.admin


async def until(look, wanted):
    for _ in range(100):
        if (found := await look()) == wanted:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{found} is not {wanted}")


async def test_a_payment_and_its_whole_refund_reach_shipping_management(admin, backend, wechat):
    (shop, admin_url), merchant = wechat, backend.merchant
    await shop.add_people(1)
    appid = merchant.appids[0]
    await shop.create_app(appid=appid)
    openid = (await shop.member(appid, "p1")).openid
    await admin.tell_wechat(admin_url)
    order = NewOrder(out_trade_no="order-1", total_fen=100, openid=openid, notify_url="http://127.0.0.1:1/")
    await admin.put_orders(merchant.mchid, [order])
    await admin.pay(merchant.mchid, "order-1")

    async def states():
        return [(one.out_trade_no, one.paid_fen, one.state) for one in await shop.trades(appid)]

    await until(states, [("order-1", 100, 1)])
    refund = await admin.refund_by_hand(merchant.mchid, "order-1", 100)
    await admin.settle_refund(merchant.mchid, refund.out_refund_no)
    await until(states, [("order-1", 100, 5)])


async def test_only_an_address_of_this_machine_is_told(admin):
    with pytest.raises(AdminRefused):
        await admin.tell_wechat("http://wechat.example/")
