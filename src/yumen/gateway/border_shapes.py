"""What the staff routes of contracts, mechanisms and the meter take and give."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.border import Counter, Filing, Version
from yumen.border.figures import Change, Correction
from yumen.border.headroom import lapses_on, serves
from yumen.gateway.grounds import Fact, Ground
from yumen.gateway.shapes import ApprovalId, Reason, counter_name

VersionPath = Annotated[int, PathParameter(ge=1, le=10_000)]
FilingPath = Annotated[str, PathParameter(pattern="^fil_[0-9a-hjkmnp-tv-z]{26}$")]
Year = Annotated[int | None, QueryParameter(ge=2021, le=2100, description="A year in China; this one when left out")]
GroundPath = Annotated[str, PathParameter(pattern="^grd_[0-9a-hjkmnp-tv-z]{26}$")]
GroundCursor = Annotated[str, QueryParameter(pattern="^(grd_[0-9a-hjkmnp-tv-z]{26})?$", description="`next_cursor`")]
ChangeCursor = Annotated[str, QueryParameter(pattern="^(mch_[0-9a-hjkmnp-tv-z]{26})?$", description="`next_cursor`")]
Limited = Literal["general", "sensitive", "zone"]


class VersionView(msgspec.Struct):
    """One version of a contract and its life. `contract_hash` is what its approval names."""

    contract: str
    version: int
    state: str
    contract_hash: str
    proposer: str
    proposed_at: datetime
    approval_id: str | None
    in_force_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def of(cls, one: Version) -> VersionView:
        return cls(
            one.name, one.version, one.state, one.contract_hash.hex(), one.proposer, one.proposed_at,
            one.approval_id, one.in_force_at, one.ended_at,
        )  # fmt: skip


class ContractsView(msgspec.Struct):
    items: list[VersionView]


class ContractView(msgspec.Struct):
    """`says`: one sentence a statement. `changes`: what is otherwise than in the version in force before (if any)."""

    contract_hash: str
    says: list[str]
    changes: list[str] | None


class FilingView(msgspec.Struct):
    """A mechanism on file; `serves` says whether it holds today, `until` the last day on which it does."""

    id: str
    route: str
    number: str
    recipient: str
    purposes: list[str]
    fields: list[str]
    onward: list[str]
    retention_days: int
    issued_on: date
    until: date | None
    serves: bool
    revoked_on: date | None
    general_max: int
    sensitive_max: int
    zone: str | None

    @classmethod
    def of(cls, one: Filing, today: date) -> FilingView:
        return cls(
            one.id, one.route, one.number, one.recipient, sorted(one.purposes), sorted(one.fields),
            sorted(one.onward), one.retention_days, one.issued_on, lapses_on(one, today), serves(one, today),
            one.revoked_on, one.general_max, one.sensitive_max, one.zone,
        )  # fmt: skip


class FilingsView(msgspec.Struct):
    items: list[FilingView]


class RegisterBody(msgspec.Struct, forbid_unknown_fields=True):
    """`approval_id` is of a `border.filing` proposed with the same record."""

    source: Annotated[str, Meta(min_length=1, max_length=60_000)]
    approval_id: ApprovalId | None = None


class FiledView(msgspec.Struct):
    filing: str


class GroundBody(msgspec.Struct, forbid_unknown_fields=True):
    """What was found true of a person: until which day (in China), and why (a code, no names)."""

    person: Annotated[str, Meta(pattern="^sub_[0-9a-hjkmnp-tv-z]{26}$")]
    fact: Fact
    reason: Reason
    until_on: date

    def ground(self) -> Ground:
        return Ground(self.person, self.fact, self.reason, self.until_on)


class SayBody(GroundBody, forbid_unknown_fields=True):
    """`approval_id` is of a `gateway.ground` proposed with the same."""

    approval_id: ApprovalId | None = None


class GroundView(msgspec.Struct):
    """`holds` says whether it carries anything today. `person` is None when they were erased."""

    id: str
    person: str | None
    fact: str
    reason: str
    until_on: date
    holds: bool
    said_at: datetime
    ended_at: datetime | None


class SaidGroundView(msgspec.Struct):
    ground: str


class MeterLineView(msgspec.Struct):
    """One counter of a year. `booked` never falls; `adjusted` sums corrections and flows declared beside the gate.

    `distinct` are the persons among the booked after merges. `why` is the code of the right by which these leave
    without a line (exempt), or of what was counted.
    """

    counter: str
    booked: int
    adjusted: int
    distinct: int
    limited: bool
    why: str
    said: str


class ViewRuleView(msgspec.Struct):
    """Which persons a view by staff abroad takes headroom for (`opened`, `reachable`), and who decided it when."""

    books: str
    decided_by: str
    decided_on: date


class MeterView(msgspec.Struct):
    """`views` is None while nobody has decided: then nobody is shown to staff abroad."""

    year: int
    items: list[MeterLineView]
    views: ViewRuleView | None


class CorrectionBody(msgspec.Struct, forbid_unknown_fields=True):
    """Persons to add to a line (or to take back, below zero), with the source of the number; no names."""

    year: Annotated[int, Meta(ge=2021, le=2100)]
    counter: Limited
    persons: Annotated[int, Meta(ge=-1_000_000_000, le=1_000_000_000)]
    source: Annotated[str, Meta(min_length=1, max_length=200, examples=["HR system, count of 2026-11-01"])]
    declared: bool = False

    def correction(self) -> Correction:
        return Correction(self.year, Counter[self.counter.upper()], self.persons, self.source, self.declared)


class CorrectBody(CorrectionBody, forbid_unknown_fields=True):
    """`approval_id` is of a `border.correction` proposed with the same."""

    approval_id: ApprovalId | None = None


class ChangeView(msgspec.Struct):
    """`cause`: correction, declared (a flow beside the gate) or ceiling (how far a mechanism reaches)."""

    id: str
    counter: str
    cause: str
    persons: int
    source: str
    actor: str
    changed_at: datetime

    @classmethod
    def of(cls, one: Change) -> ChangeView:
        return cls(one.id, counter_name(one.counter), one.cause, one.persons, one.source, one.actor, one.changed_at)


class ChangedView(msgspec.Struct):
    change: str
