"""What coupons are worth for a basket, and which of them together are worth most: pure, with a reason for each.

Coupons of one group exclude each other; those of different groups are used together, at most `STACK_MAX`; one with
`alone` is used by itself. Percentages are taken off first, then amounts, each off what is left of the lines it may
touch; no line goes below zero. Minimum spends are asked of the lines as they were before any coupon.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from yumen.customer.loyalty.earning import AMOUNT_MAX_FEN, Category
from yumen.kit.errors import Code

TERMS_UNFIT: Final = Code("coupon.terms_unfit", 422)
BASKET_UNFIT: Final = Code("coupon.basket_unfit", 422)
TOO_MANY: Final = Code("coupon.too_many", 422)

STACK_MAX: Final = 3
COUPONS_MAX: Final = 20
LINES_MAX: Final = 200

Fen = Annotated[int, Meta(ge=0, le=AMOUNT_MAX_FEN)]


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a coupon gives: `percent` off (at most `off_max_fen`, 0 is no limit), `amount_fen` off, or a gift."""

    kind: Literal["percentage", "amount", "gift"]
    percent: Annotated[int, Meta(ge=0, le=100)] = 0
    off_max_fen: Fen = 0
    amount_fen: Fen = 0
    gift_sku: Annotated[str, Meta(max_length=64, pattern="^[A-Za-z0-9._-]*$")] = ""
    minimum_spend_fen: Fen = 0
    categories: Annotated[tuple[Category, ...], Meta(max_length=50)] = ()
    group: Category = "general"
    alone: bool = False


class Coupon(msgspec.Struct, frozen=True):
    """One coupon in hand."""

    id: str
    terms: Terms
    expires_at: datetime


class Line(msgspec.Struct, frozen=True):
    """One line of a basket: what it costs altogether, before coupons."""

    category: str
    sku: str
    amount_fen: int
    quantity: int


class Off(msgspec.Struct, frozen=True):
    """What one coupon takes off each line of the basket, in the order of the lines; `reason` is empty when it is used.

    Otherwise it says why it is not: `minimum_spend`, `no_fitting_line`, `nothing_off`, `expired`, `not_together`.
    """

    coupon: str
    off_fen: int
    lines_fen: Sequence[int] = ()
    gift_sku: str = ""
    reason: str = ""


class Best(msgspec.Struct, frozen=True):
    """The set that takes most off; `unused` says why of each other coupon."""

    off_fen: int
    used: Sequence[Off]
    unused: Sequence[Off]


def best(coupons: Sequence[Coupon], lines: Sequence[Line], now: datetime) -> Best:
    """Choose; more off wins, then more gifts, then fewer coupons, then those that end first.

    Raises `coupon.too_many`, `coupon.basket_unfit`.
    """
    _check_basket(coupons, lines)
    refused = {coupon.id: reason for coupon in coupons if (reason := _refusal(coupon, lines, now))}
    fitting = [coupon for coupon in coupons if coupon.id not in refused]
    used: list[Off] = []
    if fitting:
        used = min((applied(chosen, lines) for chosen in _sets(fitting)), key=lambda offs: _order(offs, fitting))
        used = [off for off in used if off.off_fen or off.gift_sku]
    taken = {off.coupon for off in used}
    unused = [Off(c.id, 0, reason=refused.get(c.id, "not_together")) for c in coupons if c.id not in taken]
    return Best(sum(off.off_fen for off in used), used, unused)


def applied(coupons: Iterable[Coupon], lines: Sequence[Line]) -> list[Off]:
    """Take these coupons together off the lines, percentages first; whether they may go together was asked before."""
    left = [line.amount_fen for line in lines]
    offs = []
    for coupon in sorted(coupons, key=lambda coupon: (_TURN[coupon.terms.kind], coupon.id)):
        open_fen = [fen if _touches(coupon.terms, line) else 0 for fen, line in zip(left, lines, strict=True)]
        off_fen = _off_fen(coupon.terms, sum(open_fen))
        parts = _spread(off_fen, open_fen)
        left = [fen - part for fen, part in zip(left, parts, strict=True)]
        offs.append(Off(coupon.id, off_fen, parts, coupon.terms.gift_sku))
    return offs


def check(terms: Terms) -> None:
    """Raises `coupon.terms_unfit` unless exactly what the kind needs is there."""
    given = {"percentage": terms.percent > 0, "amount": terms.amount_fen > 0, "gift": bool(terms.gift_sku)}
    strangers = [kind for kind, is_given in given.items() if is_given and kind != terms.kind]
    if not given[terms.kind] or strangers or (terms.off_max_fen and terms.kind != "percentage"):
        raise TERMS_UNFIT(at="/terms")


_TURN: Final = {"percentage": 0, "amount": 1, "gift": 2}


def _refusal(coupon: Coupon, lines: Sequence[Line], now: datetime) -> str:
    fitting = [line for line in lines if _touches(coupon.terms, line)]
    spend_fen = sum(line.amount_fen for line in fitting)
    if coupon.expires_at <= now:
        return "expired"
    if not fitting:
        return "no_fitting_line"
    if spend_fen < coupon.terms.minimum_spend_fen:
        return "minimum_spend"
    if coupon.terms.kind != "gift" and _off_fen(coupon.terms, spend_fen) == 0:
        return "nothing_off"
    return ""


def _sets(coupons: Sequence[Coupon]) -> Iterable[tuple[Coupon, ...]]:
    """Every set that may be used together."""
    for size in range(1, STACK_MAX + 1):
        for chosen in combinations(coupons, size):
            groups = {coupon.terms.group for coupon in chosen}
            if size == 1 or (len(groups) == size and not any(coupon.terms.alone for coupon in chosen)):
                yield chosen


def _order(offs: Sequence[Off], coupons: Sequence[Coupon]) -> tuple[int, int, int, list[datetime], list[str]]:
    ends = {coupon.id: coupon.expires_at for coupon in coupons}
    return (
        -sum(off.off_fen for off in offs),
        -sum(bool(off.gift_sku) for off in offs),
        len(offs),
        sorted(ends[off.coupon] for off in offs),
        sorted(off.coupon for off in offs),
    )


def _touches(terms: Terms, line: Line) -> bool:
    return not terms.categories or line.category in terms.categories


def _off_fen(terms: Terms, open_fen: int) -> int:
    if terms.kind == "percentage":
        off_fen = open_fen * terms.percent // 100
        return min(off_fen, terms.off_max_fen) if terms.off_max_fen else off_fen
    return min(terms.amount_fen, open_fen) if terms.kind == "amount" else 0


def _spread(off_fen: int, open_fen: Sequence[int]) -> list[int]:
    """Spread an amount over lines by what is open on each; the greatest remainders get the odd fen."""
    whole = sum(open_fen)
    if not off_fen:
        return [0] * len(open_fen)
    parts = [off_fen * fen // whole for fen in open_fen]
    places = sorted(range(len(parts)), key=lambda place: (-(off_fen * open_fen[place] % whole), place))
    for place in places[: off_fen - sum(parts)]:
        parts[place] += 1
    return parts


def _check_basket(coupons: Sequence[Coupon], lines: Sequence[Line]) -> None:
    if len(coupons) > COUPONS_MAX or len({coupon.id for coupon in coupons}) < len(coupons):
        raise TOO_MANY(coupons_max=COUPONS_MAX)
    if len(lines) > LINES_MAX:
        raise BASKET_UNFIT(at="/lines")
    for place, line in enumerate(lines):
        if not 0 <= line.amount_fen <= AMOUNT_MAX_FEN or line.quantity < 1:
            raise BASKET_UNFIT(at=f"/lines/{place}")
