"""What the loyalty routes take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.customer.loyalty.coupon_book import Definition
from yumen.customer.loyalty.coupons import Terms
from yumen.customer.loyalty.earning import Rules
from yumen.customer.loyalty.programs import Program
from yumen.customer.loyalty.tiers import Tiers
from yumen.kit.names import EITHER, SNAKE
from yumen.kit.web import PAGE_MAX

Cursor = Annotated[str, QueryParameter(pattern="^[a-z0-9_]{0,40}$", description="`next_cursor` of the page before")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
VersionPath = Annotated[int, PathParameter(ge=1, le=1_000_000)]
KindPath = Annotated[str, PathParameter(pattern="^(earning|tiers)$")]
DefinitionPath = Annotated[str, PathParameter(pattern="^cpd_[0-9a-hjkmnp-tv-z]{26}$")]
DefinitionId = Annotated[str, Meta(pattern="^cpd_[0-9a-hjkmnp-tv-z]{26}$")]
ApprovalId = Annotated[str, Meta(pattern="^apr_[0-9a-hjkmnp-tv-z]{26}$")]
SubjectRef = Annotated[str, Meta(pattern="^sub_[0-9a-hjkmnp-tv-z]{26}$")]
Reference = Annotated[str, Meta(pattern="^[A-Za-z0-9._:-]{1,64}$", examples=["2026-spring"])]
Reason = Annotated[
    str, Meta(pattern=SNAKE, min_length=3, max_length=41, description="A code, no names", examples=["goodwill"])
]
Moment = Annotated[datetime, Meta(tz=True)]


class LoyaltyView(msgspec.Struct):
    """`points` may be spent now; `expiring` of them end within 30 days; `owed` is paid by the next that come.

    The next tier begins at `next_tier_from_points`; `next_tier_left_points` are still wanted to reach it. Both are 0,
    and `next_tier` empty, at the top.
    """

    points: int
    owed: int
    expiring: int
    expiring_at: datetime | None
    tier: str
    tier_until_at: datetime | None
    qualifying_points: int
    next_tier: str
    next_tier_from_points: int
    next_tier_left_points: int
    enrolled_at: datetime


class EnrolView(msgspec.Struct):
    state: Literal["enrolled", "member"]


class CardView(msgspec.Struct):
    number: str
    tier: str
    enrolled_at: datetime


class CardCodeView(msgspec.Struct):
    """Show it as a bar code or QR code; ask for another when it ends."""

    code: str
    expires_at: datetime


class CouponView(msgspec.Struct):
    """`state` is issued, reserved, consumed or expired."""

    id: str
    terms: Terms
    state: str
    starts_at: datetime
    expires_at: datetime


class ClaimBody(msgspec.Struct, forbid_unknown_fields=True):
    code: Annotated[
        str, Meta(min_length=8, max_length=32, pattern="^[A-Za-z0-9 -]+$", examples=["7KQD-0M3X-9VTA-52HJ"])
    ]


class ClaimView(msgspec.Struct):
    coupon: str


class EarningBody(msgspec.Struct, forbid_unknown_fields=True):
    earning: Rules
    starts_at: Moment


class TiersBody(msgspec.Struct, forbid_unknown_fields=True):
    tiers: Tiers
    starts_at: Moment


class ProposedView(msgspec.Struct):
    """A second person approves `approval_id`; then the version is adopted with it."""

    version: int
    approval_id: str


class AdoptBody(msgspec.Struct, forbid_unknown_fields=True):
    approval_id: ApprovalId | None = None


class ProgramView(msgspec.Struct):
    """One version; `body_sm3` is what the second person approves."""

    version: int
    earning: Rules | None
    tiers: Tiers | None
    body_sm3: str
    starts_at: datetime
    proposed_by: str
    proposed_at: datetime
    adopted_at: datetime | None

    @classmethod
    def of(cls, program: Program) -> ProgramView:
        body = program.body
        return cls(
            version=program.version,
            earning=body if isinstance(body, Rules) else None,
            tiers=body if isinstance(body, Tiers) else None,
            body_sm3=program.body_hash.hex(),
            starts_at=program.starts_at,
            proposed_by=program.proposed_by,
            proposed_at=program.proposed_at,
            adopted_at=program.adopted_at,
        )


class AdjustBody(msgspec.Struct, forbid_unknown_fields=True):
    """`approval_id` is of a `loyalty.adjust` with the facts `subject`, `reference`, `points` and `reason`."""

    subject: SubjectRef
    reference: Reference
    points: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    reason: Reason
    approval_id: ApprovalId | None = None


class PostingView(msgspec.Struct):
    posting: str


class LookupBody(msgspec.Struct, forbid_unknown_fields=True):
    """The number on the card, or the code that the phone shows."""

    number: Annotated[str, Meta(pattern="^[0-9 ]{16,24}$", examples=["8000 0000 0000 0003"])] | None = None
    code: Annotated[str, Meta(pattern="^[0-9]{20}$")] | None = None


class MemberView(msgspec.Struct):
    """Who it is by our own name, and what the till needs."""

    subject: str
    tier: str
    points: int


class DefineBody(msgspec.Struct, forbid_unknown_fields=True):
    terms: Terms
    starts_at: Moment
    ends_at: Moment
    valid_days: Annotated[int, Meta(ge=1, le=3660)]
    per_person_max: Annotated[int, Meta(ge=1, le=100)] = 1
    total_max: Annotated[int, Meta(ge=1, le=1_000_000_000)] | None = None


class MadeView(msgspec.Struct):
    id: str


class DefinitionView(msgspec.Struct):
    id: str
    terms: Terms
    per_person_max: int
    total_max: int | None
    issued: int
    starts_at: datetime
    ends_at: datetime
    valid_days: int
    closed_at: datetime | None

    @classmethod
    def of(cls, definition: Definition) -> DefinitionView:
        limits = definition.limits
        return cls(
            id=definition.id,
            terms=definition.terms,
            per_person_max=limits.per_person_max,
            total_max=limits.total_max,
            issued=definition.issued,
            starts_at=limits.starts_at,
            ends_at=limits.ends_at,
            valid_days=limits.valid_days,
            closed_at=definition.closed_at,
        )


class BatchBody(msgspec.Struct, forbid_unknown_fields=True):
    """A coupon for each member, or each of a tier; the same `reference` begins one batch, however often it is sent."""

    definition: DefinitionId
    reference: Reference
    tier: Annotated[str, Meta(pattern=EITHER, max_length=32)] | None = None


class CodesBody(msgspec.Struct, forbid_unknown_fields=True):
    count: Annotated[int, Meta(ge=1, le=1000)]


class CodesView(msgspec.Struct):
    """The codes are shown once; a repeat of the same Idempotency-Key answers null."""

    codes: list[str] | None
