"""May this person's data leave under this contract on that day? Pure: values in, a verdict out.

The half that no person changes (is the contract in force, is its mechanism, how far does it reach) is judged once a
batch by `prepare`; `judge` does both halves. A Deny comes before a Hold: what may never leave is not merely waiting.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct

from yumen.border.contract import (
    Exemption,
    ExportContract,
    Minors,
    RecipientRole,
)
from yumen.border.standing import (
    CHILD,
    ENDANGERED,
    ERASED,
    EXPORT_BIT,
    FROM_ABROAD,
    GUARDIAN,
    MINOR,
    OBJECTED,
    PARTY,
    PURPOSE_BITS,
    SENSITIVE_BIT,
    SHARING_BIT,
    TOLD,
    Mechanisms,
    Standing,
    groups,
)
from yumen.border.verdict import FULL, Allow, Counter, Deny, Hold, Verdict
from yumen.border.way_out import way_out
from yumen.security.datamap import Basis
from yumen.security.datamap.check import GROUNDS

NEVER: Final = -1
"""No facts are just this."""

LAW_FROM: Final = date(2021, 11, 1)
"""The day of PIPL (art. 74). Before it this house has no answer."""

AUTHORITY: Final = Deny("export.foreign_authority", "pipl_41")
BARRED: Final = Deny("export.recipient_barred", "pipl_42")
GONE: Final = Deny("export.erased", "pipl_47")
NO_LONGER: Final = Deny("export.objected", "pipl_44")
OTHER_PEOPLE: Final = Deny("export.person_not_covered", "pipl_6")
TOO_YOUNG: Final = Deny("export.minor", "pipl_31")
GUARDIAN_MISSING: Final = Deny("export.guardian_missing", "pipl_31")
CONSENT: Final = Deny("export.consent_missing", "pipl_13")
SEPARATE: Final = Deny("export.separate_consent_missing", "pipl_39")
SHARING: Final = Deny("export.sharing_consent_missing", "pipl_23")
SENSITIVE_MISSING: Final = Deny("export.sensitive_consent_missing", "pipl_29")
GROUNDLESS: Final = (
    (PARTY, Deny("export.no_contract_with_person", "pipl_13_2")),
    (ENDANGERED, Deny("export.no_emergency", "pipl_13_4")),
    (FROM_ABROAD, Deny("export.collected_here", "order16_4")),
)
"""The facts on which a ground stands, and what is said without them."""

BEFORE_LAW: Final = Hold("export.before_the_law", "pipl_74")
NOT_IN_FORCE: Final = Hold("export.contract_not_in_force", "pipl_38")
ASSESSMENT_LATE: Final = Hold("export.assessment_missing", "pipl_55")
NOT_TOLD: Final = Hold("export.notice_missing", "pipl_39")
NOT_TOLD_HERE: Final = Hold("export.notice_missing", "pipl_23")


class Prepared(Struct, frozen=True):
    """The contract's half of a judgement. `needed` are the consents without which nobody's data leaves.

    `asked` of a person's facts must be just `wanted` for the usual answer `grown`; everybody else is looked at closely.
    """

    refused: Deny | None
    held: Hold | None
    untold: Hold | None
    grown: Allow | Hold
    child: Allow | Hold
    groups: int
    needed: int
    asked: int
    wanted: int
    grounds: int
    minors: Minors
    personal: bool

    def judge(self, person: Standing) -> Verdict:
        """The person's half, and the verdict."""
        if (
            person.facts & self.asked == self.wanted
            and person.consents & self.needed == self.needed
            and person.groups & self.groups
        ):
            return self.grown
        return self.closely(person)

    def closely(self, person: Standing) -> Verdict:
        """The same answer with its reason, question by question."""
        facts = person.facts
        if self.refused is not None:
            return self.refused
        if not self.personal:
            return self.held or self.grown
        if facts & (ERASED | OBJECTED):
            return GONE if facts & ERASED else NO_LONGER
        if not person.groups & self.groups:
            return OTHER_PEOPLE
        if facts & (MINOR | CHILD) and (refused := self._too_young(facts)) is not None:
            return refused
        if self.needed & ~person.consents:
            return _missing(self.needed & ~person.consents)
        for ground, refused in GROUNDLESS:
            if self.grounds & ground & ~facts:
                return refused
        if self.held is not None:
            return self.held
        if self.untold is not None and not facts & TOLD:
            return self.untold
        return self.child if facts & CHILD else self.grown

    def counts(self, person: Standing) -> bool:
        """Is this person among those of whom a contract of aggregates tells how many they are?"""
        facts = person.facts
        if facts & (ERASED | OBJECTED) or not person.groups & self.groups:
            return False
        return not facts & (MINOR | CHILD) or self._too_young(facts) is None

    def _too_young(self, facts: int) -> Deny | None:
        if self.minors is Minors.NONE or (self.minors is Minors.FROM_14 and facts & CHILD):
            return TOO_YOUNG
        return GUARDIAN_MISSING if facts & CHILD and not facts & GUARDIAN else None


class Counted(Struct, frozen=True):
    """A snapshot of the meter, for what-if questions only. `already`: the counters in which this person is counted."""

    general: int = 0
    sensitive: int = 0
    zone: int = 0
    already: Counter = Counter(0)


def judge(
    contract: ExportContract, person: Standing, mechanisms: Mechanisms, on: date, counted: Counted | None = None
) -> Verdict:
    """The verdict on that day (a day in China). With a snapshot of the meter, also whether there would be room."""
    verdict = prepare(contract, mechanisms, on).judge(person)
    if counted is None or not isinstance(verdict, Allow):
        return verdict
    return full(verdict, counted) or verdict


def full(allowed: Allow, counted: Counted) -> Hold | None:
    """Which line this person would cross, counted among those before."""
    for counter, persons, most in (
        (Counter.SENSITIVE, counted.sensitive, allowed.room.sensitive_max),
        (Counter.GENERAL, counted.general, allowed.room.general_max),
        (Counter.ZONE, counted.zone, allowed.room.zone_max),
    ):
        if allowed.counters & counter and persons + (not counted.already & counter) > most:
            return Hold(FULL[counter], allowed.line)
    return None


def prepare(contract: ExportContract, mechanisms: Mechanisms, on: date) -> Prepared:
    """Judge what no person changes."""
    draft = contract.draft
    grown, child = way_out(contract, mechanisms, on)
    refused = _refused(contract, mechanisms)
    held = _not_ready(contract, on) or (grown if isinstance(grown, Hold) else None)
    untold = _untold(contract)
    grounds = _grounds(contract)
    asked = ERASED | OBJECTED | MINOR | CHILD | grounds | (TOLD if untold else 0)
    return Prepared(
        refused=refused,
        held=held,
        untold=untold,
        grown=grown,
        child=child,
        groups=groups(draft.subjects.groups),
        needed=_needed(contract),
        asked=asked,
        wanted=NEVER if refused or held else grounds | (TOLD if untold else 0),
        grounds=grounds,
        minors=draft.subjects.minors,
        personal=contract.personal,
    )


def _grounds(contract: ExportContract) -> int:
    """The facts that must be true of a person for the contract's ground to stand."""
    grounds = {Basis.CONTRACT: PARTY, Basis.EMERGENCY: ENDANGERED}.get(contract.draft.basis, 0)
    round_trip = contract.draft.mechanism.exemption is Exemption.ROUND_TRIP
    return grounds | (FROM_ABROAD if round_trip else 0)


def _refused(contract: ExportContract, mechanisms: Mechanisms) -> Deny | None:
    recipient = contract.draft.recipient
    if recipient.role is RecipientRole.AUTHORITY and contract.leaves_the_mainland:
        return AUTHORITY
    passed_on = {onward.id for onward in contract.draft.onward}
    return BARRED if mechanisms.barred & {recipient.id, *passed_on} else None


def _not_ready(contract: ExportContract, on: date) -> Hold | None:
    draft = contract.draft
    if on < LAW_FROM:
        return BEFORE_LAW
    if not draft.starts_on <= on <= draft.ends_on:
        return NOT_IN_FORCE
    return ASSESSMENT_LATE if draft.assessment.finished_on > on else None


def _untold(contract: ExportContract) -> Hold | None:
    """Whoever acts on our word in the mainland (PIPL art. 21) need not be named to anybody."""
    if contract.leaves_the_mainland:
        return NOT_TOLD
    return NOT_TOLD_HERE if contract.draft.recipient.role is RecipientRole.HANDLER else None


def _needed(contract: ExportContract) -> int:
    """Consents wanted where the ground is consent: for leaving, for the purpose, for what is sensitive."""
    draft = contract.draft
    if draft.basis is not Basis.CONSENT:
        return 0
    needed = EXPORT_BIT if contract.leaves_the_mainland else 0
    if not contract.leaves_the_mainland and draft.recipient.role is RecipientRole.HANDLER:
        needed |= SHARING_BIT
    if GROUNDS[draft.purpose] == {Basis.CONSENT}:
        needed |= PURPOSE_BITS[draft.purpose]
    return needed | (SENSITIVE_BIT if contract.sensitive else 0)


def _missing(bits: int) -> Deny:
    if bits & EXPORT_BIT:
        return SEPARATE
    if bits & SHARING_BIT:
        return SHARING
    return SENSITIVE_MISSING if bits & SENSITIVE_BIT else CONSENT
