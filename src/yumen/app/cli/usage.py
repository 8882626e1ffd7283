"""Help and wrong usage in the language of the terminal: the library of the command line says them in English only."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from yumen.app.cli.exits import FAILED
from yumen.app.cli.words import say

Patterns = tuple[tuple[str, re.Pattern[str]], ...]


def _compiled(flags: re.RegexFlag, *pairs: tuple[str, str]) -> Patterns:
    return tuple((code, re.compile(pattern, flags)) for code, pattern in pairs)


HELP: Final = _compiled(
    re.MULTILINE,
    ("usage", r"^Usage: "),
    ("options", r"^Options(?=:$)"),
    ("commands", r"^Commands(?=:$)"),
    ("arguments", r"^Arguments(?=:$)"),
    ("any_options", r"(?<=\[)OPTIONS(?=\])"),
    ("any_command", r"COMMAND \[ARGS\]\.\.\.$"),
    ("this", r"Show this message and exit\.$"),
    ("default", r"(?<=\[|\s)default:(?=\s)"),
    ("required", r"(?<=\[|\s)required(?=\])"),
)
"""What stands in a help text by itself, whoever wrote the rest of it."""

SENTENCES: Final = _compiled(
    re.DOTALL,
    ("no_option_near", r"No such option: (?P<name>\S+) \(Possible options: (?P<near>.+)\)"),
    ("no_option", r"No such option: (?P<name>.+)"),
    ("no_command_near", r"No such command '(?P<name>.+)'\. Did you mean (?P<near>.+)\?"),
    ("no_command", r"No such command '(?P<name>.+)'\."),
    ("no_command_given", r"Missing command\."),
    ("argument_missing", r"Missing argument '(?P<name>.+?)'\.(?: .+)?"),
    ("option_missing", r"Missing option '(?P<name>.+?)'\.(?: .+)?"),
    ("value_missing", r"Option '(?P<name>.+)' requires an argument\."),
    ("value_unwanted", r"Option '(?P<name>.+)' does not take a value\."),
    ("too_many", r"Got unexpected extra argument\(s\) \((?P<names>.+)\)"),
    ("value_unfit", r"Invalid value for '?(?P<name>[^':]+)'?: (?P<why>.+)"),
    ("no_number", r"Input should be a valid (?:integer|number).*"),
    ("too_small", r"Input should be greater than or equal to (?P<least>.+)"),
    ("too_large", r"Input should be less than or equal to (?P<most>.+)"),
    ("one_of", r"(?:Value error, )?'.*' is not one of (?P<choices>.+)\."),
    ("no_day", r"Value error, '(?P<value>.*)' does not match the formats '%Y-%m-%d'\."),
    ("not_there", r"\w+ '(?P<path>.+)' does not exist\."),
    ("a_folder", r"\w+ '(?P<path>.+)' is a directory\."),
    ("not_readable", r"\w+ '(?P<path>.+)' is not readable\."),
)
"""The library's sentences, the more exact first; ours are `cli.usage.<code>`."""


class Command(TyperCommand):
    """A command whose help reads as its texts do."""

    def get_help(self, ctx: Any) -> str:
        return translated(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        return translated(super().get_usage(ctx))


class Group(TyperGroup):
    """A group of commands whose help reads as its texts do."""

    def get_help(self, ctx: Any) -> str:
        return translated(super().get_help(ctx))

    def get_usage(self, ctx: Any) -> str:
        return translated(super().get_usage(ctx))


def translated(help_text: str) -> str:
    """A help text with the library's own words in the reader's language."""
    for code, pattern in HELP:
        help_text = pattern.sub(say(f"help.{code}"), help_text)
    return help_text


def sentence(said: str) -> str:
    """What is wrong with the words of a command line; a sentence that is not known stays as it is."""
    for code, pattern in SENTENCES:
        if found := pattern.fullmatch(said):
            facts: dict[str, str] = found.groupdict()
            if "why" in facts:
                facts["why"] = sentence(facts["why"])
            return say(f"usage.{code}", None, **facts)
    return said


def run(program: typer.Typer, words: Sequence[str] | None = None) -> NoReturn:
    """Run the program with these words (its own command line by default) and end the process as it ends."""
    try:
        code = program(words, standalone_mode=False)
    except TyperException as refused:
        print(_told(refused), file=sys.stderr)
        sys.exit(refused.exit_code)
    except typer.Abort:
        print(say("usage.aborted"), file=sys.stderr)
        sys.exit(FAILED)
    sys.exit(code if isinstance(code, int) else 0)


def _told(refused: TyperException) -> str:
    """Usage, where to find help, and what is wrong; only the help where no word was given at all."""
    context = getattr(refused, "ctx", None)
    fault = say("usage.fault", sentence=sentence(refused.format_message()))
    if context is None:
        return fault
    if refused.message == context.get_help():
        return refused.message
    asked = f"{context.command_path} {context.help_option_names[0]}"
    return f"{context.get_usage()}\n{say('usage.help', command=asked)}\n\n{fault}"
