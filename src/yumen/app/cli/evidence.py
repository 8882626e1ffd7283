"""What a running Yumen says of itself: `yumen evidence export`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@group.callback()
def evidence() -> None:
    """One command today, and room for others."""


@group.command(help=say("evidence.export"))
def export(handler: Annotated[str, typer.Option("--handler", help=say("option.handler"))] = "") -> None:
    import asyncio
    import json

    from yumen.app.configured import read_settings
    from yumen.app.evidence import export as made
    from yumen.kit.clock import real_now

    with told():
        found = asyncio.run(made(read_settings().settings, handler, real_now()))
        print(json.dumps(found, ensure_ascii=False, indent=2))
