"""The command line as a Markdown page, in the language of the environment (`YUMEN_LANG=zh`)."""

from collections.abc import Iterator

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from yumen.app.cli import app
from yumen.app.cli.words import say, terminal_language

TITLES = {"en": "# Commands", "zh": "# 命令"}


def page() -> Iterator[str]:
    """The page, line by line."""
    yield f"{TITLES[terminal_language()]}\n\n{say('yumen')}\n\n{say('epilog')}\n"
    yield from _command(typer.main.get_command(app), "yumen")


def _command(command: object, path: str) -> Iterator[str]:
    match command:
        case TyperGroup(commands=below):
            for name in below:
                yield from _command(below[name], f"{path} {name}")
        case TyperCommand(hidden=False):
            yield f"\n## `{path}`\n\n{(command.help or '').strip()}\n"
            rows = [f"| `{_name(parameter)}` | {_help(parameter)} |" for parameter in command.params]
            if rows:
                yield "\n".join(["|  |  |", "| --- | --- |", *rows]) + "\n"


def _name(parameter: object) -> str:
    match parameter:
        case TyperOption(opts=names, secondary_opts=others):
            return " / ".join([*names, *others])
        case TyperArgument(name=name):
            return str(name).upper()
    return str(parameter)


def _help(parameter: object) -> str:
    return str(getattr(parameter, "help", None) or "").replace("|", "\\|")


if __name__ == "__main__":
    print("\n".join(page()))
