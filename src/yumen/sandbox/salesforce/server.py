"""Run the sandbox: the public port that looks like an org, its TLS twin, and the admin port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from yumen.sandbox.kit.serving import Addresses, Handlers, Options, Play, every, serving
from yumen.sandbox.salesforce.admin import build_api
from yumen.sandbox.salesforce.bulk_worker import BulkWorker
from yumen.sandbox.salesforce.control_page import ControlPage
from yumen.sandbox.salesforce.gate import BODY_MAX_BYTES, Gate
from yumen.sandbox.salesforce.hq_desk import HqDesk
from yumen.sandbox.salesforce.keeper import Keeper
from yumen.sandbox.salesforce.login import LOGIN_HOSTS, MY_DOMAIN, MY_DOMAIN_CHINA
from yumen.sandbox.salesforce.setup_desk import SetupDesk
from yumen.sandbox.salesforce.world import open_world

__all__ = ["Addresses", "Options", "running"]
PLAY: Final = Play(
    sign=("Yumen-Sandbox", "SANDBOX - this is not Salesforce"),  # ASCII: the Chinese word does not fit into a header
    names=(*sorted(LOGIN_HOSTS), MY_DOMAIN, MY_DOMAIN_CHINA),
    authority="Yumen SANDBOX test CA - not Salesforce",
    body_max=BODY_MAX_BYTES,
)
SWEEP_S: Final = 60.0


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Addresses]:
    """The sandbox, until the block ends. Raises NotLoopback, StateInUse, OSError (port taken)."""
    world = open_world(options.state, options.seed)
    setup, desk, keeper = SetupDesk(world), HqDesk(world), Keeper(world)
    page = ControlPage(world, build_api(setup, desk, keeper), setup, desk, keeper)
    chores = (BulkWorker(world).run, every(SWEEP_S, world.sweep))
    async with serving(PLAY, options, world, Handlers(Gate(world), page), chores) as addresses:
        yield addresses
