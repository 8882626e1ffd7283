"""A recipient of the gate from the command line: try it before anybody is sent, and repair what it refused."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from yumen.app.cli.contracts import faults_told
from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.gateway import KeyOption
from yumen.app.cli.words import say, terminal_language

NameArgument = Annotated[str, typer.Argument(help=say("argument.recipient"))]
CaseArgument = Annotated[str, typer.Argument(help=say("argument.case"))]
DraftOption = Annotated[
    Path | None,
    typer.Option("--contract", help=say("option.draft_contract"), exists=True, dir_okay=False, metavar="FILE"),
]


def preview(name: NameArgument, contract: DraftOption = None) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import trying
    from yumen.gateway.connectors.kit import as_text

    with faults_told(str(contract)):
        source = None if contract is None else contract.read_bytes()
        lines = asyncio.run(trying.preview(read_settings().settings, name, source))
        print(as_text(lines, terminal_language()))
        if any(line.drifts for line in lines):
            raise typer.Exit(FAILED)


def dry_run(
    name: NameArgument,
    key: KeyOption,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1_000, help=say("option.limit"))] = 100,
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import trying
    from yumen.gateway.connectors.kit import Change

    with told():
        found = asyncio.run(trying.dry_run(read_settings().settings, key, name, limit))
        for one in found:
            print(one.as_text(terminal_language()))
        new, replaced, same, refused = (sum(one.change is change for one in found) for change in Change)
        print(say("gateway.dry_run_told", new=new, replaced=replaced, same=same, refused=refused))
        if refused:
            raise typer.Exit(FAILED)


def properties(name: NameArgument, key: KeyOption, contract: DraftOption = None) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import trying

    with faults_told(str(contract)):
        source = None if contract is None else contract.read_bytes()
        made = asyncio.run(trying.make_properties(read_settings().settings, key, name, source))
        print("\n".join(made) or say("gateway.properties_there"))


def retry(case: CaseArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.retry(read_settings().settings, key, case))
        print(say("gateway.retried", case=case))


def drop(
    case: CaseArgument, key: KeyOption, reason: Annotated[str, typer.Option("--reason", help=say("option.reason"))]
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.drop(read_settings().settings, key, case, reason))
        print(say("gateway.dropped", case=case))
