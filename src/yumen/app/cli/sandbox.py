"""Simulators of others, for a laptop and for tests: `yumen sandbox wechat`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@group.command(help=say("sandbox.wechat"))
def wechat(
    port: Annotated[int, typer.Option(help=say("option.port"), min=0, max=65_535)] = 8790,
    admin_port: Annotated[int, typer.Option(help=say("option.admin_port"), min=0, max=65_535)] = 8791,
    state: Annotated[Path, typer.Option(help=say("option.state"))] = Path(".yumen/sandbox/wechat.sqlite"),
) -> None:
    from yumen.app.parent import end_with_parent
    from yumen.sandbox.wechat.__main__ import main

    end_with_parent()
    state.parent.mkdir(parents=True, exist_ok=True)
    with told():
        raise typer.Exit(main(["--port", str(port), "--admin-port", str(admin_port), "--state", str(state)]))
