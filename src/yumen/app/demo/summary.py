"""What the demo showed, in both languages on one screen."""

from __future__ import annotations

from typing import Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from yumen.app.cli.words import say
from yumen.app.demo.cast import GIVEN, Part, Played
from yumen.app.demo.proof import Searched, Verdict
from yumen.app.demo.vantage import Felt

SHOWN_MAX: Final = 8
JADE: Final = "green"
CINNABAR: Final = "red"


def show(
    console: Console, played: list[Played], sealed: str, felt: list[Felt], verdict: Verdict, searched: Searched
) -> None:
    """Print it all; nothing here is judged, only said."""
    console.print(
        Group(
            Text(),
            _heading("who"),
            _people(played),
            _both("more", people=len(played), shown=min(len(played), SHOWN_MAX)),
            Text(),
            _heading("sealed"),
            Text(f"  {sealed}"),
            _both("sealed.how"),
            _searched(searched),
            Text(),
            _heading("trail"),
            _verdict(verdict),
            Text(),
            _heading("vantage"),
            _places(felt),
            _both("vantage.note"),
            Text(),
        )
    )


def _heading(code: str) -> Text:
    return Text.assemble((say(f"demo.{code}", "en"), "bold"), "  ", (say(f"demo.{code}", "zh"), "bold"))


def _both(code: str, style: str = "", **facts: str | int) -> Text:
    english, chinese = (say(f"demo.{code}", language, **facts) for language in ("en", "zh"))
    return Text(f"  {english}\n  {chinese}", style=style)


def _people(played: list[Played]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    for head in ("name", "subject", "phone", "said", "part"):
        table.add_column(f"{say(f'demo.head.{head}', 'en')} {say(f'demo.head.{head}', 'zh')}", overflow="fold")
    for each in played[:SHOWN_MAX]:
        said = ", ".join(sorted(GIVEN[each.part])) or say("demo.nothing", "en")
        part = f"{say(f'demo.part.{each.part}', 'en')}\n{say(f'demo.part.{each.part}', 'zh')}"
        masked = "" if each.part in (Part.REVOKING, Part.LEAVING) else each.phone_masked
        table.add_row(f"  {each.person.name}", f"sub_…{each.visitor.subject[-6:]}", masked or "-", said, part)
    return table


def _searched(searched: Searched) -> Text:
    clear = searched.found == 0
    facts = {"values": searched.values, "files": searched.files, "megabytes": round(searched.megabytes)}
    return _both("search.none" if clear else "search.found", JADE if clear else CINNABAR, found=searched.found, **facts)


def _verdict(verdict: Verdict) -> Text:
    if verdict.whole is None:
        return _both("trail.unverified", leaves=verdict.leaves)
    root = Text(f"  SM3 {verdict.root}\n")
    code, style = ("trail.whole", JADE) if verdict.whole else ("trail.tampered", CINNABAR)
    return Text.assemble(root, _both(code, style, leaves=verdict.leaves, seconds=f"{verdict.seconds:.2f}"))


def _places(felt: list[Felt]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in ("place", "median", "slowest", "failed"):
        title = f"{say(f'demo.head.{head}', 'en')} {say(f'demo.head.{head}', 'zh')}"
        table.add_column(title, justify="left" if head == "place" else "right")
    for each in felt:
        place = f"  {say(f'demo.place.{each.place}', 'en')} {say(f'demo.place.{each.place}', 'zh')}"
        table.add_row(place, f"{each.median_ms:.0f} ms", f"{each.slowest_ms:.0f} ms", f"{each.failed}/{each.logins}")
    return table
