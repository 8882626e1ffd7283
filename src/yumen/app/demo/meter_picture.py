"""What crossed the border, as the summary shows it: both systems, who was held or refused and why, and the meter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from yumen.app.cli.words import say
from yumen.app.demo.crossing import Crossed
from yumen.kit.i18n import LANGUAGES, text

WIDTH: Final = 60
JADE: Final = "green"
CINNABAR: Final = "red"


def border(crossed: Crossed) -> Iterator[Text]:
    """Line by line, each in both languages."""
    arrived = {f"in_{system}": count for system, count in crossed.arrived.items()}
    yield _both("border.arrived", JADE, wanted=crossed.wanted, **arrived)
    if crossed.held:
        yield _both_why("border.held", "export.general_full", crossed.held)
    for code, persons in sorted(crossed.refused.items()):
        if code:
            yield _both_why("border.refused", code, persons)
    yield _both("border.recalled" if crossed.recalled else "border.kept", JADE if crossed.recalled else CINNABAR)
    yield meter(crossed)


def meter(crossed: Crossed) -> Text:
    """The year's line as a bar: declared flows, persons through the gate, what is left."""
    declared = round(WIDTH * crossed.declared / crossed.most)
    booked = max(1, round(WIDTH * crossed.booked / crossed.most)) if crossed.booked else 0
    declared = min(declared, WIDTH - booked)
    left = crossed.most - crossed.declared - crossed.booked
    bar = Text.assemble(
        "  ", ("▒" * declared, "yellow"), ("█" * booked, JADE), ("·" * (WIDTH - declared - booked), "dim"), " ",
        f"{crossed.declared + crossed.booked:,} / {crossed.most:,}",
    )  # fmt: skip
    facts = {"declared": f"{crossed.declared:,}", "booked": f"{crossed.booked:,}", "left": f"{left:,}"}
    return Text.assemble(bar, "\n", _both("border.meter", most=f"{crossed.most:,}", **facts))


def _both(code: str, style: str = "", **facts: str | int) -> Text:
    english, chinese = (say(f"demo.{code}", language, **facts) for language in LANGUAGES)
    return Text(f"  {english}\n  {chinese}", style=style)


def _both_why(code: str, why: str, persons: int) -> Text:
    told = (say(f"demo.{code}", language, persons=persons, why=text(why, language)) for language in LANGUAGES)
    return Text("\n".join(f"  {line}" for line in told))
