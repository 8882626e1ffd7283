"""What a SKU costs at a moment for a tier, told step by step. Pure.

The best running campaign is taken off the list price (campaigns never add up), and a member's price counts where it is
lower still. A percentage is rounded down to the fen in the shopper's favour; nothing costs less than one fen, the least
WeChat Pay takes (JSAPI下单 `amount.total`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

PRICE_FEN_MIN: Final = 1
BASIS_POINTS: Final = 10_000


class Scope(StrEnum):
    BRAND = "brand"
    CATEGORY = "category"
    SKU = "sku"


class Kind(StrEnum):
    PERCENT = "percent"
    AMOUNT = "amount"


class Step(StrEnum):
    """What a line of an explanation stands for; its text is `price.<step>`."""

    LIST = "list"
    CAMPAIGN = "campaign"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Campaign:
    """A dated reduction. `target` is the number of a category or SKU, 0 for the whole brand."""

    code: str
    name_en: str
    name_zh: str
    scope: Scope
    target: int
    kind: Kind
    off_bp: int
    off_fen: int
    from_at: datetime
    until_at: datetime

    def covers(self, sku: int, categories: Sequence[int], at: datetime) -> bool:
        """Does it run then, and for that SKU in these categories (with all above them)?"""
        return self.from_at <= at < self.until_at and self.touches((sku,), categories)

    def touches(self, skus: Sequence[int], categories: Sequence[int]) -> bool:
        """May it be about one of these SKUs, which are in these categories, at some time?"""
        match self.scope:
            case Scope.BRAND:
                return True
            case Scope.CATEGORY:
                return self.target in categories
            case Scope.SKU:
                return self.target in skus

    def reduced(self, fen: int) -> int:
        """What that price becomes."""
        left = fen * (BASIS_POINTS - self.off_bp) // BASIS_POINTS if self.kind is Kind.PERCENT else fen - self.off_fen
        return max(PRICE_FEN_MIN, left)


@dataclass(frozen=True, slots=True)
class Priced:
    """What pricing needs to know of a SKU."""

    sku: int
    list_fen: int
    categories: Sequence[int]
    member_fen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One step: `change_fen` is what it does, `code` names the campaign or tier, the names are for people."""

    step: Step
    change_fen: int
    code: str = ""
    name_en: str = ""
    name_zh: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """`lines` begin with the list price and add up to `price_fen`."""

    list_fen: int
    price_fen: int
    lines: tuple[Line, ...]


def price(sku: Priced, campaigns: Sequence[Campaign], tier: str | None, at: datetime) -> Price:
    """What this SKU costs then for somebody of that tier (None: no member)."""
    lines, fen = [Line(Step.LIST, sku.list_fen)], sku.list_fen
    running = [campaign for campaign in campaigns if campaign.covers(sku.sku, sku.categories, at)]
    best = min(running, key=lambda campaign: (campaign.reduced(fen), campaign.code), default=None)
    if best is not None and (reduced := best.reduced(fen)) < fen:
        lines.append(Line(Step.CAMPAIGN, reduced - fen, best.code, best.name_en, best.name_zh))
        fen = reduced
    member_fen = None if tier is None else sku.member_fen.get(tier)
    if tier is not None and member_fen is not None and member_fen < fen:
        lines.append(Line(Step.MEMBER, member_fen - fen, tier))
        fen = member_fen
    return Price(sku.list_fen, fen, tuple(lines))
