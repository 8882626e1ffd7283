"""The gate from the command line: contracts through four eyes, the meter ahead, connections, cases, explanations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.words import say, terminal_language

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

FileArgument = Annotated[Path, typer.Argument(help=say("argument.contract_file"), metavar="FILE", exists=True)]
ContractArgument = Annotated[str, typer.Argument(help=say("argument.contract"))]
KeyOption = Annotated[str, typer.Option("--key", envvar="YUMEN_STAFF_KEY", help=say("option.staff_key"))]
HandlerOption = Annotated[str, typer.Option("--handler", help=say("option.handler"))]


@group.command(help=say("gateway.check"))
def check(
    file: FileArgument,
    against: Annotated[Path | None, typer.Option("--against", help=say("option.against"), exists=True)] = None,
) -> None:
    from yumen.app.gateway import command
    from yumen.kit.clock import real_now, shanghai_day

    with told():
        today, language = shanghai_day(real_now()), terminal_language()
        draft, faults = command.check(file, today)
        for fault in faults:
            print(fault.say(language, str(file)))
        if draft is None or faults:
            raise typer.Exit(FAILED)
        before = None if against is None else command.check(against, today)[0]
        print("\n".join(command.lines_of(draft, before, language)))


@group.command(help=say("gateway.forecast"))
def forecast(handler: HandlerOption = "") -> None:
    _look_ahead(handler, 0)


@group.command("what-if", help=say("gateway.what_if"))
def what_if(
    add: Annotated[int, typer.Option("--add", min=0, help=say("option.add"))], handler: HandlerOption = ""
) -> None:
    _look_ahead(handler, add)


@group.command(help=say("gateway.status"))
def status(handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        found = asyncio.run(command.status(read_settings().settings, handler))
        _table(
            ("contract", "state", "code", "arrived", "flying", "recalls", "people"),
            [
                (
                    one.connection.contract, one.connection.state, one.connection.code, str(one.arrived),
                    str(one.flying), str(one.recalls_open), str(one.recalls_for_people),
                )
                for one in found
            ],
        )  # fmt: skip


@group.command("cases", help=say("gateway.cases"))
def list_cases(handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        found = asyncio.run(command.list_cases(read_settings().settings, handler))
        _table(
            ("case", "contract", "code", "field", "since"),
            [(one.id, one.contract, one.code, one.field, f"{one.opened_at:%Y-%m-%d %H:%M}") for one in found],
        )


@group.command(help=say("gateway.explain"))
def explain(
    external_id: Annotated[str, typer.Argument(help=say("argument.external_id"))], handler: HandlerOption = ""
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        found = asyncio.run(command.explain(read_settings().settings, handler, external_id))
        if not found.known:
            print(say("gateway.unknown"))
            raise typer.Exit(FAILED)
        _table(
            ("about", "contract", "code", "state", "at"),
            [
                (one.about, one.contract, one.code, one.state, f"{one.at:%Y-%m-%d %H:%M}" if one.at else "")
                for one in found.lines
            ],
        )


@group.command(help=say("gateway.pause"))
def pause(
    contract: ContractArgument,
    key: KeyOption,
    reason: Annotated[str, typer.Option("--reason", help=say("option.reason"))],
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.pause(read_settings().settings, key, contract, reason))
        print(say("gateway.paused", contract=contract))


@group.command(help=say("gateway.resume"))
def resume(contract: ContractArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.resume(read_settings().settings, key, contract))
        print(say("gateway.resumed", contract=contract))


@group.command(help=say("gateway.resync"))
def resync(contract: ContractArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.resync(read_settings().settings, key, contract))
        print(say("gateway.resynced", contract=contract))


@group.command(help=say("gateway.propose"))
def propose(file: FileArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command
    from yumen.border import BadContractError

    with told():
        try:
            print(asyncio.run(command.propose(read_settings().settings, key, file)))
        except BadContractError as bad:
            for fault in bad.faults:
                print(fault.say(terminal_language(), str(file)))
            raise typer.Exit(FAILED) from bad


@group.command(help=say("gateway.approve"))
def approve(approval: Annotated[str, typer.Argument(help=say("argument.approval"))], key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.approve(read_settings().settings, key, approval))
        print(say("gateway.approved", approval=approval))


@group.command(help=say("gateway.enforce"))
def enforce(
    contract: ContractArgument,
    version: Annotated[int, typer.Option("--version", min=1, help=say("option.contract_version"))],
    approval: Annotated[str, typer.Option("--approval", help=say("option.approval"))],
    key: KeyOption,
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.enforce(read_settings().settings, key, contract, version, approval))
        print(say("gateway.enforced", contract=contract, version=version))


@group.command(help=say("gateway.end"))
def end(contract: ContractArgument, key: KeyOption) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        asyncio.run(command.end(read_settings().settings, key, contract))
        print(say("gateway.ended", contract=contract))


def _look_ahead(handler: str, add: int) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command
    from yumen.gateway.shapes import outlook_of

    with told():
        found = [outlook_of(one) for one in asyncio.run(command.look_ahead(read_settings().settings, handler, add))]
        _table(
            ("counter", "persons", "most", "left", "fits", "early", "likely", "late"),
            [
                (
                    say(f"gateway.counter.{one.counter}"), str(one.booked + one.adjusted), _or_dash(one.most),
                    _or_dash(one.left), say("gateway.yes" if one.fits else "gateway.no"), _or_dash(one.early),
                    _or_dash(one.likely), _or_dash(one.late),
                )
                for one in found
            ],
        )  # fmt: skip
        if not all(one.fits for one in found):
            raise typer.Exit(FAILED)


def _or_dash(value: object) -> str:
    return "–" if value is None else str(value)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        print(say("gateway.none"))
        return
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(say(f"gateway.head.{head}"), overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(soft_wrap=False).print(table)
