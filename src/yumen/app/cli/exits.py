"""How a command ends: 0 done, 1 failed or found something, 2 wrong usage, 3 settings refused, 130 interrupted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import typer

FAILED: Final = 1
USAGE: Final = 2
SETTINGS: Final = 3


@contextmanager
def told(failure: int = FAILED) -> Iterator[None]:
    """Turn an expected failure into its sentence on stderr and an exit code; a defect keeps its traceback."""
    from yumen.app import logs
    from yumen.app.cli.words import terminal_language
    from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
    from yumen.kit.i18n import text
    from yumen.kit.settings import SettingsRefused

    language = terminal_language()
    logs.for_commands(language)
    try:
        yield
    except SettingsRefused as refused:
        for fault in refused.faults:
            print(fault.sentence(language), file=sys.stderr)
        raise typer.Exit(SETTINGS) from refused
    except Problem as problem:
        print(f"{text(problem.code.name, language, **problem.facts)} [{problem.code.name}]", file=sys.stderr)
        raise typer.Exit(failure) from problem
    except (NotSent, Rejected, Unsettled) as failed:
        print(f"{text(failed.code, language, **failed.facts)} [{failed}]", file=sys.stderr)
        raise typer.Exit(failure) from failed
