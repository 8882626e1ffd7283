"""What the staff routes take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.kit.web import PAGE_MAX
from yumen.security.access.approval_store import ApprovalRecord

ACTOR_ID = "^(stf|mch)_[0-9a-hjkmnp-tv-z]{26}$"
KEY_ID = "^key_[0-9a-hjkmnp-tv-z]{26}$"
APPROVAL_ID = "^apr_[0-9a-hjkmnp-tv-z]{26}$"

Role = Annotated[str, Meta(pattern="^[a-z][a-z_]{0,31}$")]
Days = Annotated[int, Meta(ge=1, le=366)]
Word = Annotated[str, Meta(max_length=64)]
Fact = Annotated[int, Meta(ge=-(2**53), le=2**53)] | Word | Annotated[list[Word], Meta(max_length=16)]

Cursor = Annotated[str, QueryParameter(pattern="^[a-z0-9_]{0,40}$", description="`next_cursor` of the page before")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
ActorPath = Annotated[str, PathParameter(pattern=ACTOR_ID)]
KeyPath = Annotated[str, PathParameter(pattern=KEY_ID)]
ApprovalPath = Annotated[str, PathParameter(pattern=APPROVAL_ID)]


class SelfView(msgspec.Struct):
    actor: str
    kind: str
    roles: list[str]


class MadeView(msgspec.Struct):
    id: str


class IssuedView(msgspec.Struct):
    """`token` is shown once; a repeat of the same Idempotency-Key answers null."""

    id: str
    token: str | None


class ApprovalView(msgspec.Struct):
    id: str
    act: str
    facts: dict[str, str | int | list[str]]
    state: str
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    consumed_by: str | None
    consumed_at: datetime | None

    @classmethod
    def of(cls, approval: ApprovalRecord) -> ApprovalView:
        return cls(
            id=approval.id,
            act=approval.act,
            facts=dict(approval.facts),
            state=approval.state,
            proposer=approval.proposer,
            proposed_at=approval.proposed_at,
            expires_at=approval.expires_at,
            decided_by=approval.decided_by,
            decided_at=approval.decided_at,
            consumed_by=approval.consumed_by,
            consumed_at=approval.consumed_at,
        )


class AdmitBody(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["staff", "machine"]
    name: Annotated[str, Meta(min_length=1, max_length=80, examples=["Lin Yue"])]


class GrantBody(msgspec.Struct, forbid_unknown_fields=True):
    roles: Annotated[list[Role], Meta(max_length=8, examples=[["support"]])]
    approval_id: Annotated[str, Meta(pattern=APPROVAL_ID)]


class IssueBody(msgspec.Struct, forbid_unknown_fields=True):
    actor_id: Annotated[str, Meta(pattern=ACTOR_ID)]
    roles: Annotated[list[Role], Meta(min_length=1, max_length=8, examples=[["support"]])]
    days: Days
    approval_id: Annotated[str, Meta(pattern=APPROVAL_ID)] | None = None


class RotateBody(msgspec.Struct, forbid_unknown_fields=True):
    days: Days
    overlap_hours: Annotated[int, Meta(ge=0, le=72)] = 24


class ProposeBody(msgspec.Struct, forbid_unknown_fields=True):
    act: Annotated[str, Meta(pattern="^[a-z][a-z0-9_.]{0,63}$", examples=["keys.destroy_epoch"])]
    facts: Annotated[dict[Annotated[str, Meta(max_length=32)], Fact], Meta(max_length=12, examples=[{"epoch": 3}])]
