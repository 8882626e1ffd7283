"""Run the sandbox: the public port that looks like api.hubapi.com, its TLS twin, and the admin port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from yumen.sandbox.hubspot.admin import build_api
from yumen.sandbox.hubspot.control_page import ControlPage
from yumen.sandbox.hubspot.gate import BODY_MAX_BYTES, Gate
from yumen.sandbox.hubspot.hq_desk import HqDesk
from yumen.sandbox.hubspot.keeper import Keeper
from yumen.sandbox.hubspot.post import Postman
from yumen.sandbox.hubspot.setup_desk import SetupDesk
from yumen.sandbox.hubspot.single import finish_erasures
from yumen.sandbox.hubspot.world import open_world
from yumen.sandbox.kit.serving import Addresses, Handlers, Options, Play, every, serving

__all__ = ["Addresses", "Options", "running"]
PLAY: Final = Play(
    sign=("Yumen-Sandbox", "SANDBOX - this is not HubSpot"),  # ASCII: the Chinese word does not fit into a header
    names=("api.hubapi.com", "api-eu1.hubapi.com", "api-na1.hubapi.com"),
    authority="Yumen SANDBOX test CA - not HubSpot",
    body_max=BODY_MAX_BYTES,
)
SWEEP_S: Final = 60.0
ERASURES_S: Final = 0.1


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Addresses]:
    """The sandbox, until the block ends. Raises NotLoopback, StateInUse, OSError (port taken)."""
    world = open_world(options.state, options.seed)
    postman = Postman(world)
    setup, desk, keeper = SetupDesk(world), HqDesk(world), Keeper(world)
    page = ControlPage(world, build_api(setup, desk, keeper), setup, desk, keeper)
    chores = (postman.run, every(SWEEP_S, world.sweep), every(ERASURES_S, lambda: finish_erasures(world)))
    async with serving(PLAY, options, world, Handlers(Gate(world), page), chores) as addresses:
        yield addresses
