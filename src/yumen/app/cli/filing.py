"""Mechanisms on file (assessment, standard contract, certification, zone list) from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli.contracts import ApprovalOption, faults_told
from yumen.app.cli.exits import told
from yumen.app.cli.gateway import HandlerOption, KeyOption
from yumen.app.cli.tables import or_dash, print_table
from yumen.app.cli.words import say

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

RecordArgument = Annotated[
    Path, typer.Argument(help=say("argument.filing_file"), metavar="FILE", exists=True, dir_okay=False)
]
FilingArgument = Annotated[str, typer.Argument(help=say("argument.filing"))]


@group.command(help=say("gateway.filing.check"))
def check(file: RecordArgument) -> None:
    from yumen.app.gateway import records
    from yumen.border import filings
    from yumen.kit.clock import real_now, shanghai_day

    with faults_told(str(file)):
        draft = records.read_record(file, shanghai_day(real_now()))
        print(say("gateway.filing.sound", number=draft.number, hash=str(filings.facts(draft)["filing_hash"])))


@group.command("list", help=say("gateway.filing.list"))
def list_filings(handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import records
    from yumen.border.headroom import lapses_on
    from yumen.kit.clock import real_now, shanghai_day

    with told():
        found, today = asyncio.run(records.on_file(read_settings().settings, handler)), shanghai_day(real_now())
        print_table(
            ("filing", "route", "number", "recipient", "since", "until"),
            [
                (one.id, one.route, one.number, one.recipient, str(one.issued_on), or_dash(lapses_on(one, today)))
                for one in found
            ],
        )


@group.command(help=say("gateway.filing.propose"))
def propose(file: RecordArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import records

    with faults_told(str(file)):
        print(asyncio.run(records.propose_filing(read_settings().settings, key, file)))


@group.command(help=say("gateway.filing.register"))
def register(file: RecordArgument, approval: ApprovalOption, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import records

    with faults_told(str(file)):
        filing = asyncio.run(records.register(read_settings().settings, key, file, approval))
        print(say("gateway.filing.registered", filing=filing))


@group.command(help=say("gateway.filing.revoke"))
def revoke(filing: FilingArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import records

    with told():
        asyncio.run(records.revoke(read_settings().settings, key, filing))
        print(say("gateway.filing.revoked", filing=filing))
