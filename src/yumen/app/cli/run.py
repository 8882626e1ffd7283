"""Programs that stay: `yumen up`, `demo`, `serve`, `worker`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.words import say


class EdgeChoice(StrEnum):
    SHOPPER = "shopper"
    STAFF = "staff"
    HOOKS = "hooks"


def serve(edge: Annotated[EdgeChoice, typer.Argument(help=say("argument.edge"))]) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.databases import require_current
    from yumen.app.parent import is_supervised
    from yumen.app.serve import serve as serve_edge

    with told():
        settings = read_settings().settings
        if not is_supervised():  # else whoever started us sees to the databases
            asyncio.run(require_current(settings))
        serve_edge(edge.value, settings.server)


def worker() -> None:
    import uvloop

    from yumen.app.configured import read_settings
    from yumen.app.worker import run

    with told():
        uvloop.run(run(read_settings().settings))


def up() -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.up import stay_up

    with told():
        asyncio.run(stay_up(read_settings().settings))


def demo(
    once: Annotated[bool, typer.Option("--once", help=say("option.once"))] = False,
    shoppers: Annotated[int, typer.Option("--shoppers", min=4, max=10_000, help=say("option.shoppers"))] = 24,
) -> None:
    import asyncio

    from yumen.app.demo import run_demo

    with told():
        if not asyncio.run(run_demo(shoppers=shoppers, once=once)):
            raise typer.Exit(FAILED)
