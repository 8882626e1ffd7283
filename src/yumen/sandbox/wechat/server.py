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


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Addresses]:
    """The sandbox, until the block ends. Raises NotLoopback, StateInUse, OSError (port taken)."""
    world = open_world(options.state, options.seed)
    postman = Postman(world)
    console, handset, keeper = ConsoleSettings(world, postman), Handset(world, postman), Keeper(world, postman)
    page = ControlPage(world, build_api(console, handset, keeper), console, handset, keeper)
    chores = (postman.run, every(SWEEP_S, world.sweep))
    async with serving(PLAY, options, world, Handlers(Gate(world), page), chores) as addresses:
        yield addresses
