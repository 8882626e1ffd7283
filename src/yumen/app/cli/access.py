"""Who may act: `yumen access bootstrap|matrix`."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.words import say, terminal_language

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@group.command(help=say("access.bootstrap"))
def bootstrap(
    name: Annotated[str, typer.Argument(help=say("argument.staff_name"))],
    role: Annotated[list[str], typer.Option("--role", help=say("option.role"))],
    handler: Annotated[str, typer.Option("--handler", help=say("option.handler"))] = "",
    days: Annotated[int, typer.Option("--days", min=1, max=365, help=say("option.days"))] = 90,
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.first_staff import admit_first

    with told():
        actor, token = asyncio.run(admit_first(read_settings().settings, handler, name, role, days))
        print(say("access.bootstrapped", actor=actor, days=days))
        print(token)


@group.command(help=say("access.matrix"))
def matrix() -> None:
    from yumen.app.matrix import access_matrix

    with told():
        print(access_matrix(terminal_language()), end="")
