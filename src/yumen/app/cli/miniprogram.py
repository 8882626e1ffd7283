"""The mini-program's side: `yumen miniprogram settings` prints what to enter in WeChat's back office."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.settings import LanguageChoice, Shape
from yumen.app.cli.words import say, terminal_language

group: Final = typer.Typer(no_args_is_help=True)


@group.callback()
def main() -> None:
    """Keep `settings` a command of its own although it is the only one."""


@group.command("settings", help=say("miniprogram_settings"))
def settings(
    app: Annotated[str, typer.Option("--app", help=say("option.one_app"))] = "",
    guide: Annotated[bool, typer.Option("--guide", help=say("option.guide"))] = False,
    shape: Annotated[Shape, typer.Option("--format", help=say("option.format"))] = Shape.TEXT,
    language: Annotated[LanguageChoice | None, typer.Option("--lang", help=say("option.lang"))] = None,
) -> None:
    import msgspec

    from yumen.app import backoffice
    from yumen.app.configured import read_settings
    from yumen.app.holdings import HOLDINGS
    from yumen.kit.clock import real_now, shanghai_day

    with told():
        found = read_settings().settings
        name = app or next(iter(found.app), "")
        spoken = terminal_language() if language is None else language.value
        sheet = backoffice.sheet(found, HOLDINGS, name, spoken, shanghai_day(real_now()))
        if guide:
            made = backoffice.guide(sheet, HOLDINGS, spoken)
            print(msgspec.json.format(msgspec.json.encode(made), indent=2).decode())
        elif shape is Shape.JSON:
            print(msgspec.json.format(msgspec.json.encode(sheet), indent=2).decode())
        else:
            print(backoffice.as_text(sheet, spoken))
