"""What crossed the border, as the summary shows it: both systems, who was held or refused and why, and the meter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.padding import Padding
from rich.text import Text

from yumen.app.cli.words import say
from yumen.app.demo.crossing import Crossed
from yumen.app.demo.sentences import CINNABAR, JADE, both, under
from yumen.kit.i18n import LANGUAGES, text

WIDTH: Final = 60


def border(crossed: Crossed) -> Iterator[Padding]:
    """Sentence by sentence, each in both languages."""
    arrived = {f"in_{system}": count for system, count in crossed.arrived.items()}
    yield both("border.arrived", JADE, wanted=crossed.wanted, **arrived)
    if crossed.held:
        yield _with_reason("border.held", "export.general_full", crossed.held)
    for code, persons in sorted(crossed.refused.items()):
        if code:
            yield _with_reason("border.refused", code, persons)
    yield both("border.recalled" if crossed.recalled else "border.kept", JADE if crossed.recalled else CINNABAR)
    yield under(meter(crossed))
    left = crossed.most - crossed.declared - crossed.booked
    facts = {"most": crossed.most, "declared": crossed.declared, "booked": crossed.booked, "left": left}
    yield both("border.meter", **{name: f"{count:,}" for name, count in facts.items()})


def meter(crossed: Crossed) -> Text:
    """The year's line as a bar: declared flows, persons through the gate, what is left."""
    declared = round(WIDTH * crossed.declared / crossed.most)
    booked = max(1, round(WIDTH * crossed.booked / crossed.most)) if crossed.booked else 0
    declared = min(declared, WIDTH - booked)
    return Text.assemble(
        ("▒" * declared, "yellow"), ("█" * booked, JADE), ("·" * (WIDTH - declared - booked), "dim"),
        f" {crossed.declared + crossed.booked:,} / {crossed.most:,}",
    )  # fmt: skip


def _with_reason(code: str, why: str, persons: int) -> Padding:
    told = (say(f"demo.{code}", language, persons=persons, why=text(why, language)) for language in LANGUAGES)
    return under("\n".join(told))
