"""The shop from the command line: `yumen reconcile DAY`, `yumen import catalogue FILE`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.words import say, terminal_language


def reconcile(
    day: Annotated[datetime, typer.Argument(help=say("argument.bill_day"), formats=["%Y-%m-%d"], metavar="DAY")],
    mchid: Annotated[str, typer.Option("--merchant", help=say("option.merchant"))] = "",
) -> None:
    """`yumen reconcile 2026-11-24`: exit code 1 where bill and ledger differ."""
    import asyncio

    from yumen.app import shopkeeping
    from yumen.app.configured import read_settings

    with told():
        lines, agree = asyncio.run(
            shopkeeping.reconcile(read_settings().settings, day.date(), mchid, terminal_language())
        )
        print("\n".join(lines))
        if not agree:
            raise typer.Exit(FAILED)


def catalogue(
    file: Annotated[Path, typer.Argument(help=say("argument.catalogue_file"), metavar="FILE", exists=True)],
    handler: Annotated[str, typer.Option("--handler", help=say("option.handler"))] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("option.dry_run"))] = False,
) -> None:
    """`yumen import catalogue goods.csv`: of any length; exit code 1 where rows have faults."""
    import asyncio
    import sys

    from yumen.app import shopkeeping
    from yumen.app.configured import read_settings

    def progress(size: int) -> None:
        print(say("import.bytes", size=size), file=sys.stderr)

    with told():
        settings = read_settings().settings
        report = asyncio.run(shopkeeping.bring_catalogue(settings, file, handler, dry_run, progress))
        print("\n".join(shopkeeping.catalogue_lines(report, terminal_language())))
        if report.faults_all:
            raise typer.Exit(FAILED)
