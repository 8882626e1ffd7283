"""How many points a purchase earns, line by line with its reason: pure, so that a shopper's question becomes a test.

An amount earns points at a rate; its category may earn more or nothing; a campaign, the month of birth, the tier and
the first purchase add lines of their own. Each line is rounded by itself, in the way the rules say, so the lines sum
to what is booked. Percentages are whole numbers of the base: 100 is as is, 200 is double.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from yumen.kit.clock import SHANGHAI
from yumen.kit.errors import Code
from yumen.kit.names import EITHER

RULES_UNFIT: Final = Code("loyalty.rules_unfit", 422)

AMOUNT_MAX_FEN: Final = 10_000_000_000
Category = Annotated[str, Meta(pattern=EITHER, max_length=32, examples=["classic"])]
Percent = Annotated[int, Meta(ge=0, le=10_000)]
Bonus = Annotated[int, Meta(ge=100, le=10_000)]
Moment = Annotated[datetime, Meta(tz=True)]


class Campaign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """More points between two moments; no categories means all. Of several that fit a line the best one counts."""

    code: Category
    starts_at: Moment
    ends_at: Moment
    percent: Bonus
    categories: Annotated[tuple[Category, ...], Meta(max_length=50)] = ()


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`points` for each `per_fen`; points end `expire_months` later, at the end of that month (0: never)."""

    points: Annotated[int, Meta(ge=1, le=10_000)]
    per_fen: Annotated[int, Meta(ge=1, le=1_000_000)]
    rounding: Literal["down", "half_up", "up"] = "down"
    categories: Annotated[dict[Category, Percent], Meta(max_length=200)] = {}
    campaigns: Annotated[tuple[Campaign, ...], Meta(max_length=50)] = ()
    birthday_percent: Bonus = 100
    tiers: Annotated[dict[Category, Bonus], Meta(max_length=20)] = {}
    first_purchase_points: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    expire_months: Annotated[int, Meta(ge=0, le=120)] = 24


class Line(msgspec.Struct, frozen=True):
    """What was paid for things of one category."""

    category: str
    amount_fen: int


class Purchase(msgspec.Struct, frozen=True):
    """What earns: the lines as paid, when (which rules and campaigns hold), and what is known of the buyer."""

    at: datetime
    lines: Sequence[Line]
    birthday_month: int | None = None
    tier: str = ""
    is_first: bool = False


class Earned(msgspec.Struct, frozen=True):
    """One line of the explanation. `reason` is `amount`, `birthday`, `first_purchase`, `tier.…` or `campaign.…`."""

    reason: str
    category: str
    amount_fen: int
    percent: int
    points: int


def points_for(rules: Rules, purchase: Purchase) -> list[Earned]:
    """The lines that earn something, in order; their sum is what the purchase earns. Raises `loyalty.rules_unfit`."""
    earned: list[Earned] = []
    for category, amount_fen in _by_category(purchase.lines).items():
        base = rules.categories.get(category, 100)
        earned.append(_line(rules, "amount", category, amount_fen, base))
        for reason, percent in _bonuses(rules, purchase, category):
            earned.append(_line(rules, reason, category, amount_fen, base * (percent - 100) // 100))
    if purchase.is_first and any(line.points for line in earned):
        earned.append(Earned("first_purchase", "", 0, 100, rules.first_purchase_points))
    return [line for line in earned if line.points]


def ends_at(rules: Rules, earned_at: datetime, never: datetime) -> datetime:
    """When points earned at that moment end: the first moment after the last month, in Shanghai."""
    if not rules.expire_months:
        return never
    month = earned_at.astimezone(SHANGHAI)
    months = month.year * 12 + month.month - 1 + rules.expire_months + 1
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=SHANGHAI)


def share(points: int, whole_fen: int, refunded_fen: int, refund_fen: int) -> int:
    """How many of a purchase's points a part refund takes back; all refunds together take back exactly all of them.

    `refunded_fen` was refunded before, `refund_fen` is refunded now. Raises `loyalty.rules_unfit`.
    """
    if not 0 <= refunded_fen <= refunded_fen + refund_fen <= whole_fen or whole_fen == 0:
        raise RULES_UNFIT(at="/amount_fen")
    return points * (refunded_fen + refund_fen) // whole_fen - points * refunded_fen // whole_fen


def check(rules: Rules) -> None:
    """Raises `loyalty.rules_unfit` with the place of what cannot be meant."""
    seen: set[str] = set()
    for place, campaign in enumerate(rules.campaigns):
        aware = campaign.starts_at.tzinfo is not None and campaign.ends_at.tzinfo is not None
        if campaign.code in seen or not aware or campaign.ends_at <= campaign.starts_at:
            raise RULES_UNFIT(at=f"/earning/campaigns/{place}")
        seen.add(campaign.code)


def _bonuses(rules: Rules, purchase: Purchase, category: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    fitting = [
        campaign
        for campaign in rules.campaigns
        if campaign.starts_at <= purchase.at < campaign.ends_at
        and (not campaign.categories or category in campaign.categories)
    ]
    if fitting:
        best = max(fitting, key=lambda campaign: (campaign.percent, campaign.code))
        found.append((f"campaign.{best.code}", best.percent))
    if purchase.birthday_month == purchase.at.astimezone(SHANGHAI).month:
        found.append(("birthday", rules.birthday_percent))
    if purchase.tier in rules.tiers:
        found.append((f"tier.{purchase.tier}", rules.tiers[purchase.tier]))
    return found


def _line(rules: Rules, reason: str, category: str, amount_fen: int, percent: int) -> Earned:
    whole, divisor = amount_fen * rules.points * percent, rules.per_fen * 100
    more = {"down": 0, "half_up": divisor // 2, "up": divisor - 1}[rules.rounding]
    return Earned(reason, category, amount_fen, percent, (whole + more) // divisor)


def _by_category(lines: Sequence[Line]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for place, line in enumerate(lines):
        if not 0 <= line.amount_fen <= AMOUNT_MAX_FEN:
            raise RULES_UNFIT(at=f"/lines/{place}/amount_fen")
        sums[line.category] = sums.get(line.category, 0) + line.amount_fen
    return sums
