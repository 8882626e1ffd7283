"""What the demo showed, in both languages on one screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from yumen.app.cli.words import say
from yumen.app.demo.cast import GIVEN, Part, Played
from yumen.app.demo.crossing import Crossed
from yumen.app.demo.errands import Bought, Errand
from yumen.app.demo.meter_picture import border
from yumen.app.demo.parcels import Told
from yumen.app.demo.proof import Searched, Verdict
from yumen.app.demo.till import Reconciled
from yumen.app.demo.vantage import Felt

SHOWN_MAX: Final = 8
JADE: Final = "green"
CINNABAR: Final = "red"


@dataclass(frozen=True, slots=True)
class Sales:
    """What was bought, and what the day's bill said of it."""

    bought: list[Bought]
    reconciled: list[Reconciled]
    told: Told

    @property
    def agree(self) -> bool:
        """The bill has rows, and none of them differs from the ledger."""
        return sum(each.rows for each in self.reconciled) > 0 and not any(each.differences for each in self.reconciled)


def show(
    console: Console,
    played: list[Played],
    sales: Sales,
    crossed: Crossed,
    sealed: str,
    felt: list[Felt],
    verdict: Verdict,
    searched: Searched,
) -> None:
    """Print it all; nothing here is judged, only said."""
    console.print(
        Group(
            Text(),
            _heading("who"),
            _people(played),
            _both("more", people=len(played), shown=min(len(played), SHOWN_MAX)),
            Text(),
            _heading("shop"),
            _orders(sales.bought),
            _sold(sales.bought),
            _sent(sales),
            *(_bill(each) for each in sales.reconciled),
            Text(),
            _heading("border"),
            *border(crossed),
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


def _orders(bought: list[Bought]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="dim")
    for head in ("order", "errand", "total", "refunded", "points"):
        title = f"{say(f'demo.head.{head}', 'en')} {say(f'demo.head.{head}', 'zh')}"
        table.add_column(title, justify="left" if head in ("order", "errand") else "right", overflow="fold")
    for each in bought[:SHOWN_MAX]:
        errand = f"{say(f'demo.errand.{each.errand}', 'en')}\n{say(f'demo.errand.{each.errand}', 'zh')}"
        figures = (f"{fen:,}" for fen in (each.total_fen, each.refunded_fen, each.points))
        table.add_row(f"  ord_…{each.order[-6:]}", errand, *figures)
    return table


def _sold(bought: list[Bought]) -> Text:
    paid = [each for each in bought if each.paid_fen]
    orders = _both(
        "shop.orders",
        orders=len(bought),
        paid=len(paid),
        paid_fen=sum(each.paid_fen for each in paid),
        cancelled=sum(each.errand is Errand.CANCELLING for each in bought),
        refunded=sum(each.refunded_fen > 0 for each in bought),
        refunded_fen=sum(each.refunded_fen for each in bought),
    )
    points = _both(
        "shop.points",
        members=sum(each.points > 0 for each in bought),
        points=sum(each.points for each in bought),
        coupons=sum(each.has_coupon for each in bought),
    )
    return Text.assemble(orders, "\n", points)


def _sent(sales: Sales) -> Text:
    parcels = sum(each.parcels for each in sales.bought)
    return _both("shop.parcels", parcels=parcels, told=sales.told.parcels, trades=sales.told.trades)


def _bill(each: Reconciled) -> Text:
    facts = {"rows": each.rows, "sum_fen": each.sum_fen, "differences": each.differences}
    code, style = ("bill.differs", CINNABAR) if each.differences else ("bill.clean", JADE)
    return _both(code, style, mchid=each.mchid, day=each.day.isoformat(), **facts)


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
