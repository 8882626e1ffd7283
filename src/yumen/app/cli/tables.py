"""A table on the terminal, its heads in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from yumen.app.cli.words import say


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """`heads` are codes of `cli.gateway.head`; without rows a sentence says that there is nothing."""
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


def or_dash(value: object) -> str:
    """What there is, or a dash."""
    return "–" if value is None else str(value)
