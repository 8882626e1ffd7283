"""Where a person, and where the handler, stands: the facts that a verdict asks for. Plain values, read elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from yumen.border.contract import Address, Code, ExportContract, Group, Words
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

PURPOSE_BITS: Final = {purpose: 1 << place for place, purpose in enumerate(Purpose)}
GROUP_BITS: Final = {group: 1 << place for place, group in enumerate(Group)}
EXPORT_BIT: Final = PURPOSE_BITS[Purpose.EXPORT]
SHARING_BIT: Final = PURPOSE_BITS[Purpose.SHARING]
SENSITIVE_BIT: Final = PURPOSE_BITS[Purpose.SENSITIVE]


TOLD: Final = 1
"""The notice of PIPL art. 39 that names this recipient was shown."""
PARTY: Final = 2
"""An open contract of their own makes the export necessary (Order 16 art. 5(1)(1))."""
ENDANGERED: Final = 4
FROM_ABROAD: Final = 8
"""Collected abroad, nothing added here (Order 16 art. 4)."""
OBJECTED: Final = 16
ERASED: Final = 32
MINOR: Final = 64
"""Younger than 18."""
CHILD: Final = 128
"""Younger than 14: all of it is sensitive (PIPL art. 28)."""
GUARDIAN: Final = 256
"""A guardian agreed (PIPL art. 31)."""


class Standing(Struct, frozen=True, gc=False):
    """One person before one contract. `consents`: the purposes to which they say yes now, on the current notice.

    Bits instead of sets and flags: a million of these are judged a second.
    """

    subject: SubjectId
    groups: int
    consents: int = 0
    facts: int = 0


def consents(*purposes: Purpose) -> int:
    """Purposes as bits."""
    return sum(PURPOSE_BITS[purpose] for purpose in set(purposes))


def groups(named: Iterable[Group]) -> int:
    """Groups as bits."""
    return sum(GROUP_BITS[group] for group in set(named))


class Route(StrEnum):
    """A mechanism that is on file."""

    ASSESSMENT = "assessment"
    STANDARD_CONTRACT = "standard_contract"
    CERTIFICATION = "certification"
    ZONE_LIST = "zone_list"


class FilingDraft(Struct, frozen=True, omit_defaults=True):
    """A mechanism as its paper says it, for one recipient and a scope. `issued_on` is the day of its effect or result.

    `general_max`, `sensitive_max` are the persons a year that an assessment approved. A zone filing names its place.
    """

    route: Route
    number: Words
    recipient: Code
    purposes: Annotated[frozenset[Purpose], Meta(min_length=1)]
    fields: Annotated[frozenset[Address], Meta(min_length=1, max_length=200)]
    retention_days: Annotated[int, Meta(ge=1, le=3653)]
    issued_on: date
    onward: Annotated[frozenset[Code], Meta(max_length=50)] = frozenset()
    ends_on: date | None = None
    general_max: Annotated[int, Meta(ge=0, le=2_000_000_000)] = 0
    sensitive_max: Annotated[int, Meta(ge=0, le=2_000_000_000)] = 0
    zone: Code | None = None

    def canonical(self) -> bytes:
        """The record as sorted JSON: what is hashed, approved and stored."""
        return msgspec.json.encode(self, order="sorted")

    def covers(self, contract: ExportContract) -> bool:
        """Same recipient, and nothing more, longer or further than what was filed."""
        draft = contract.draft
        return (
            self.recipient == draft.recipient.id
            and draft.purpose in self.purposes
            and self.fields.issuperset(contract.addresses())
            and draft.retention.days <= self.retention_days
            and self.onward.issuperset(onward.id for onward in draft.onward)
        )


class Filing(FilingDraft, frozen=True, kw_only=True, omit_defaults=True):
    """A mechanism on file, known by its id here."""

    id: str
    revoked_on: date | None = None


class Mechanisms(Struct, frozen=True):
    """What the handler is and what it has on file.

    `critical`: notified as operator of critical information infrastructure. `persons_held`: persons whose information
    it holds (only the law before Order 16 asks). `sector` and `scenario` find its row in a zone list. `barred` are
    recipients on the list of PIPL art. 42.
    """

    filings: tuple[Filing, ...] = ()
    critical: bool = False
    persons_held: int = 0
    sector: str = "retail"
    scenario: str = "membership"
    barred: frozenset[str] = frozenset()
