"""The gate from the command line: the meter ahead, connections, cases, explanations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from yumen.app.cli.exits import FAILED, told
from yumen.app.cli.tables import or_dash, print_table
from yumen.app.cli.words import say

if TYPE_CHECKING:
    from yumen.gateway import connections

ADD_MAX: Final = 100_000_000

group: Final = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

ContractArgument = Annotated[str, typer.Argument(help=say("argument.contract"))]
KeyOption = Annotated[str, typer.Option("--key", envvar="YUMEN_STAFF_KEY", help=say("option.staff_key"))]
HandlerOption = Annotated[str, typer.Option("--handler", help=say("option.handler"))]


@group.command(help=say("gateway.forecast"))
def forecast(
    add: Annotated[int, typer.Option("--add", min=0, max=ADD_MAX, help=say("option.add"))] = 0,
    handler: HandlerOption = "",
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command
    from yumen.gateway.shapes import outlook_of

    with told():
        found = [outlook_of(one) for one in asyncio.run(command.look_ahead(read_settings().settings, handler, add))]
        print_table(
            ("counter", "persons", "most", "left", "fits", "early", "likely", "late"),
            [
                (
                    say(f"gateway.counter.{one.counter}"), str(one.booked + one.adjusted), or_dash(one.most),
                    or_dash(one.left), say("gateway.yes" if one.fits else "gateway.no"), or_dash(one.early),
                    or_dash(one.likely), or_dash(one.late),
                )
                for one in found
            ],
        )  # fmt: skip
        if not all(one.fits for one in found):
            raise typer.Exit(FAILED)


@group.command(help=say("gateway.status"))
def status(handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        found = asyncio.run(command.status(read_settings().settings, handler))
        print_table(
            ("contract", "state", "code", "arrived", "flying", "recalls", "people"),
            [
                (
                    one.connection.contract, _state(one), one.connection.code, str(one.arrived),
                    str(one.flying), str(one.recalls_open), str(one.recalls_for_people),
                )
                for one in found
            ],
        )  # fmt: skip


def _state(found: connections.Status) -> str:
    """A connection that runs but is locked out is said to be that, and since when."""
    known = found.connection
    if known.locked_out_at is None:
        return known.state
    return say("gateway.locked_out", since=f"{known.locked_out_at:%Y-%m-%d %H:%M}")


@group.command("cases", help=say("gateway.cases"))
def list_cases(handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import command

    with told():
        found = asyncio.run(command.list_cases(read_settings().settings, handler))
        print_table(
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
        print_table(
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
