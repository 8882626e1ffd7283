"""A public SDK by other authors (wechatpayv3, PyPI) works with the sandbox, unchanged but for proxy and CA bundle.

It calls https://api.mch.weixin.qq.com; the sandbox plays that name behind the proxy setting that the SDK has.
"""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from wechatpayv3 import WeChatPay, WeChatPayType

from yumen.sandbox.wechatpay.beijing import day_of
from yumen.sandbox.wechatpay.client import Admin
from yumen.sandbox.wechatpay.server import Addresses, Options, running

OPENID = "oForeignSdkPerson"
Said = dict[str, Any]


@dataclass
class Foreign:
    """The SDK with its notify_url; it blocks, so every call runs on a thread."""

    sdk: WeChatPay
    admin: Admin
    mchid: str
    appid: str
    told: list[Said | None] = field(default_factory=list)

    async def call(self, act: Callable[..., tuple[int, str]], **given: Any) -> tuple[int, Said]:
        status, body = await asyncio.to_thread(act, **given)
        return status, json.loads(body) if body else {}

    async def place(self, number: str, total: int = 9900) -> Said:
        status, said = await self.call(
            self.sdk.pay,
            description="羊绒围巾",
            out_trade_no=number,
            amount={"total": total, "currency": "CNY"},
            payer={"openid": OPENID},
        )
        assert status == 200, said
        return said

    async def hear(self, request: web.Request) -> web.Response:
        body = await request.text()
        self.told.append(await asyncio.to_thread(self.sdk.callback, request.headers, body))
        return web.Response(status=204 if self.told[-1] else 401)

    async def hears(self, number: int) -> list[Said | None]:
        async with asyncio.timeout(10):
            while len(self.told) < number:
                await asyncio.sleep(0.02)
        return self.told


@pytest.fixture
async def foreign_sandbox(tmp_path: Path) -> AsyncIterator[Addresses]:
    options = Options(tmp_path / "state.sqlite", tls_port=0, ca=tmp_path / "ca.pem")
    async with running(options) as addresses:
        yield addresses


@pytest.fixture(params=["public_key", "certificate"])
async def foreign(
    request: pytest.FixtureRequest, foreign_sandbox: Addresses, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Foreign]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", foreign_sandbox.ca)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with Admin(foreign_sandbox.admin) as admin:
        merchant = await admin.create_merchant(key_mode=request.param)
        known = {"public_key": merchant.public_key_pem, "public_key_id": merchant.public_key_id}
        sdk = await asyncio.to_thread(
            WeChatPay,
            wechatpay_type=WeChatPayType.MINIPROG,
            mchid=merchant.mchid,
            private_key=merchant.private_pem,
            cert_serial_no=merchant.serial_no,
            appid=merchant.appids[0],
            apiv3_key=merchant.apiv3_key,
            notify_url="https://shop.example/hooks/foreign",
            proxy={"https": foreign_sandbox.api},
            **(known if request.param == "public_key" else {}),
        )
        made = Foreign(sdk, admin, merchant.mchid, merchant.appids[0])
        app = web.Application()
        app.router.add_post("/hooks/foreign", made.hear)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0]
        await admin.change_merchant(merchant.mchid, deliver_to=f"http://{host}:{port}")
        yield made
        await runner.cleanup()


async def test_it_places_an_order_that_its_own_signature_opens_and_asks_for_it(foreign):
    prepay = (await foreign.place("FOREIGN0001"))["prepay_id"]
    given = {"timeStamp": "1795489206", "nonceStr": "n0nce", "package": f"prepay_id={prepay}"}
    signed = foreign.sdk.sign([foreign.appid, given["timeStamp"], given["nonceStr"], given["package"]])
    paid = await foreign.admin.request_payment(foreign.appid, OPENID, {**given, "signType": "RSA", "paySign": signed})
    assert paid.errMsg == "requestPayment:ok"
    status, said = await foreign.call(foreign.sdk.query, out_trade_no="FOREIGN0001")
    assert (status, said["trade_state"], said["amount"]["total"]) == (200, "SUCCESS", 9900)
    status, same = await foreign.call(foreign.sdk.query, transaction_id=said["transaction_id"])
    assert (status, same) == (200, said)


async def test_it_closes_an_order_and_hears_why_not(foreign):
    await foreign.place("FOREIGN0002")
    assert await foreign.call(foreign.sdk.close, out_trade_no="FOREIGN0002") == (204, {})
    status, said = await foreign.call(foreign.sdk.close, out_trade_no="UNKNOWN0001")
    assert (status, said["code"]) == (404, "ORDER_NOT_EXIST")


async def test_it_opens_notifications_and_refuses_forged_ones(foreign):
    await foreign.place("FOREIGN0003")
    await foreign.admin.pay(foreign.mchid, "FOREIGN0003")
    (told,) = await foreign.hears(1)
    assert told is not None
    assert told["event_type"] == "TRANSACTION.SUCCESS"
    assert told["resource"]["out_trade_no"] == "FOREIGN0003"
    for kind in ("wrong_key", "wrong_signature", "unknown_serial", "probe"):
        attempt = await foreign.admin.send_notice(foreign.mchid, "FOREIGN0003", kind)
        assert attempt.outcome == "status 401", kind
    assert foreign.told[1:] == [None] * 4


async def test_it_refunds_asks_and_is_told(foreign):
    await foreign.place("FOREIGN0004")
    await foreign.admin.pay(foreign.mchid, "FOREIGN0004")
    await foreign.hears(1)
    amount = {"refund": 900, "total": 9900, "currency": "CNY"}
    status, said = await foreign.call(
        foreign.sdk.refund, out_refund_no="FR1", amount=amount, out_trade_no="FOREIGN0004", reason="尺码不合"
    )
    assert (status, said["status"]) == (200, "PROCESSING")
    await foreign.admin.advance_clock(5)
    told = (await foreign.hears(2))[1]
    assert told is not None
    assert (told["event_type"], told["resource"]["refund_status"]) == ("REFUND.SUCCESS", "SUCCESS")
    status, said = await foreign.call(foreign.sdk.query_refund, out_refund_no="FR1")
    assert (status, said["status"], said["amount"]["refund"]) == (200, "SUCCESS", 900)


async def test_it_fetches_a_days_bill(foreign):
    await foreign.place("FOREIGN0005")
    await foreign.admin.pay(foreign.mchid, "FOREIGN0005")
    date = day_of((await foreign.admin.overview()).now)
    await foreign.admin.close_bill(foreign.mchid, date)
    status, asked = await foreign.call(foreign.sdk.trade_bill, bill_date=date)
    assert status == 200
    status, content = await asyncio.to_thread(foreign.sdk.download_bill, asked["download_url"])
    assert status == 200
    assert "`FOREIGN0005,`" in gzip.decompress(content).decode("utf-8-sig")
