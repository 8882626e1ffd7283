"""Run the sandbox: the public port that looks like api.weixin.qq.com, its TLS twin, and the admin port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from yumen.sandbox.kit.serving import Addresses, Handlers, Options, Play, every, serving
from yumen.sandbox.wechat.admin import build_api
from yumen.sandbox.wechat.console_settings import ConsoleSettings
from yumen.sandbox.wechat.control_page import ControlPage
from yumen.sandbox.wechat.gate import Gate
from yumen.sandbox.wechat.handset import Handset
from yumen.sandbox.wechat.keeper import Keeper
from yumen.sandbox.wechat.push_delivery import Postman
from yumen.sandbox.wechat.shipping import Shipping
from yumen.sandbox.wechat.subscribe import Subscriptions
from yumen.sandbox.wechat.trades import Trades
from yumen.sandbox.wechat.world import open_world

__all__ = ["Addresses", "Options", "running"]
PLAY: Final = Play(
    sign=("Yumen-Sandbox", "SANDBOX - this is not WeChat"),  # ASCII: the Chinese word does not fit into a header
    names=(
        "api.weixin.qq.com",
        "api2.weixin.qq.com",
        "sh.api.weixin.qq.com",
        "sz.api.weixin.qq.com",
        "hk.api.weixin.qq.com",
    ),
    authority="Yumen SANDBOX test CA - not WeChat",
)
SWEEP_S: Final = 60.0
AGE_S: Final = 0.5


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Addresses]:
    """The sandbox, until the block ends. Raises NotLoopback, StateInUse, OSError (port taken)."""
    world = open_world(options.state, options.seed)
    postman = Postman(world)
    console, handset, keeper = ConsoleSettings(world, postman), Handset(world, postman), Keeper(world, postman)
    trades, subscriptions = Trades(world, postman), Subscriptions(world, postman)
    api = build_api(console, handset, keeper, trades, subscriptions)
    page = ControlPage(world, api, console, handset, keeper)
    gate = Gate(world, Shipping(trades), subscriptions)
    chores = (postman.run, every(SWEEP_S, world.sweep), every(AGE_S, trades.age))
    async with serving(PLAY, options, world, Handlers(gate, page), chores) as addresses:
        yield addresses
