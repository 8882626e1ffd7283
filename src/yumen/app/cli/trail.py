"""The trail from the command line: `yumen trail status|export|check|rotate-signer`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.words import say

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@group.command(help=say("trail.status"))
def status() -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import trail_status

    with told():
        for name, value in asyncio.run(trail_status(read_settings().settings)):
            print(f"{say(f'trail.status.{name}')}: {value}")


@group.command(help=say("trail.export"))
def export(folder: Annotated[Path, typer.Argument(help=say("argument.export_folder"))]) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import trail_export

    with told():
        size = asyncio.run(trail_export(read_settings().settings, folder))
        print(say("trail.exported", leaves=size, folder=str(folder)))


@group.command(help=say("trail.check"))
def check() -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import trail_check

    with told():
        findings = asyncio.run(trail_check(read_settings().settings))
        for name, count in findings:
            print(say(f"trail.amiss.{name}", count=count))
        if findings:
            raise typer.Exit(FAILED)
        print(say("trail.checked"))


@group.command("rotate-signer", help=say("trail.rotate_signer"))
def rotate_signer() -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import trail_rotate_signer

    with told():
        print(say("trail.signer_rotated", key=asyncio.run(trail_rotate_signer(read_settings().settings))))
