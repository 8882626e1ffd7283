"""Dead letters: `yumen jobs dead|show|replay|discard`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

KeyOption = Annotated[str, typer.Option("--key", envvar="YUMEN_STAFF_KEY", help=say("option.staff_key"))]
JobArgument = Annotated[int, typer.Argument(help=say("argument.job"), min=1)]


@group.command(help=say("jobs.dead"))
def dead(
    after: Annotated[int, typer.Option("--after", help=say("option.after"), min=0)] = 0,
    limit: Annotated[int, typer.Option("--limit", help=say("option.limit"), min=1, max=100)] = 50,
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.letters import list_dead

    with told():
        lines = asyncio.run(list_dead(read_settings().settings, after, limit))
        print("\n".join(lines) if lines else say("jobs.none"))


@group.command(help=say("jobs.show"))
def show(job: JobArgument) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.letters import show as show_letter

    with told():
        print(asyncio.run(show_letter(read_settings().settings, job)))


@group.command(help=say("jobs.replay"))
def replay(job: JobArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.letters import replay as replay_letter

    with told():
        asyncio.run(replay_letter(read_settings().settings, job, key))
        print(say("jobs.replayed", job=job))


@group.command(help=say("jobs.discard"))
def discard(
    job: JobArgument, reason: Annotated[str, typer.Option("--reason", help=say("option.reason"))], key: KeyOption
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.letters import discard as discard_letter

    with told():
        asyncio.run(discard_letter(read_settings().settings, job, reason, key))
        print(say("jobs.discarded", job=job))
