"""What the staff routes of the gate take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.border import Counter
from yumen.gateway.foresight import Outlook
from yumen.kit.names import KEBAB, SNAKE

Reason = Annotated[
    str,
    Meta(pattern=SNAKE, min_length=3, max_length=41, description="A code, no names", examples=["mended_at_hq"]),
]
ApprovalId = Annotated[str, Meta(pattern="^apr_[0-9a-hjkmnp-tv-z]{26}$")]
ContractPath = Annotated[str, PathParameter(pattern="^[a-z][a-z0-9-]{0,47}$")]
CasePath = Annotated[str, PathParameter(pattern="^gcs_[0-9a-hjkmnp-tv-z]{26}$")]
RecallPath = Annotated[str, PathParameter(pattern="^rcl_[0-9a-hjkmnp-tv-z]{26}$")]
ClosurePath = Annotated[str, PathParameter(pattern="^gcl_[0-9a-hjkmnp-tv-z]{26}$")]
CaseCursor = Annotated[str, QueryParameter(pattern="^(gcs_[0-9a-hjkmnp-tv-z]{26})?$", description="`next_cursor`")]
RecallCursor = Annotated[str, QueryParameter(pattern="^(rcl_[0-9a-hjkmnp-tv-z]{26})?$", description="`next_cursor`")]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


class ReasonBody(msgspec.Struct, forbid_unknown_fields=True):
    reason: Reason


class ConnectionView(msgspec.Struct):
    """`code` says why it does not run, or what the link last said. `down_since_at`: the recipient does not answer.

    `locked_out_at`: since when it refuses our credentials; the gate knocks by itself until they are mended.
    """

    contract: str
    state: str
    code: str
    state_at: datetime
    round_at: datetime | None
    down_since_at: datetime | None
    locked_out_at: datetime | None
    arrived: int
    flying: int
    recalls_open: int
    recalls_for_people: int


class ConnectionsView(msgspec.Struct):
    items: list[ConnectionView]


class CaseView(msgspec.Struct):
    """`subject` is the person's outside id, None when they were erased; `field` is the recipient's."""

    id: str
    contract: str
    subject: str | None
    code: str
    field: str
    opened_at: datetime


class RecallView(msgspec.Struct):
    """`due_at` is its clock. `state`: open (under way) or people (somebody must look; `code` says why)."""

    id: str
    contract: str
    subject: str | None
    reason: str
    state: str
    code: str
    tried: int
    planned_at: datetime
    due_at: datetime


class ExplainBody(msgspec.Struct, forbid_unknown_fields=True):
    external_id: Annotated[str, Meta(min_length=1, max_length=128)]


class SaidView(msgspec.Struct):
    about: str
    contract: str
    code: str
    state: str
    at: datetime | None


class ExplanationView(msgspec.Struct):
    """Codes only: nothing here names or describes the person."""

    known: bool
    lines: list[SaidView]


class OutlookView(msgspec.Struct):
    """One counter of the year; `most` is the last person who may pass. Days say when there would be no room."""

    counter: str
    booked: int
    adjusted: int
    most: int | None
    left: int | None
    fits: bool
    early: date | None = None
    likely: date | None = None
    late: date | None = None


class OutlooksView(msgspec.Struct):
    items: list[OutlookView]


class ClosureView(msgspec.Struct):
    """A difference that closed the border: what the meter says, and what was counted."""

    id: str
    year: int
    counter: str
    booked: int
    counted: int
    closed_at: datetime


class ClosuresView(msgspec.Struct):
    items: list[ClosureView]


class ReopenBody(msgspec.Struct, forbid_unknown_fields=True):
    """`approval_id` is of a `gateway.reopen` with the facts `closure` and `reason`."""

    reason: Reason
    approval_id: ApprovalId | None = None


class AuthorityBody(msgspec.Struct, forbid_unknown_fields=True):
    """A court or agency abroad asked for somebody's data, here or at a recipient."""

    country: Annotated[str, Meta(pattern="^[A-Z]{2}$", examples=["IT"])]
    recipient: Annotated[str, Meta(pattern=KEBAB, max_length=48, examples=["headquarters"])]


class AuthorityView(msgspec.Struct):
    request: str


class ContractBody(msgspec.Struct, forbid_unknown_fields=True):
    """The TOML file as it was reviewed."""

    source: Annotated[str, Meta(min_length=1, max_length=60_000)]


class ProposedView(msgspec.Struct):
    """`approval` is what a second person approves before `enforce`."""

    approval: str


class EnforceBody(msgspec.Struct, forbid_unknown_fields=True):
    """`approval_id` is of a `border.contract` with the facts `contract`, `version` and `contract_hash`."""

    version: Annotated[int, Meta(ge=1, le=10_000)]
    approval_id: ApprovalId | None = None


def outlook_of(one: Outlook) -> OutlookView:
    """A counter's outlook as it is told."""
    crossing = one.crossing
    if crossing is None:
        return OutlookView(counter_name(one.counter), one.booked, one.adjusted, one.most, None, one.fits)
    return OutlookView(
        counter_name(one.counter), one.booked, one.adjusted, one.most, crossing.left, one.fits,
        crossing.early, crossing.likely, crossing.late,
    )  # fmt: skip


def counter_name(counter: Counter) -> str:
    """`general`, `sensitive`, `zone`, …"""
    return (counter.name or "").lower()
