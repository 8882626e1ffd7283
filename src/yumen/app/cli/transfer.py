"""Move in and out: `yumen import members|points|orders|consents|status`, `yumen export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.words import say, terminal_language

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

FileArgument = Annotated[Path, typer.Argument(help=say("argument.import_file"), metavar="FILE")]
SourceOption = Annotated[str, typer.Option("--source", help=say("option.source"))]
HandlerOption = Annotated[str, typer.Option("--handler", help=say("option.handler"))]
DryOption = Annotated[bool, typer.Option("--dry-run", help=say("option.dry_run"))]


@group.command(help=say("import.members"))
def members(file: FileArgument, source: SourceOption, handler: HandlerOption = "", dry_run: DryOption = False) -> None:
    _bring("members", file, source, handler, dry_run)


@group.command(help=say("import.points"))
def points(file: FileArgument, source: SourceOption, handler: HandlerOption = "", dry_run: DryOption = False) -> None:
    _bring("points", file, source, handler, dry_run)


@group.command(help=say("import.orders"))
def orders(file: FileArgument, source: SourceOption, handler: HandlerOption = "", dry_run: DryOption = False) -> None:
    _bring("orders", file, source, handler, dry_run)


@group.command(help=say("import.consents"))
def consents(file: FileArgument, source: SourceOption, handler: HandlerOption = "", dry_run: DryOption = False) -> None:
    _bring("consents", file, source, handler, dry_run)


@group.command(help=say("import.status"))
def status(handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.transfer import command

    with told():
        lines = asyncio.run(command.status(read_settings().settings, handler, terminal_language()))
        print("\n".join(lines) if lines else say("import.none"))


def export(
    folder: Annotated[Path, typer.Argument(help=say("argument.move_out_folder"))],
    approval: Annotated[str, typer.Option("--approval", help=say("option.approval"))],
    key: Annotated[str, typer.Option("--key", envvar="YUMEN_STAFF_KEY", help=say("option.staff_key"))],
) -> None:
    """`yumen export`: everything a handler owns, in open formats."""
    import asyncio
    import sys

    from yumen.app.configured import read_settings
    from yumen.app.transfer import command

    def progress(name: str, rows: int) -> None:
        print(say("export.progress", name=name, rows=rows), file=sys.stderr)

    with told():
        settings = read_settings().settings
        most, waited = settings.keys.unseal_per_minute_max, False

        async def pause(wait_s: float) -> None:
            nonlocal waited
            if not waited:
                print(say("export.waiting", most=most), file=sys.stderr)
            waited = True
            await asyncio.sleep(wait_s)

        manifest = asyncio.run(command.carry_out(settings, folder, approval, key, progress, pause))
        rows = sum(entry.rows for entry in manifest.files)
        print(say("export.done", files=len(manifest.files), rows=rows, folder=str(folder)))


def _bring(what: str, file: Path, source: str, handler: str, dry: bool) -> None:
    import asyncio
    import sys

    from yumen.app.configured import read_settings
    from yumen.app.transfer import command

    def progress(rows: int) -> None:
        print(say("import.progress", rows=rows), file=sys.stderr)

    with told():
        report = asyncio.run(command.bring(read_settings().settings, what, file, source, handler, dry, progress))
        print("\n".join(command.report_lines(report, terminal_language(), dry)))
        if report.refused:
            raise typer.Exit(FAILED)
