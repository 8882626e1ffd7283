"""Which tier a member is in: up at once, down only when the period is over, and then with grace. Pure.

What counts is what was earned by purchases, less what refunds took back, in the qualification period: the last months
(`rolling`), or the calendar year (`calendar`). Whoever reaches a tier keeps it to the end of its period plus grace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from yumen.customer.loyalty.earning import Category
from yumen.kit.clock import SHANGHAI
from yumen.kit.errors import Code

TIERS_UNFIT: Final = Code("loyalty.tiers_unfit", 422)


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Reached with so many qualifying points."""

    code: Category
    threshold_points: Annotated[int, Meta(ge=0, le=1_000_000_000)]


class Tiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ladder, the lowest first. `months` is the length of a rolling period, and of a tier's life in it."""

    ladder: Annotated[tuple[Tier, ...], Meta(min_length=1, max_length=20)]
    period: Literal["rolling", "calendar"] = "rolling"
    months: Annotated[int, Meta(ge=1, le=60)] = 12
    grace_days: Annotated[int, Meta(ge=0, le=366)] = 0

    def rank(self, code: str) -> int:
        """Where a tier stands, from 0; −1 for none, or one that is no longer on the ladder."""
        return next((place for place, tier in enumerate(self.ladder) if tier.code == code), -1)

    def next_after(self, code: str) -> Tier | None:
        place = self.rank(code) + 1
        return self.ladder[place] if place < len(self.ladder) else None


@dataclass(frozen=True, slots=True)
class Standing:
    """The tier of a member (`""` is none), since when and until when it is theirs whatever they earn."""

    tier: str = ""
    since_at: datetime | None = None
    until_at: datetime | None = None


def period_start(tiers: Tiers, now: datetime) -> datetime:
    """From when on earnings count today."""
    local = now.astimezone(SHANGHAI)
    if tiers.period == "calendar":
        return datetime(local.year, 1, 1, tzinfo=SHANGHAI)
    return _months_on(local, -tiers.months)


def judge(tiers: Tiers, standing: Standing, qualifying_points: int, now: datetime) -> Standing:
    """The standing after looking at `qualifying_points` (those since `period_start`).

    For a tier whose time is over give the points of the period that ended (`period_start` of `until_at` less grace).
    """
    reached = _reached(tiers, qualifying_points)
    is_over = standing.until_at is not None and now >= standing.until_at
    if tiers.rank(reached) > tiers.rank(standing.tier) or is_over:
        if reached == "":
            return Standing()
        since_at = standing.since_at if reached == standing.tier else now
        return Standing(reached, since_at, _until(tiers, now))
    return standing


def counted_at(tiers: Tiers, standing: Standing, now: datetime) -> datetime:
    """The moment whose period counts: now, or the end of the period that is over (grace is not for earning)."""
    if standing.until_at is None or now < standing.until_at:
        return now
    return standing.until_at - timedelta(days=tiers.grace_days, microseconds=1)


def check(tiers: Tiers) -> None:
    """Raises `loyalty.tiers_unfit` unless codes differ and thresholds rise."""
    for place, (lower, upper) in enumerate(zip(tiers.ladder, tiers.ladder[1:], strict=False), 1):
        if upper.threshold_points <= lower.threshold_points:
            raise TIERS_UNFIT(at=f"/tiers/ladder/{place}/threshold_points")
    if len({tier.code for tier in tiers.ladder}) < len(tiers.ladder):
        raise TIERS_UNFIT(at="/tiers/ladder")


def _reached(tiers: Tiers, points: int) -> str:
    return next((tier.code for tier in reversed(tiers.ladder) if points >= tier.threshold_points), "")


def _until(tiers: Tiers, now: datetime) -> datetime:
    """The end of the period after this one began, and grace."""
    local = now.astimezone(SHANGHAI)
    if tiers.period == "calendar":
        end = datetime(local.year + 1, 12, 31, tzinfo=SHANGHAI) + timedelta(days=1)
    else:
        end = _months_on(local, tiers.months)
    return end + timedelta(days=tiers.grace_days)


def _months_on(local: datetime, months: int) -> datetime:
    """The same day so many months on, at its beginning; where there is no such day, the first of the month after."""
    number = local.year * 12 + local.month - 1 + months
    year, month = divmod(number, 12)
    try:
        return datetime(year, month + 1, local.day, tzinfo=SHANGHAI)
    except ValueError:
        return datetime(year + (month == 11), (month + 1) % 12 + 1, 1, tzinfo=SHANGHAI)
