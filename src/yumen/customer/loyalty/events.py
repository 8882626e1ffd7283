"""What happens to points. Listeners get numbers and codes, never a value."""

from __future__ import annotations

from dataclasses import dataclass

from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class MemberEnrolled:
    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class TierChanged:
    """`tier` is empty when the member is in none now."""

    subject: SubjectId
    handler: HandlerId
    tier: str


@dataclass(frozen=True, slots=True)
class PointsMoved:
    """A person's points were earned, spent, taken back, adjusted or ended."""

    subject: SubjectId
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class PointsTakenOver:
    """Many persons have points now, out of another system; for what is written down with the act, not for jobs."""

    subjects: tuple[SubjectId, ...]
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class PointsExpiring:
    """So many points of a person end on that day (in Shanghai, ISO 8601); they agreed to be told."""

    subject: SubjectId
    handler: HandlerId
    points: int
    day: str


@dataclass(frozen=True, slots=True)
class CouponBatchBegun:
    """Members wait for their coupons: run `coupon_issue.issue_batch_job`."""

    batch: str
    handler: HandlerId


@dataclass(frozen=True, slots=True)
class LedgerUnsound:
    """The nightly recount found a difference: somebody must look. The counts say where."""

    handler: HandlerId
    unbalanced: int
    balances: int
    lots: int
