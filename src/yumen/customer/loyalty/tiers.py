"""Which tier a member is in: up at once, down only when the period is over, and then with grace. Pure.

What counts is what was earned by purchases, less what refunds took back, in the qualification period: the last months
(`rolling`), or the calendar year (`calendar`). Whoever reaches a tier has it for the period after the one that earned
it, plus grace, and then by what that period earned. Periods begin at midnight in China and follow one another without
gap or overlap, so that no purchase keeps a tier twice; a rolling one begins on a day that every month has.
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

EVERY_MONTH_DAYS: Final = 28


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


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to `end` and not with it, both midnights in China."""

    start: datetime
    end: datetime


def running(tiers: Tiers, now: datetime) -> Period:
    """The period by which one rises today: the months that end with today, or this calendar year."""
    today = _midnight(now)
    if tiers.period == "calendar":
        return _before(tiers, _months_on(today.replace(month=1, day=1), 12))
    return _before(tiers, _in_every_month(today + timedelta(days=1)))


def ended(tiers: Tiers, standing: Standing, now: datetime) -> Period | None:
    """The period that decides about a tier whose time is over; None while it lasts.

    Grace is not for earning: what is bought in it counts in the period after.
    """
    if standing.until_at is None or now < standing.until_at:
        return None
    return _before(tiers, _in_every_month(_midnight(standing.until_at - timedelta(days=tiers.grace_days))))


def raised(tiers: Tiers, standing: Standing, points: int, now: datetime) -> Standing:
    """The standing of whoever has so many qualifying points of the `running` period: higher, or as it was."""
    reached = _reached(tiers, points)
    if tiers.rank(reached) <= tiers.rank(standing.tier):
        return standing
    return Standing(reached, now, _until(tiers, running(tiers, now)))


def settled(tiers: Tiers, standing: Standing, points: int, period: Period) -> Standing:
    """The standing after a period that `ended` with so many qualifying points: the tier that they reach."""
    reached = _reached(tiers, points)
    if reached == "":
        return Standing()
    since_at = standing.since_at if reached == standing.tier else standing.until_at
    return Standing(reached, since_at, _until(tiers, period))


def check(tiers: Tiers) -> None:
    """Raises `loyalty.tiers_unfit` unless codes differ and thresholds rise."""
    for place, (lower, upper) in enumerate(zip(tiers.ladder, tiers.ladder[1:], strict=False), 1):
        if upper.threshold_points <= lower.threshold_points:
            raise TIERS_UNFIT(at=f"/tiers/ladder/{place}/threshold_points")
    if len({tier.code for tier in tiers.ladder}) < len(tiers.ladder):
        raise TIERS_UNFIT(at="/tiers/ladder")


def _reached(tiers: Tiers, points: int) -> str:
    return next((tier.code for tier in reversed(tiers.ladder) if points >= tier.threshold_points), "")


def _until(tiers: Tiers, period: Period) -> datetime:
    """To when a tier is kept that was reached in that period: the end of the next, and grace."""
    return _months_on(period.end, _length(tiers)) + timedelta(days=tiers.grace_days)


def _before(tiers: Tiers, end: datetime) -> Period:
    return Period(_months_on(end, -_length(tiers)), end)


def _length(tiers: Tiers) -> int:
    return 12 if tiers.period == "calendar" else tiers.months


def _midnight(moment: datetime) -> datetime:
    """The beginning of its day in China."""
    return moment.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


def _in_every_month(day: datetime) -> datetime:
    """That day, or the first of the next month: so many months on and back again is the same day."""
    return day if day.day <= EVERY_MONTH_DAYS else _months_on(day.replace(day=1), 1)


def _months_on(day: datetime, months: int) -> datetime:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)
