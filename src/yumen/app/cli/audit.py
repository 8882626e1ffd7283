"""The readiness auditor from the command line: `yumen audit PATH`. Needs no server, no database, no account."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from yumen.app.cli.exits import FAILED, USAGE, told
from yumen.app.cli.words import say, terminal_language
from yumen.kit.errors import Code

if TYPE_CHECKING:
    from yumen.audit.result import Result
    from yumen.audit.run import Asked, Progress
    from yumen.kit.i18n import Language


NO_CACHE = "YUMEN_AUDIT_NO_CACHE"
CANNOT_WRITE: Final = Code("audit.cannot_write", 422)


class Format(StrEnum):
    TEXT = "text"
    HTML = "html"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    MARKDOWN = "markdown"
    DOCX = "docx"


class Languages(StrEnum):
    EN = "en"
    ZH = "zh"
    BOTH = "both"


class Severity(StrEnum):
    BLOCKED = "blocked"
    ILLEGAL = "illegal"
    RISKY = "risky"
    ADVICE = "advice"


def audit(
    path: Annotated[Path, typer.Argument(help=say("audit.path"))] = Path(),
    only: Annotated[list[str] | None, typer.Option("--only", help=say("audit.only"), metavar="RULE")] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", help=say("audit.skip"), metavar="RULE")] = None,
    severity: Annotated[Severity, typer.Option("--severity", help=say("audit.severity"))] = Severity.ADVICE,
    explain: Annotated[str | None, typer.Option("--explain", help=say("audit.explain"), metavar="RULE")] = None,
    shape: Annotated[Format, typer.Option("--format", help=say("audit.format"))] = Format.TEXT,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=say("audit.output"), metavar="FILE")] = None,
    baseline: Annotated[Path | None, typer.Option("--baseline", help=say("audit.baseline"), metavar="FILE")] = None,
    language: Annotated[Languages | None, typer.Option("--lang", help=say("option.lang"))] = None,
    as_of: Annotated[datetime | None, typer.Option("--as-of", help=say("audit.as_of"), formats=["%Y-%m-%d"])] = None,
    probe: Annotated[bool, typer.Option("--probe", help=say("audit.probe"))] = False,
    database: Annotated[str | None, typer.Option("--db", help=say("audit.db"), metavar="URL")] = None,
    cache: Annotated[Path | None, typer.Option("--cache", help=say("audit.cache"), metavar="DIR")] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help=say("audit.no_cache"), envvar=NO_CACHE)] = False,
) -> None:
    from yumen.app.cli.cache_folder import cache_folder
    from yumen.audit.collect import Ways
    from yumen.audit.rule import Effect
    from yumen.audit.run import Asked
    from yumen.kit.clock import real_now, shanghai_day

    spoken = _spoken(language, shape)
    with told(USAGE):  # 1 is kept for what was found
        if explain is not None:
            print(_page(explain, spoken), end="")
            return
        now = real_now()
        asked = Asked(
            path=path,
            taken_at=now,
            on=as_of.date() if as_of is not None else shanghai_day(now),
            only=tuple(only or ()),
            skip=tuple(skip or ()),
            severity=Effect(severity.value),
            baseline=baseline,
            ways=Ways(probe, database, cache=None if no_cache else cache or cache_folder("audit")),
        )
        result = _looked(asked)
        _write(result, shape, spoken, output)
    raise typer.Exit(_code(result))


def _looked(asked: Asked) -> Result:
    from yumen.audit.run import run

    with _progress() as progress:
        return run(asked, progress)


def _code(result: Result) -> int:
    """1 is for what was found, and is new; a run that could check nothing does not pass."""
    if any(case.state == "new" for case in result.cases):
        return FAILED
    if not result.checked:
        print(say("audit.nothing_checked"), file=sys.stderr)
        return USAGE
    return 0


def _spoken(language: Languages | None, shape: Format) -> tuple[Language, ...]:
    """Both in a file that can hold both, else the language of the terminal."""
    if language is None:
        return ("en", "zh") if shape in {Format.HTML, Format.JSON, Format.SARIF} else (terminal_language(),)
    return ("en", "zh") if language is Languages.BOTH else ("zh",) if language is Languages.ZH else ("en",)


def _write(result: Result, shape: Format, spoken: tuple[Language, ...], output: Path | None) -> None:
    from yumen.audit.report import printers

    if shape is Format.TEXT and output is None:
        from rich.console import Console

        from yumen.audit.report import as_text

        as_text.show(result, spoken, Console(emoji=False, highlight=False))
        return
    made = printers.render(shape.value, result, spoken)
    if output is not None:
        try:
            output.write_bytes(made)
        except OSError as failed:
            raise CANNOT_WRITE(file=str(output), why=type(failed).__name__) from failed
        print(say("audit.written", file=str(output)), file=sys.stderr)
    elif shape is Format.DOCX and sys.stdout.isatty():
        raise typer.BadParameter(say("audit.needs_output"), param_hint="--output")
    else:
        sys.stdout.buffer.write(made)


def _page(name: str, spoken: tuple[Language, ...]) -> str:
    from yumen.audit.report.manual import manual_page
    from yumen.audit.rules import load
    from yumen.audit.run import UNKNOWN_RULE

    rules = load()
    if name not in rules:
        raise UNKNOWN_RULE(rule=name)
    return "\n".join(manual_page(rules[name], language) for language in spoken)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line on stderr that tells how far it is, where somebody looks; silence elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    from yumen.audit.report import words

    console, language = Console(stderr=True), terminal_language()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def progress(stage: str, done: int, total: int) -> None:
            told = words.say(f"stage.{stage}", language)
            bar.update(task, description=told, completed=done, total=total or None)

        yield progress
