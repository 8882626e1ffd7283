"""Export contracts from the command line: checked, read, and brought through four eyes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.gateway import ContractArgument, HandlerOption, KeyOption
from yumen.app.cli.tables import or_dash, print_table
from yumen.app.cli.words import say, terminal_language

FileArgument = Annotated[
    Path, typer.Argument(help=say("argument.contract_file"), metavar="FILE", exists=True, dir_okay=False)
]
AgainstOption = Annotated[
    Path | None, typer.Option("--against", help=say("option.against"), metavar="FILE", exists=True, dir_okay=False)
]
ApprovalArgument = Annotated[str, typer.Argument(help=say("argument.approval"))]
ApprovalOption = Annotated[str, typer.Option("--approval", help=say("option.approval"))]
VersionOption = Annotated[int, typer.Option("--version", min=1, help=say("option.contract_version"))]


@contextmanager
def faults_told(file: str) -> Iterator[None]:
    """Within, a faulty contract or record is told fault by fault, and the command fails."""
    from yumen.border import BadContractError

    with told():
        try:
            yield
        except BadContractError as bad:
            for fault in bad.faults:
                print(fault.say(terminal_language(), file))
            raise typer.Exit(FAILED) from bad


def check(file: FileArgument, against: AgainstOption = None) -> None:
    from yumen.app.gateway import command
    from yumen.border import read
    from yumen.kit.clock import real_now, shanghai_day

    language = terminal_language()
    with faults_told(str(file)):
        draft, faults = command.check(file, shanghai_day(real_now()))
    for fault in faults:
        print(fault.say(language, str(file)))
    if draft is None or faults:
        raise typer.Exit(FAILED)
    with faults_told(str(against)):
        before = None if against is None else read(against.read_bytes())
    print("\n".join(command.lines_of(draft, before, language)))


def contracts(handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        found = asyncio.run(command.versions(read_settings().settings, handler))
        print_table(
            ("contract", "version", "state", "proposer", "since", "until"),
            [
                (
                    one.name, str(one.version), one.state, one.proposer, _minute(one.in_force_at),
                    _minute(one.ended_at),
                )
                for one in found
            ],
        )  # fmt: skip


def show(contract: ContractArgument, version: VersionOption, handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command
    from yumen.border import say as sentences

    with told():
        draft, before = asyncio.run(command.compare(read_settings().settings, handler, contract, version))
        language = terminal_language()
        print("\n".join(sentences(draft, language)))
        print(say("gateway.hash", hash=draft.hash().hex()))
        if before is not None:
            print("\n" + say("gateway.otherwise", version=before.version))
            print("\n".join(command.lines_of(draft, before, language)))


def propose(file: FileArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with faults_told(str(file)):
        print(asyncio.run(command.propose(read_settings().settings, key, file)))


def approve(approval: ApprovalArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.approve(read_settings().settings, key, approval))
        print(say("gateway.approved", approval=approval))


def enforce(contract: ContractArgument, version: VersionOption, approval: ApprovalOption, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with faults_told(contract):
        asyncio.run(command.enforce(read_settings().settings, key, contract, version, approval))
        print(say("gateway.enforced", contract=contract, version=version))


def end(contract: ContractArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.end(read_settings().settings, key, contract))
        print(say("gateway.ended", contract=contract))


def _minute(at: object) -> str:
    return or_dash(None if at is None else f"{at:%Y-%m-%d %H:%M}")
