"""Simulators of others, for a laptop and for tests: `yumen sandbox wechat|wechatpay|salesforce|hubspot`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say

PortOption = Annotated[int, typer.Option(help=say("option.port"), min=0, max=65_535)]
AdminPortOption = Annotated[int, typer.Option(help=say("option.admin_port"), min=0, max=65_535)]
StateOption = Annotated[Path, typer.Option(help=say("option.state"))]
FOLDER: Final = Path(".yumen/sandbox")

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@group.command(help=say("sandbox.wechat"))
def wechat(
    port: PortOption = 8790, admin_port: AdminPortOption = 8791, state: StateOption = FOLDER / "wechat.sqlite"
) -> None:
    from yumen.sandbox.wechat.__main__ import main

    _play(main, port, admin_port, state)


@group.command(help=say("sandbox.wechatpay"))
def wechatpay(
    port: PortOption = 8792, admin_port: AdminPortOption = 8793, state: StateOption = FOLDER / "wechatpay.sqlite"
) -> None:
    from yumen.sandbox.wechatpay.__main__ import main

    _play(main, port, admin_port, state)


@group.command(help=say("sandbox.salesforce"))
def salesforce(
    port: PortOption = 8794, admin_port: AdminPortOption = 8795, state: StateOption = FOLDER / "salesforce.sqlite"
) -> None:
    from yumen.sandbox.salesforce.__main__ import main

    _play(main, port, admin_port, state)


@group.command(help=say("sandbox.hubspot"))
def hubspot(
    port: PortOption = 8796, admin_port: AdminPortOption = 8797, state: StateOption = FOLDER / "hubspot.sqlite"
) -> None:
    from yumen.sandbox.hubspot.__main__ import main

    _play(main, port, admin_port, state)


def _play(main: Callable[[list[str]], int], port: int, admin_port: int, state: Path) -> None:
    from yumen.app.parent import end_with_parent

    end_with_parent()
    state.parent.mkdir(parents=True, exist_ok=True)
    with told():
        raise typer.Exit(main(["--port", str(port), "--admin-port", str(admin_port), "--state", str(state)]))
