"""Hold an export contract against the data map and the law: everything that contradicts, at once, each with its place.

Pure, so that `yumen gateway check`, the start of the gate and a lawyer's test see the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from yumen.border.contract import (
    EXEMPT_BASES,
    MAINLAND,
    Change,
    Draft,
    Exemption,
    ExportContract,
    Group,
    Line,
    MechanismKind,
    RecipientRole,
)
from yumen.border.headroom import filed_room, small_room
from yumen.border.reading import BadContractError, Fault
from yumen.law import crossborder, number
from yumen.law.countries import COUNTRIES
from yumen.security.datamap import Basis, DataMap, Field, Kind, People, Sensitivity
from yumen.security.datamap.check import GROUNDS

NEVER_LEAVES: Final = frozenset({Kind.CREDENTIAL})
"""Kinds that open something: they serve nobody abroad."""

COUNTED: Final = frozenset({Kind.POINTS, Kind.PURCHASES, Kind.SPENDING})
"""Kinds that are numbers, and can be put into ranges."""
DATED: Final = frozenset({Kind.BIRTHDAY, Kind.PURCHASE_DAY})

CHANGES: Final[Mapping[Change, frozenset[Kind] | None]] = {
    Change.PASS: None,
    Change.HASH: None,
    Change.MASK: frozenset(
        {Kind.PHONE, Kind.NAME, Kind.NICKNAME, Kind.ADDRESS, Kind.EMAIL, Kind.NETWORK_ADDRESS, Kind.MEMBER_NUMBER}
    ),
    Change.YEAR: DATED,
    Change.BUCKET: COUNTED,
    Change.AGGREGATE: COUNTED | DATED | {Kind.REGION, Kind.AGE, Kind.TIER},
}
"""Which kinds each change makes sense for; None: every kind."""

BELOW_ASSESSMENT: Final = (MechanismKind.STANDARD_CONTRACT, MechanismKind.CERTIFICATION)
"""These reach as far as the threshold of the assessment."""


def resolve(draft: Draft, data_map: DataMap, on: date) -> ExportContract:
    """The contract with its fields. Raises BadContractError with every fault."""
    known = {field.address: field for field in data_map.fields()}
    if found := faults(draft, data_map, on):
        raise BadContractError(found)
    return ExportContract(draft, tuple(known[line.field] for line in draft.lines))


def faults(draft: Draft, data_map: DataMap, on: date) -> list[Fault]:
    """Everything wrong with a well-formed contract on that day (a day in China)."""
    known = {field.address: field for field in data_map.fields()}
    staff = {f.address for holding in data_map.holdings if holding.people is People.STAFF for f in holding.fields}
    return [
        *_of_lines(draft, known, staff, on),
        *_of_ground(draft, known),
        *_of_mechanism(draft, known, on),
        *_of_forecast(draft, known, on),
        *_of_countries(draft),
        *_of_onward(draft),
        *_of_days(draft, on),
    ]


def unopened(draft: Draft, openable: Container[str]) -> list[Fault]:
    """The lines whose field nothing in this installation opens: the contract could never be served."""
    return [
        Fault("contract.not_servable", f"lines[{index}].field", facts={"field": line.field})
        for index, line in enumerate(draft.lines)
        if line.field not in openable
    ]


def _of_lines(draft: Draft, known: Mapping[str, Field], staff: set[str], on: date) -> Iterator[Fault]:
    for name in _twice(line.name for line in draft.lines):
        yield Fault("contract.name_twice", "lines", facts={"name": name})
    for index, line in enumerate(draft.lines):
        at = f"lines[{index}]"
        field = known.get(line.field)
        if field is None:
            yield Fault("contract.field_unknown", f"{at}.field", facts={"field": line.field})
            continue
        if field.kind in NEVER_LEAVES:
            yield Fault("contract.field_never", f"{at}.field", facts={"field": line.field})
        if (line.field in staff) != (Group.EMPLOYEES in draft.subjects.groups):
            yield Fault("contract.other_people", f"{at}.field", facts={"field": line.field})
        yield from _of_change(draft, line, field, at, on)
    aggregates = [line.change is Change.AGGREGATE for line in draft.lines]
    if any(aggregates) and not all(aggregates):
        yield Fault("contract.aggregate_mixed", "lines")
    named = next((line for line in draft.lines if line.name == draft.external_id), None)
    if not any(aggregates) and (named is None or named.change not in (Change.PASS, Change.HASH)):
        yield Fault("contract.external_id_unfit", "external_id", facts={"name": draft.external_id})


def _of_change(draft: Draft, line: Line, field: Field, at: str, on: date) -> Iterator[Fault]:
    fitting = CHANGES[line.change]
    if fitting is not None and field.kind not in fitting:
        yield Fault("contract.change_unfit", f"{at}.change", facts={"change": line.change, "kind": field.kind})
    if line.change is Change.HASH and draft.recipient.salt is None:
        yield Fault("contract.salt_missing", "recipient.salt")
    if sorted(set(line.edges)) != list(line.edges) or (line.change is Change.BUCKET and not line.edges):
        yield Fault("contract.edges_unfit", f"{at}.edges")
    least = number("export.group_size", on).value
    if line.change is Change.AGGREGATE and line.group_min < least:
        yield Fault("contract.group_small", f"{at}.group_min", facts={"group_min": least})
    said = {"keep": line.keep, "edges": line.edges, "group_min": line.group_min}
    for name, value in said.items():
        if value and not _serves(name, line.change, field.kind):
            yield Fault("contract.idle", f"{at}.{name}", facts={"change": line.change})


def _serves(name: str, change: Change, kind: Kind) -> bool:
    """Does that entry of a line say anything for this change?"""
    if name == "edges":
        return change is Change.BUCKET or (change is Change.AGGREGATE and kind in COUNTED)
    return change is (Change.MASK if name == "keep" else Change.AGGREGATE)


def _of_ground(draft: Draft, known: Mapping[str, Field]) -> Iterator[Fault]:
    usual = GROUNDS[draft.purpose] | {Basis.CONSENT, Basis.EMERGENCY}
    if draft.basis not in usual:
        yield Fault("contract.basis_contradicts", "basis", facts={"basis": draft.basis, "purpose": draft.purpose})
    if (draft.basis is Basis.HUMAN_RESOURCES) and set(draft.subjects.groups) != {Group.EMPLOYEES}:
        yield Fault("contract.basis_of_employees", "subjects.groups")
    if draft.basis is Basis.CONSENT:
        return
    for index, line in enumerate(draft.lines):
        field = known.get(line.field)
        if field is not None and field.basis is Basis.CONSENT and draft.basis is not Basis.EMERGENCY:
            yield Fault("contract.field_needs_consent", f"lines[{index}].field", facts={"field": line.field})


def _of_mechanism(draft: Draft, known: Mapping[str, Field], on: date) -> Iterator[Fault]:
    mechanism, at = draft.mechanism, "mechanism"
    if (draft.recipient.country == MAINLAND) != (mechanism.kind is MechanismKind.DOMESTIC):
        yield Fault("contract.domestic_contradicts", f"{at}.kind", facts={"country": draft.recipient.country})
    if draft.recipient.role is RecipientRole.AUTHORITY:
        yield Fault("contract.authority", "recipient.role")
    if mechanism.kind is MechanismKind.EXEMPT:
        yield from _of_exemption(draft, known, on)
    elif mechanism.exemption is not None:
        yield Fault("contract.exemption_idle", f"{at}.exemption")
    if mechanism.kind in (MechanismKind.EXEMPT, MechanismKind.DOMESTIC):
        if draft.important and mechanism.kind is MechanismKind.EXEMPT:
            yield Fault("contract.important_exempt", "important")
        return
    if mechanism.filing is None or mechanism.valid_from is None:
        yield Fault("contract.filing_missing", f"{at}.filing")
    if mechanism.valid_until is not None and mechanism.valid_until < on:
        yield Fault("contract.filing_expired", f"{at}.valid_until", facts={"day": mechanism.valid_until.isoformat()})
    if draft.important and mechanism.kind is not MechanismKind.ASSESSMENT:
        yield Fault("contract.important_needs_assessment", f"{at}.kind")
    if crossborder.find_mechanism(mechanism.kind, on) is None:
        yield Fault("contract.mechanism_unknown", f"{at}.kind", facts={"kind": mechanism.kind})


def _of_exemption(draft: Draft, known: Mapping[str, Field], on: date) -> Iterator[Fault]:
    exemption, at = draft.mechanism.exemption, "mechanism.exemption"
    if exemption is None:
        yield Fault("contract.exemption_missing", at)
        return
    if draft.mechanism.filing is not None and exemption is not Exemption.ZONE_LIST:
        yield Fault("contract.filing_idle", "mechanism.filing")
    basis = EXEMPT_BASES.get(exemption)
    if basis is not None and draft.basis is not basis:
        yield Fault("contract.exemption_basis", at, facts={"exemption": exemption, "basis": basis})
    if exemption is Exemption.CONTRACT_NECESSITY and not draft.mechanism.performed_abroad:
        yield Fault("contract.performed_here", "mechanism.performed_abroad")
    if exemption is Exemption.ZONE_LIST:
        yield from _of_zone(draft.mechanism.zone)
    if crossborder.find_exemption(exemption, on) is None:
        yield Fault("contract.mechanism_unknown", at, facts={"kind": exemption})
    for index, line in enumerate(draft.lines):
        field = known.get(line.field)
        if exemption is Exemption.SMALL and field is not None and field.sensitivity is not Sensitivity.GENERAL:
            yield Fault("contract.small_sensitive", f"lines[{index}].field", facts={"field": line.field})


def _of_zone(zone: str | None) -> Iterator[Fault]:
    places = sorted({row.place for row in crossborder.zone_rows()})
    if zone is None:
        yield Fault("contract.zone_missing", "mechanism.zone")
    elif zone not in places:
        yield Fault("contract.zone_unknown", "mechanism.zone", facts={"zone": zone, "known": ", ".join(places)})


def _of_forecast(draft: Draft, known: Mapping[str, Field], on: date) -> Iterator[Fault]:
    """More persons than the mechanism lets pass in a year, were this contract alone."""
    mechanism = draft.mechanism
    if mechanism.exemption is Exemption.SMALL:
        most = small_room(on).general_max
    elif mechanism.kind in BELOW_ASSESSMENT and crossborder.find_mechanism(mechanism.kind, on) is not None:
        fields = (known.get(line.field) for line in draft.lines)
        sensitive = any(one is not None and one.sensitivity is not Sensitivity.GENERAL for one in fields)
        most = filed_room(on).sensitive_max if sensitive else filed_room(on).general_max
    else:
        return
    if draft.persons_a_year > most:
        yield Fault("contract.forecast_beyond", "persons_a_year", facts={"most": most})


def _of_countries(draft: Draft) -> Iterator[Fault]:
    named = [("recipient.country", draft.recipient.country)]
    named += [(f"onward[{index}].country", onward.country) for index, onward in enumerate(draft.onward)]
    for at, country in named:
        if country not in COUNTRIES:
            yield Fault("contract.country_unknown", at, facts={"country": country})


def _of_onward(draft: Draft) -> Iterator[Fault]:
    for id_ in _twice([draft.recipient.id, *(onward.id for onward in draft.onward)]):
        yield Fault("contract.onward_twice", "onward", facts={"id": id_})
    senders = {onward.id: onward.sender for onward in draft.onward}
    for index, onward in enumerate(draft.onward):
        if onward.sender not in {draft.recipient.id, *senders}:
            yield Fault("contract.onward_unknown", f"onward[{index}].sender", facts={"id": onward.sender})
        elif not _starts_at(draft.recipient.id, onward.id, senders):
            yield Fault("contract.onward_cycle", f"onward[{index}].sender", facts={"id": onward.id})


def _starts_at(recipient: str, id_: str, senders: Mapping[str, str]) -> bool:
    """Does the chain behind an onward recipient begin with the contract's own, or run in a circle?"""
    passed: set[str] = set()
    while id_ in senders and id_ not in passed:
        passed.add(id_)
        id_ = senders[id_]
    return id_ == recipient or id_ not in senders


def _of_days(draft: Draft, on: date) -> Iterator[Fault]:
    if draft.ends_on < draft.starts_on:
        yield Fault("contract.ends_early", "ends_on")
    if draft.ends_on < on:
        yield Fault("contract.over", "ends_on", facts={"day": draft.ends_on.isoformat()})
    if draft.assessment.finished_on > min(on, draft.starts_on):
        yield Fault("contract.assessment_late", "assessment.finished_on")
    begin, until = draft.mechanism.valid_from, draft.mechanism.valid_until
    if begin is not None and until is not None and until < begin:
        yield Fault("contract.filing_backwards", "mechanism.valid_until")


def _twice(names: Iterator[str] | Sequence[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
