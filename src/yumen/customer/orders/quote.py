"""Say what a cart costs, line by line and step by step. Pure: values in, a quote out; every fen is on a line.

Order of steps: list price, campaign, member price (the lower price counts), coupon, gift, points, rounding; then
shipping.
A discount on the whole is split over its lines by the largest remainder, so that the parts add up exactly and a
line's share of a refund can be told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yumen.kit.errors import Code

EMPTY: Final = Code("quote.empty", 422)
TOO_MUCH: Final = Code("quote.too_much", 422)
QUANTITY_UNFIT: Final = Code("quote.quantity_unfit", 422)
COUPON_UNFIT: Final = Code("quote.coupon_unfit", 422)

LINES_MAX: Final = 50
QUANTITY_MAX: Final = 99
TOTAL_FEN_MAX: Final = 100_000_000_000


class Step(StrEnum):
    """Why a line costs what it costs."""

    LIST = "list"
    CAMPAIGN = "campaign"
    MEMBER = "member"
    COUPON = "coupon"
    GIFT = "gift"
    POINTS = "points"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Item:
    """What is wanted. Prices are fen a piece; None: no such price for this person now. `key` is the catalogue's.

    The names of the campaign say why `campaign_fen` is less.
    """

    sku: str
    quantity: int
    list_fen: int
    campaign_fen: int | None = None
    member_fen: int | None = None
    title_en: str = ""
    title_zh: str = ""
    category: str = ""
    key: int = 0
    campaign_en: str = ""
    campaign_zh: str = ""


@dataclass(frozen=True, slots=True)
class Off:
    """What one coupon takes off each line, in the order of the lines, fen; the club says so (`loyalty.coupons`).

    `gift` is the code of an article that comes with it for nothing, if any.
    """

    coupon: str
    lines_fen: tuple[int, ...]
    gift: str = ""


@dataclass(frozen=True, slots=True)
class Points:
    """How many points the shopper would spend, what 100 are worth, and which share of the goods they may pay."""

    asked: int = 0
    fen_per_100: int = 100
    per_mille_max: int = 1000


@dataclass(frozen=True, slots=True)
class Rules:
    """Of the shop: shipping in fen, free from an amount of goods; the goods' sum is rounded down to `round_to_fen`."""

    shipping_fen: int = 0
    free_from_fen: int | None = None
    round_to_fen: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One item with the steps that lead to `due_fen`; their sum is exactly that."""

    item: Item
    steps: tuple[tuple[Step, int], ...]

    @property
    def due_fen(self) -> int:
        return sum(fen for _, fen in self.steps)

    def taken(self, step: Step, fen: int) -> Line:
        """The line with so much less; none for nothing."""
        return Line(self.item, (*self.steps, (step, -fen))) if fen else self


@dataclass(frozen=True, slots=True)
class Quote:
    """What it costs. `points` are those spent, `coupons` those used, `waived_fen` shipping that is free.

    Shipping is free from `free_from_fen` of goods on; None: never for that reason.
    """

    lines: tuple[Line, ...]
    shipping_fen: int
    points: int = 0
    coupons: tuple[str, ...] = ()
    waived_fen: int = 0
    free_from_fen: int | None = None

    @property
    def goods_fen(self) -> int:
        return sum(line.due_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        return self.goods_fen + self.shipping_fen

    def sums(self) -> Mapping[Step, int]:
        """How much each step amounts to over all lines."""
        found: dict[Step, int] = {}
        for line in self.lines:
            for step, fen in line.steps:
                found[step] = found.get(step, 0) + fen
        return found


def basket(items: Sequence[Item]) -> list[Line]:
    """The lines before coupons and points: list price, less campaign, less what members save.

    Raises `quote.empty`, `quote.quantity_unfit`, `quote.too_much`.
    """
    _check(items)
    return [_priced(item) for item in items]


def quote(
    lines: Sequence[Line],
    rules: Rules = Rules(),
    offs: Sequence[Off] = (),
    points: Points = Points(),
    gifts: Sequence[Item] = (),
) -> Quote:
    """The price of a basket with these coupons and points; gifts are lines of their own, for nothing.

    Raises `quote.coupon_unfit`, `quote.too_much`.
    """
    told = list(lines)
    for off in offs:
        told = _with_coupon(told, off)
    told += [_given(gift) for gift in gifts]
    told, spent = _with_points(told, points)
    told = _rounded(told, rules.round_to_fen)
    goods_fen = sum(line.due_fen for line in told)
    free = rules.free_from_fen is not None and goods_fen >= rules.free_from_fen
    found = Quote(
        tuple(told),
        0 if free else rules.shipping_fen,
        spent,
        tuple(off.coupon for off in offs),
        rules.shipping_fen if free else 0,
        rules.free_from_fen,
    )
    if found.total_fen > TOTAL_FEN_MAX:
        raise TOO_MUCH(fen_max=TOTAL_FEN_MAX)
    return found


def split(fen: int, weights: Sequence[int]) -> list[int]:
    """`fen` in parts by weight, exact: whole parts first, then one each to the largest remainders (first on a tie)."""
    whole = sum(weights)
    if whole == 0:
        return [0] * len(weights)
    parts = [fen * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda place: (-(fen * weights[place] % whole), place))
    for place in order[: fen - sum(parts)]:
        parts[place] += 1
    return parts


def share_fen(due_fen: int, quantity: int, before: int, pieces: int) -> int:
    """What `pieces` of a line are worth when `before` were given back already; all pieces together are `due_fen`."""
    return due_fen * (before + pieces) // quantity - due_fen * before // quantity


def _check(items: Sequence[Item]) -> None:
    if not items:
        raise EMPTY()
    if len(items) > LINES_MAX or len({item.sku for item in items}) != len(items):
        raise QUANTITY_UNFIT(lines_max=LINES_MAX, quantity_max=QUANTITY_MAX)
    for item in items:
        if not 1 <= item.quantity <= QUANTITY_MAX:
            raise QUANTITY_UNFIT(lines_max=LINES_MAX, quantity_max=QUANTITY_MAX)
        prices = [fen for fen in (item.list_fen, item.campaign_fen, item.member_fen) if fen is not None]
        if min(prices) < 0 or max(prices) > TOTAL_FEN_MAX:
            raise TOO_MUCH(fen_max=TOTAL_FEN_MAX)


def _priced(item: Item) -> Line:
    """List price, then what a campaign and a membership take off it."""
    line, now_fen = Line(item, ((Step.LIST, item.list_fen * item.quantity),)), item.list_fen
    for step, fen in ((Step.CAMPAIGN, item.campaign_fen), (Step.MEMBER, item.member_fen)):
        if fen is not None and fen < now_fen:
            line, now_fen = line.taken(step, (now_fen - fen) * item.quantity), fen
    return line


def _given(gift: Item) -> Line:
    """What it would cost, and that it costs nothing."""
    fen = gift.list_fen * gift.quantity
    return Line(gift, ((Step.LIST, fen),)).taken(Step.GIFT, fen)


def _with_coupon(lines: list[Line], off: Off) -> list[Line]:
    """Never more than a line costs, whatever the club says."""
    if len(off.lines_fen) != len(lines):
        raise COUPON_UNFIT(at="/coupons", coupon=off.coupon, why="amount")
    for fen, line in zip(off.lines_fen, lines, strict=True):
        if not 0 <= fen <= line.due_fen:
            raise COUPON_UNFIT(at="/coupons", coupon=off.coupon, why="amount")
    return [line.taken(Step.COUPON, fen) for line, fen in zip(lines, off.lines_fen, strict=True)]


def _with_points(lines: list[Line], points: Points) -> tuple[list[Line], int]:
    """Points for whole fen only; what buys nothing is not spent."""
    weights = [line.due_fen for line in lines]
    most_fen = sum(weights) * min(points.per_mille_max, 1000) // 1000
    off_fen = min(max(points.asked, 0) * points.fen_per_100 // 100, most_fen)
    if off_fen <= 0 or points.fen_per_100 <= 0:
        return lines, 0
    spent = -(-off_fen * 100 // points.fen_per_100)
    return _taken(lines, Step.POINTS, off_fen, weights), spent


def _rounded(lines: list[Line], round_to_fen: int) -> list[Line]:
    weights = [line.due_fen for line in lines]
    return _taken(lines, Step.ROUNDING, sum(weights) % max(round_to_fen, 1), weights)


def _taken(lines: list[Line], step: Step, fen: int, weights: Sequence[int]) -> list[Line]:
    return [line.taken(step, part) for line, part in zip(lines, split(fen, weights), strict=True)]
