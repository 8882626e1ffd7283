"""What the demo showed, in both languages on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from yumen.app.demo.cast import Part, Played
from yumen.app.demo.crossing import Crossed
from yumen.app.demo.errands import Bought, Errand
from yumen.app.demo.meter_picture import border
from yumen.app.demo.parcels import Told
from yumen.app.demo.proof import Searched, Verdict
from yumen.app.demo.sentences import CINNABAR, JADE, both, heading, table, two, under, yuan
from yumen.app.demo.till import Reconciled
from yumen.app.demo.vantage import Felt

GONE: tuple[Part, ...] = (Part.REVOKING, Part.LEAVING)
"""Whose phone number is deleted by the time the summary is printed."""


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


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the demo saw; `sealed` is the beginning of a phone number as the database holds it."""

    played: list[Played]
    sales: Sales
    crossed: Crossed
    sealed: str
    searched: Searched
    verdict: Verdict
    felt: list[Felt]

    @property
    def good(self) -> bool:
        """Nothing tampered with, nothing in clear, books that agree, and everybody on the right side of the border."""
        kept = self.verdict.whole is not False and self.searched.found == 0
        return kept and self.sales.agree and self.crossed.good


def show(console: Console, shown: Shown) -> None:
    """Print it all, part by part; nothing here is judged, only said."""
    parts = {
        "who": _who(shown.played),
        "shop": _shop(shown.sales),
        "border": border(shown.crossed),
        "sealed": _sealed(shown.sealed, shown.searched),
        "trail": _trail(shown.verdict),
        "vantage": _vantage(shown.felt),
    }
    for code, lines in parts.items():
        console.print(Group(Text(), heading(code), *lines))
    console.print()


def _who(played: list[Played]) -> Iterator[RenderableType]:
    first = {each.part: each for each in reversed(played)}
    yield under(_people([first[part] for part in Part if part in first]))
    yield both("more", people=len(played))


def _people(people: list[Played]) -> Table:
    made = table("name", "subject", "phone", "part")
    for each in people:
        phone = "-" if each.part in GONE else each.phone_masked or "-"
        made.add_row(each.person.name, f"sub_…{each.visitor.subject[-6:]}", phone, two("part", each.part))
    return made


def _shop(sales: Sales) -> Iterator[RenderableType]:
    first = {each.errand: each for each in reversed(sales.bought)}
    yield under(_orders([first[errand] for errand in Errand if errand in first]))
    yield from _sums(sales.bought)
    parcels = sum(each.parcels for each in sales.bought)
    yield both("shop.parcels", parcels=parcels, told=sales.told.parcels, trades=sales.told.trades)
    yield from (_bill(each) for each in sales.reconciled)


def _orders(orders: list[Bought]) -> Table:
    made = table("order", "errand", right=("total", "refunded", "points"))
    for each in orders:
        figures = yuan(each.total_fen), yuan(each.refunded_fen), f"{each.points:,}"
        made.add_row(f"ord_…{each.order[-6:]}", two("errand", each.errand), *figures)
    return made


def _sums(bought: list[Bought]) -> Iterator[RenderableType]:
    paid = [each for each in bought if each.paid_fen]
    yield both(
        "shop.orders",
        orders=len(bought),
        paid=len(paid),
        paid_sum=yuan(sum(each.paid_fen for each in paid)),
        cancelled=sum(each.errand is Errand.CANCELLING for each in bought),
        refunded=sum(each.refunded_fen > 0 for each in bought),
        refunded_sum=yuan(sum(each.refunded_fen for each in bought)),
    )
    yield both(
        "shop.points",
        members=sum(each.points > 0 for each in bought),
        points=f"{sum(each.points for each in bought):,}",
        coupons=sum(each.has_coupon for each in bought),
    )


def _bill(each: Reconciled) -> RenderableType:
    facts: dict[str, str | int] = {"rows": each.rows, "sum": yuan(each.sum_fen), "differences": each.differences}
    code, style = ("bill.differs", CINNABAR) if each.differences else ("bill.clean", JADE)
    return both(code, style, mchid=each.mchid, day=each.day.isoformat(), **facts)


def _sealed(sealed: str, searched: Searched) -> Iterator[RenderableType]:
    yield under(sealed)
    yield both("sealed.how")
    yield both("sealed.key")
    code, style = ("search.found", CINNABAR) if searched.found else ("search.none", JADE)
    size: dict[str, str | int] = {"files": f"{searched.files:,}", "megabytes": round(searched.megabytes)}
    yield both(code, style, values=searched.values, found=searched.found, **size)


def _trail(verdict: Verdict) -> Iterator[RenderableType]:
    if verdict.whole is None:
        yield both("trail.unverified", leaves=verdict.leaves)
        return
    yield under(f"SM3 {verdict.root}")
    code, style = ("trail.whole", JADE) if verdict.whole else ("trail.tampered", CINNABAR)
    yield both(code, style, leaves=verdict.leaves, seconds=f"{verdict.seconds:.2f}")


def _vantage(felt: list[Felt]) -> Iterator[RenderableType]:
    made = table("place", right=("median", "slowest", "failed"))
    for each in felt:
        figures = f"{each.median_ms:,.0f} ms", f"{each.slowest_ms:,.0f} ms", f"{each.failed}/{each.logins}"
        made.add_row(two("place", each.place, between=" "), *figures)
    yield under(made)
    yield both("vantage.note")
