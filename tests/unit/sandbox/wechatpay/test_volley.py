import asyncio

import pytest
from aiohttp import web

from yumen.sandbox.wechatpay.client import AdminRefused
from yumen.sandbox.wechatpay.shapes import NewOrder
from yumen.sandbox.wechatpay.volley import FORGERIES

ORDERS = 60


@pytest.fixture
async def many(backend, admin, shop) -> list[str]:
    numbers = [f"V{n:07d}" for n in range(ORDERS)]
    orders = [
        NewOrder(out_trade_no=number, total_fen=100, openid="o1", notify_url="https://shop.example/pay")
        for number in numbers
    ]
    await admin.put_orders(backend.merchant.mchid, orders)
    return numbers


async def test_every_notice_comes_its_times_shuffled_with_forged_ones_between(backend, admin, shop, many):
    mchid = backend.merchant.mchid
    begun = await admin.start_volley(
        mchid, count=ORDERS, copies_min=1, copies_max=5, forged=0.1, refund_share=0.5, concurrency=8, seed=3
    )
    assert begun.running
    over = await admin.volley_over(30)
    assert (over.orders, over.forged_taken, over.left_over, over.refused) == (ORDERS, 0, 0, 0)
    assert over.sent == over.to_send == over.taken + over.forged_sent
    assert over.forged_sent == len(shop.refused) > 0
    told = [said["opened"]["out_trade_no"] for said in shop.heard if said["event_type"] == "TRANSACTION.SUCCESS"]
    assert set(told) == set(many)
    assert len(told) > ORDERS
    assert told != sorted(told)
    metrics = await admin.metrics()
    assert metrics.orders["SUCCESS"] + metrics.orders["REFUND"] == ORDERS
    assert 0 < metrics.refunds["SUCCESS"] < ORDERS


async def test_what_nobody_takes_goes_the_ordinary_way(backend, admin, shop, many):
    shop.status = 500
    await admin.start_volley(backend.merchant.mchid, numbers=many[:10], concurrency=4)
    over = await admin.volley_over(30)
    assert (over.left_over, over.refused) == (10, 10)
    shop.status, before = 200, len(shop.heard)
    await admin.advance_clock(15)
    async with asyncio.timeout(5):
        while len(shop.heard) < before + 10:
            await asyncio.sleep(0.02)
    assert (await admin.overview()).notices_waiting == 0


async def test_a_certificate_may_change_in_the_middle(backend, admin, shop, many):
    await admin.change_merchant(backend.merchant.mchid, key_mode="certificate")
    await backend.learn_certificates()
    serials: set[str] = set()

    async def relearn(request: web.Request) -> web.Response:
        serials.add(request.headers["Wechatpay-Serial"])
        if request.headers["Wechatpay-Serial"] not in backend.public_keys:
            await backend.learn_certificates()
        return await shop.receive(request)

    app = web.Application()
    app.router.add_post("/{tail:.*}", relearn)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    await admin.change_merchant(backend.merchant.mchid, deliver_to=f"http://127.0.0.1:{port}")
    await admin.start_volley(backend.merchant.mchid, count=ORDERS, rotate_at=0.5, concurrency=2)
    over = await admin.volley_over(30)
    await runner.cleanup()
    assert (over.taken, len(serials)) == (ORDERS, 2)


async def test_one_volley_at_a_time(backend, admin, shop, many):
    await admin.start_volley(backend.merchant.mchid, count=ORDERS, concurrency=1)
    with pytest.raises(AdminRefused, match="volley_runs"):
        await admin.start_volley(backend.merchant.mchid, count=1)
    await admin.volley_over(30)


def test_a_volley_forges_only_what_a_verifier_must_refuse():
    assert "genuine" not in FORGERIES
    assert {"probe", "wrong_signature", "wrong_key"} <= set(FORGERIES)
