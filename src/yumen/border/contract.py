"""An export contract: what may leave for whom, why, on which ground, how changed, how long kept, by which mechanism.

`Draft` is the file as it was written (TOML, reviewed like code). `ExportContract` is a draft whose fields were found in
the data map; only that can be judged. Its SM3 is taken over the canonical form, so a comment changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from yumen.kit.crypto import sm3
from yumen.kit.names import KEBAB
from yumen.security.datamap import Basis, Field, Purpose, Sensitivity

Code = Annotated[str, Meta(pattern=KEBAB, max_length=48)]
Words = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]*$")]
Text = Annotated[str, Meta(min_length=1, max_length=2000)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]
Address = Annotated[str, Meta(pattern=r"^[a-z_]+\.[a-z_]+\.[a-z0-9_]+$", max_length=100)]

MAINLAND: Final = "CN"
"""ISO 3166-1. Hong Kong (HK), Macao (MO) and Taiwan (TW) have codes of their own and are abroad for PIPL art. 38."""


class Change(StrEnum):
    """The only ways in which a value may be changed for leaving."""

    PASS = "pass"  # noqa: S105 — a word, no secret
    MASK = "mask"
    YEAR = "year"
    HASH = "hash"
    BUCKET = "bucket"
    AGGREGATE = "aggregate"


class RecipientRole(StrEnum):
    """Decides for itself (PIPL art. 23), acts on our word (art. 21), or is a court or agency abroad (art. 41)."""

    HANDLER = "handler"
    PROCESSOR = "processor"
    AUTHORITY = "authority"


class Group(StrEnum):
    """Whose data leaves."""

    CUSTOMERS = "customers"
    MEMBERS = "members"
    EMPLOYEES = "employees"


class Minors(StrEnum):
    """How young the persons covered may be."""

    NONE = "none"
    FROM_14 = "from_14"
    ALL = "all"


class MechanismKind(StrEnum):
    ASSESSMENT = "assessment"
    STANDARD_CONTRACT = "standard_contract"
    CERTIFICATION = "certification"
    EXEMPT = "exempt"
    DOMESTIC = "domestic"


class Exemption(StrEnum):
    """Grounds of Order 16 on which no mechanism is needed."""

    SMALL = "small"
    ROUND_TRIP = "round_trip"
    CONTRACT_NECESSITY = "contract_necessity"
    HUMAN_RESOURCES = "human_resources"
    EMERGENCY = "emergency"
    ZONE_LIST = "zone_list"


EXEMPT_BASES: Final[Mapping[Exemption, Basis]] = {
    Exemption.CONTRACT_NECESSITY: Basis.CONTRACT,
    Exemption.HUMAN_RESOURCES: Basis.HUMAN_RESOURCES,
    Exemption.EMERGENCY: Basis.EMERGENCY,
}
"""Exemptions that stand on one ground of PIPL art. 13 only."""


class AtEnd(StrEnum):
    """What the recipient does when its time to keep has passed."""

    DELETE = "delete"
    ANONYMISE = "anonymise"


class Recipient(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`id` is what a filing names; `salt` names the secret under which values are hashed for this recipient."""

    id: Code
    legal_name: Words
    country: Country
    contact: Words
    system: Code
    role: RecipientRole
    salt: Code | None = None


class Line(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One field that leaves: its address in the data map, the recipient's name for it, and how it is changed.

    `keep` last characters of a mask, `edges` of a bucket (rising), `group_min` persons of an aggregate.
    """

    field: Address
    name: Annotated[str, Meta(pattern="^[A-Za-z][A-Za-z0-9_]{0,79}$")]
    change: Change
    keep: Annotated[int, Meta(ge=0, le=4)] = 0
    edges: Annotated[tuple[int, ...], Meta(max_length=50)] = ()
    group_min: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class Subjects(Struct, frozen=True, forbid_unknown_fields=True):
    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=3)]
    minors: Minors = Minors.NONE


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    days: Annotated[int, Meta(ge=1, le=3653)]
    then: AtEnd


class Onward(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to whom `sender` (the recipient's id, or that of another onward recipient) passes it on."""

    id: Code
    sender: Code
    legal_name: Words
    country: Country
    purpose: Words


class Mechanism(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """By which right it leaves. A filing has a number and a first day; `zone` is the place of a zone list."""

    kind: MechanismKind
    filing: Words | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    exemption: Exemption | None = None
    zone: Code | None = None
    performed_abroad: bool = False


class Assessment(Struct, frozen=True, forbid_unknown_fields=True):
    """The impact assessment (PIPIA, PIPL art. 55), wanted always, also when exempt."""

    reference: Words
    finished_on: date


class Schedule(Struct, frozen=True, forbid_unknown_fields=True):
    """How often changes are sent; `last_state_wins` lets several changes of a person become one."""

    every_minutes: Annotated[int, Meta(ge=1, le=44_640)]
    last_state_wins: bool = True


class Draft(Struct, frozen=True, forbid_unknown_fields=True):
    """The file. `necessity` says why it must leave at all; `important` that it holds important data (重要数据)."""

    id: Code
    version: Annotated[int, Meta(ge=1, le=10_000)]
    purpose: Purpose
    basis: Basis
    necessity: Text
    starts_on: date
    ends_on: date
    external_id: Annotated[str, Meta(max_length=80)]
    persons_a_year: Annotated[int, Meta(ge=0, le=2_000_000_000)]
    recipient: Recipient
    lines: Annotated[tuple[Line, ...], Meta(min_length=1, max_length=200)]
    subjects: Subjects
    retention: Retention
    mechanism: Mechanism
    assessment: Assessment
    schedule: Schedule
    onward: Annotated[tuple[Onward, ...], Meta(max_length=50)] = ()
    important: bool = False

    def canonical(self) -> bytes:
        """The contract as sorted JSON: what is hashed, stored and approved."""
        return msgspec.json.encode(self, order="sorted")

    def hash(self) -> bytes:
        """SM3 of the canonical form, 32 bytes."""
        return sm3(self.canonical())


def from_canonical(body: bytes) -> Draft:
    """Read back what `canonical` wrote."""
    return msgspec.json.decode(body, type=Draft)


class ExportContract(Struct, frozen=True):
    """A draft with its fields as the data map describes them, in the order of its lines."""

    draft: Draft
    fields: tuple[Field, ...]

    @property
    def leaves_the_mainland(self) -> bool:
        return self.draft.recipient.country != MAINLAND

    @property
    def sensitive(self) -> bool:
        """Does anything sensitive leave? A changed value stays what it was: hashed is not anonymous (PIPL art. 73)."""
        return any(field.sensitivity is not Sensitivity.GENERAL for field in self.fields)

    @property
    def general(self) -> bool:
        return any(field.sensitivity is Sensitivity.GENERAL for field in self.fields)

    @property
    def personal(self) -> bool:
        """False for aggregates: they say something about groups only."""
        return any(line.change is not Change.AGGREGATE for line in self.draft.lines)

    def addresses(self) -> Sequence[str]:
        return [line.field for line in self.draft.lines]
