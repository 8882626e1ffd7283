"""How the demo prints what it says: both languages, one under the other, made for a terminal of 80 columns.

A sentence that is too long for the terminal goes on under its own beginning, not at the left edge.
"""

from __future__ import annotations

from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from yumen.app.cli.words import say
from yumen.kit.i18n import LANGUAGES

JADE: Final = "green"
CINNABAR: Final = "red"
INDENT: Final = 2
FEN_A_YUAN: Final = 100


def heading(code: str) -> Text:
    """A part of the story, bold."""
    return Text("  ".join(say(f"demo.{code}", language) for language in LANGUAGES), style="bold")


def both(code: str, style: str = "", **facts: str | int) -> Padding:
    """One sentence in both languages."""
    return under(Text("\n".join(say(f"demo.{code}", language, **facts) for language in LANGUAGES), style=style))


def under(shown: RenderableType) -> Padding:
    """What stands below a heading."""
    return Padding(shown, (0, 0, 0, INDENT))


def table(*left: str, right: tuple[str, ...] = ()) -> Table:
    """A table without lines; heads are codes, those of `right` stand above figures."""
    made = Table(box=None, pad_edge=False, header_style="dim")
    for head in (*left, *right):
        made.add_column(two("head", head, between=" "), justify="right" if head in right else "left", overflow="fold")
    return made


def two(kind: str, code: str, between: str = "\n") -> str:
    """`demo.KIND.CODE` in both languages."""
    return between.join(say(f"demo.{kind}.{code}", language) for language in LANGUAGES)


def yuan(fen: int) -> str:
    """¥1,180, and ¥1,180.50 where there are fen."""
    whole, rest = divmod(fen, FEN_A_YUAN)
    return f"¥{whole:,}.{rest:02}" if rest else f"¥{whole:,}"
