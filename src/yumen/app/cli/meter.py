"""The meter from the command line: its picture, corrections, and flows that go beside the gate."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from yumen.app.cli.exits import told
from yumen.app.cli.gateway import HandlerOption, KeyOption
from yumen.app.cli.tables import print_table
from yumen.app.cli.words import say, terminal_language


class Limited(StrEnum):
    """The counters that have a line."""

    GENERAL = "general"
    SENSITIVE = "sensitive"
    ZONE = "zone"


YearOption = Annotated[int | None, typer.Option("--year", min=2021, max=2100, help=say("option.meter_year"))]
PersonsOption = Annotated[
    int, typer.Option("--persons", min=-1_000_000_000, max=1_000_000_000, help=say("option.persons"))
]
CounterOption = Annotated[Limited, typer.Option("--counter", help=say("option.counter"))]
SourceOption = Annotated[str, typer.Option("--source", help=say("option.meter_source"))]
ApprovalOption = Annotated[str | None, typer.Option("--approval", help=say("option.approval"))]


def meter(year: YearOption = None, handler: HandlerOption = "") -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import records
    from yumen.gateway.shapes import counter_name
    from yumen.kit.i18n import text

    with told():
        lines, changes, views = asyncio.run(records.meter(read_settings().settings, handler, year))
        print_table(
            ("counter", "booked", "adjusted", "distinct", "why"),
            [
                (
                    say(f"gateway.counter.{counter_name(one.counter)}"), str(one.booked), str(one.adjusted),
                    str(one.distinct), text(one.why, terminal_language()),
                )
                for one in lines
            ],
        )  # fmt: skip
        print()
        if views is None:
            print(say("gateway.views_undecided"))
        else:
            by, on = views.decided_by, f"{views.decided_on:%Y-%m-%d}"
            print(say(f"gateway.views_{views.books.value}", by=by, on=on))
        if changes:
            print()
            print_table(
                ("change", "counter", "cause", "persons", "source", "at"),
                [
                    (
                        one.id, say(f"gateway.counter.{counter_name(one.counter)}"), say(f"gateway.cause.{one.cause}"),
                        f"{one.persons:+d}", one.source, f"{one.changed_at:%Y-%m-%d %H:%M}",
                    )
                    for one in changes
                ],
            )  # fmt: skip


def declare(
    persons: PersonsOption, source: SourceOption, key: KeyOption, counter: CounterOption = Limited.GENERAL,
    year: YearOption = None, approval: ApprovalOption = None,
) -> None:  # fmt: skip
    _correct(persons, source, key, counter, year, approval, declared=True)


def correct(
    persons: PersonsOption, source: SourceOption, key: KeyOption, counter: CounterOption = Limited.GENERAL,
    year: YearOption = None, approval: ApprovalOption = None,
) -> None:  # fmt: skip
    _correct(persons, source, key, counter, year, approval, declared=False)


def _correct(
    persons: int, source: str, key: str, counter: Limited, year: int | None, approval: str | None, *, declared: bool
) -> None:
    import asyncio

    from yumen.app.configured import read_settings
    from yumen.app.gateway import records
    from yumen.border import Counter
    from yumen.border.figures import Correction
    from yumen.kit.clock import real_now, shanghai_day

    with told():
        counted = year or shanghai_day(real_now()).year
        one = Correction(counted, Counter[counter.value.upper()], persons, source, declared)
        print(asyncio.run(records.correct(read_settings().settings, key, one, approval)))
