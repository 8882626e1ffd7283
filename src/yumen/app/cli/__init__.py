"""The command line `yumen`. Heavy imports live inside the commands, so that `--help` answers at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli import (
    access,
    audit,
    contracts,
    evidence,
    filing,
    gateway,
    jobs,
    keys,
    meter,
    miniprogram,
    recipient,
    run,
    sandbox,
    settings,
    shop,
    trail,
    transfer,
    usage,
    wechat,
)
from yumen.app.cli.words import say

ConfigOption = Annotated[Path | None, typer.Option("--config", "-c", help=say("option.config"), metavar="FILE")]

app: Final = typer.Typer(
    name="yumen",
    cls=usage.Group,
    help=say("yumen"),
    epilog=say("epilog"),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


def show_version(wanted: bool) -> None:
    """Before anything else is asked for."""
    from yumen import __version__

    if wanted:
        print(f"yumen {__version__}")
        raise typer.Exit


@app.callback()
def main_options(
    config: ConfigOption = None,
    version: Annotated[
        bool, typer.Option("--version", help=say("option.version"), is_eager=True, callback=show_version)
    ] = False,
) -> None:
    """Remember which settings are meant, for this process and those it starts."""
    import os

    if config is not None:
        os.environ["YUMEN_CONFIG"] = str(config.absolute())


for command in (
    run.demo,
    audit.audit,
    wechat.init,
    wechat.check,
    settings.config,
    run.up,
    settings.migrate,
    run.serve,
    run.worker,
    shop.reconcile,
    settings.datamap,
    settings.openapi,
    transfer.export,
):
    app.command(help=say(command.__name__))(command)
for name, told in (
    ("check", contracts.check),
    ("contracts", contracts.contracts),
    ("show", contracts.show),
    ("propose", contracts.propose),
    ("approve", contracts.approve),
    ("enforce", contracts.enforce),
    ("end", contracts.end),
    ("meter", meter.meter),
    ("declare", meter.declare),
    ("correct", meter.correct),
    ("preview", recipient.preview),
    ("dry-run", recipient.dry_run),
    ("properties", recipient.properties),
    ("retry", recipient.retry),
    ("drop", recipient.drop),
):
    gateway.group.command(name, help=say(f"gateway.{told.__name__}"))(told)
gateway.group.add_typer(filing.group, name="filing", help=say("gateway.filing"))
transfer.group.command("catalogue", help=say("import.catalogue"))(shop.catalogue)
for name, group in (
    ("trail", trail.group),
    ("keys", keys.group),
    ("jobs", jobs.group),
    ("access", access.group),
    ("evidence", evidence.group),
    ("gateway", gateway.group),
    ("sandbox", sandbox.group),
    ("miniprogram", miniprogram.group),
    ("import", transfer.group),
):
    app.add_typer(group, name=name, help=say(name))


def _say_whole(program: typer.Typer) -> None:
    """Help is in one language, and the list of commands says each sentence to its end; by default it is cut."""
    for command in program.registered_commands:
        command.short_help, command.cls = command.help, usage.Command
    for group in program.registered_groups:
        group.short_help, group.cls = group.help, usage.Group
        if group.typer_instance is not None:
            _say_whole(group.typer_instance)


_say_whole(app)


def main() -> None:
    """The entry point of the program `yumen`."""
    usage.run(app)
