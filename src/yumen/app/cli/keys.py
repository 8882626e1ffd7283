"""The custody of keys: `yumen keys status|rotate-epoch|rotate-root|destroy-epoch|repeat-shreds`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

EpochArgument = Annotated[int, typer.Argument(help=say("argument.epoch"), min=1)]
ApprovalOption = Annotated[str, typer.Option("--approval", help=say("option.approval"))]
KeyOption = Annotated[str, typer.Option("--key", envvar="YUMEN_STAFF_KEY", help=say("option.staff_key"))]


@group.command(help=say("keys.status"))
def status() -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import keys_status

    with told():
        for epoch in asyncio.run(keys_status(read_settings().settings)):
            opened = f"{epoch.opened_at:%Y-%m-%d %H:%M}"
            print(say("keys.status.line", epoch=epoch.id, state=say(f"keys.state.{epoch.state}"), opened=opened))


@group.command("rotate-epoch", help=say("keys.rotate_epoch"))
def rotate_epoch() -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import rotate_epoch as rotate

    with told():
        epoch, moved = asyncio.run(rotate(read_settings().settings, lambda done: print(say("keys.moved", done=done))))
        print(say("keys.epoch_rotated", epoch=epoch, moved=moved))


@group.command("rotate-root", help=say("keys.rotate_root"))
def rotate_root(epoch: EpochArgument, approval: ApprovalOption, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import rotate_root as rotate

    with told():
        print(say("keys.root_rotated", key=asyncio.run(rotate(read_settings().settings, epoch, approval, key))))


@group.command("destroy-epoch", help=say("keys.destroy_epoch"))
def destroy_epoch(epoch: EpochArgument, approval: ApprovalOption, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import destroy_epoch as destroy

    with told():
        gone = asyncio.run(destroy(read_settings().settings, epoch, approval, key))
        print(say("keys.epoch_destroyed", epoch=epoch, gone=gone.isoformat()))


@group.command("repeat-shreds", help=say("keys.repeat_shreds"))
def repeat_shreds() -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.custody import repeat_shreds as repeat

    with told():
        print(say("keys.shreds_repeated", keys=asyncio.run(repeat(read_settings().settings))))
