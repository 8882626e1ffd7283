"""The WeChat Pay sandbox, a merchant of it, and a hook that reads what is reported there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from yumen.kit import settings
from yumen.kit.clock import real_now
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.errors import Problem
from yumen.kit.http import Http, HttpSettings
from yumen.kit.settings import Secret
from yumen.sandbox.wechatpay.client import Admin
from yumen.sandbox.wechatpay.server import Addresses, Options, running
from yumen.wechat import pay as wechat_pay
from yumen.wechat.pay import Notice, Order, Pay, Prepay

APPID = "wx" + "8" * 16
OPENID = "oSandboxPerson"
NUMBERS = count(1)


@dataclass
class Hook:
    """Our notify_url: reads each delivery, keeps what it read or why it refused, and answers as the house will."""

    pay: Pay
    mchid: str
    heard: list[Notice | Problem] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        try:
            told: Notice | Problem = await wechat_pay.read_notification(
                self.pay, self.mchid, request.headers, await request.read()
            )
        except Problem as problem:
            told = problem
        self.heard.append(told)
        return web.Response(status=told.code.status if isinstance(told, Problem) else 204)

    async def hears(self, number: int = 1) -> list[Notice | Problem]:
        """What was heard, once it is that much."""
        async with asyncio.timeout(10):
            while len(self.heard) < number:
                await asyncio.sleep(0.01)
        return self.heard


@dataclass
class MovedClock:
    """Real time, moved on by a story."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return real_now() + self.ahead


@dataclass
class Stage:
    """One merchant of the sandbox and everything of ours that speaks for it."""

    admin: Admin
    pay: Pay
    hook: Hook
    mchid: str
    clock: MovedClock

    def order(self, total_fen: int = 12345, **more: Any) -> Order:
        return Order(APPID, OPENID, f"T{next(NUMBERS):010d}", "香水 30ml", total_fen, **more)

    async def prepay(self, order: Order) -> Prepay:
        return await wechat_pay.prepay(self.pay, self.mchid, order)

    async def paid(self, total_fen: int = 12345) -> Order:
        """An order that somebody paid."""
        order = self.order(total_fen)
        await self.prepay(order)
        await self.admin.pay(self.mchid, order.out_trade_no)
        return order


@pytest.fixture(scope="session")
async def pay_sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Addresses]:
    folder: Path = tmp_path_factory.mktemp("wechatpay")
    async with running(Options(folder / "state.db")) as addresses:
        yield addresses


@pytest.fixture
async def open_stage(pay_sandbox: Addresses) -> AsyncIterator[Callable[..., Awaitable[Stage]]]:
    """Make a stage: `key_mode`, `scheme` and the rest go to the sandbox."""
    runners: list[web.AppRunner] = []
    async with Admin(pay_sandbox.admin) as admin, Http(HttpSettings(circuit_failures_max=500)) as http:

        async def make(**more: Any) -> Stage:
            sm_key = Sm2PrivateKey.generate()
            if more.get("scheme") == "SM2":
                more |= {"certificate_pem": sm_key.public.pem(), "serial_no": "A" * 40}
            made = await admin.create_merchant(appids=[APPID], **more)
            given = settings.Merchant(
                apps=("velvet",),
                mchid=made.mchid,
                serial=made.serial_no,
                private_key=Secret(made.private_pem or sm_key.pem()),
                apiv3_key=Secret(made.apiv3_key),
                algorithm="sm" if made.scheme == "SM2" else "rsa",
                public_key_id=made.public_key_id if made.key_mode != "certificate" else "",
                public_key=Secret(made.public_key_pem if made.key_mode != "certificate" else ""),
                base_urls=(pay_sandbox.api,),
            )
            merchant = wechat_pay.from_settings(given, {APPID}, "https://shop.example/hooks/pay")
            clock = MovedClock()
            hook = Hook(Pay([merchant], http, clock), made.mchid)
            hook.url = await _serve(hook, runners)
            await admin.change_merchant(made.mchid, deliver_to=hook.url, refund_after_s=None)
            return Stage(admin, hook.pay, hook, made.mchid, clock)

        yield make
        for runner in runners:
            await runner.cleanup()


async def _serve(hook: Hook, runners: list[web.AppRunner]) -> str:
    app = web.Application()
    app.router.add_post("/{path:.*}", hook.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    runners.append(runner)
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"


@pytest.fixture
async def stage(open_stage: Callable[..., Awaitable[Stage]]) -> Stage:
    return await open_stage()
