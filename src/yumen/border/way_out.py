"""By which right personal information leaves on a day: an exemption, a filing, or being few. No person is asked."""

from __future__ import annotations

from datetime import date
from typing import Final

from yumen.border.contract import EXEMPT_BASES, Exemption, ExportContract, MechanismKind
from yumen.border.headroom import NOTHING, find_filing, room_of, serves, small_room
from yumen.border.standing import Mechanisms, Route
from yumen.border.verdict import Allow, Counter, Hold, Room
from yumen.law import crossborder

Right = Allow | Hold

NO_EXEMPTION: Final = Hold("export.exemption_unknown", "pipl_38")
NO_MECHANISM: Final = Hold("export.mechanism_missing", "pipl_38")
LAPSED: Final = Hold("export.mechanism_lapsed", "pipl_38")
CRITICAL: Final = Hold("export.critical_needs_assessment", "pipl_40")
OTHER_GROUND: Final = Hold("export.exemption_unfit", "order16_5")
PERFORMED_HERE: Final = Hold("export.performed_here", "order16_5_1")
ZONE_SILENT: Final = Hold("export.zone_list_silent", "order16_6")

EXEMPT: Final = {
    Exemption.ROUND_TRIP: (Counter.ROUND_TRIP, "order16_4"),
    Exemption.CONTRACT_NECESSITY: (Counter.CONTRACT, "order16_5_1"),
    Exemption.HUMAN_RESOURCES: (Counter.EMPLOYEES, "order16_5_2"),
    Exemption.EMERGENCY: (Counter.EMERGENCY, "order16_5_3"),
}

IN_GROUPS: Final = Allow("export.aggregate", "pipl_4", Counter(0), Room(), "pipl_4")
AT_HOME: Final = Allow("export.domestic", "pipl_23", Counter(0), Room(), "pipl_23")


def way_out(contract: ExportContract, mechanisms: Mechanisms, on: date) -> tuple[Right, Right]:
    """By which right a grown-up's data leaves, and a child's (all of which is sensitive)."""
    draft = contract.draft
    if not contract.leaves_the_mainland:
        return AT_HOME, AT_HOME
    filed = draft.mechanism.kind not in (MechanismKind.EXEMPT, MechanismKind.DOMESTIC)
    assessed = draft.mechanism.kind is MechanismKind.ASSESSMENT
    if draft.important and not assessed:
        important = Hold("export.important_needs_assessment", _cited(Route.ASSESSMENT, on))
        return important, important
    if not contract.personal and not draft.important:
        return IN_GROUPS, IN_GROUPS
    if not filed and draft.mechanism.exemption is not Exemption.SMALL:
        return _by_exemption(contract, mechanisms, on)
    if mechanisms.critical and not assessed:
        return CRITICAL, CRITICAL
    return _by_filing(contract, mechanisms, on) if filed else _by_being_few(contract, on)


def _by_exemption(contract: ExportContract, mechanisms: Mechanisms, on: date) -> tuple[Right, Right]:
    exemption = contract.draft.mechanism.exemption
    if exemption is None or crossborder.find_exemption(exemption, on) is None:
        return NO_EXEMPTION, NO_EXEMPTION
    if exemption in EXEMPT:
        counter, article = EXEMPT[exemption]
        if EXEMPT_BASES.get(exemption, contract.draft.basis) is not contract.draft.basis:
            return OTHER_GROUND, OTHER_GROUND
        if exemption is Exemption.CONTRACT_NECESSITY and not contract.draft.mechanism.performed_abroad:
            return PERFORMED_HERE, PERFORMED_HERE
        allowed = Allow(f"export.{exemption}", article, counter, Room(), article)
        return allowed, allowed
    filing = find_filing(contract, mechanisms.filings, Route.ZONE_LIST)
    if filing is None or not serves(filing, on):
        return ZONE_SILENT, ZONE_SILENT
    room = room_of(filing, mechanisms, on)
    if room == NOTHING or contract.sensitive:
        return ZONE_SILENT, ZONE_SILENT
    return Allow("export.zone_list", "order16_6", Counter.ZONE, room, "order16_6"), ZONE_SILENT


def _by_filing(contract: ExportContract, mechanisms: Mechanisms, on: date) -> tuple[Right, Right]:
    route = Route(contract.draft.mechanism.kind)
    filing = find_filing(contract, mechanisms.filings, route)
    if filing is None or filing.issued_on > on or crossborder.find_mechanism(route, on) is None:
        return NO_MECHANISM, NO_MECHANISM
    if not serves(filing, on):
        return LAPSED, LAPSED
    line = "ndsmr_38" if route is Route.ASSESSMENT else _cited(Route.ASSESSMENT, on)
    return _within(contract, room_of(filing, mechanisms, on), f"export.{route}", _cited(route, on), line)


def _by_being_few(contract: ExportContract, on: date) -> tuple[Right, Right]:
    return _within(contract, small_room(on), "export.small", "order16_5_4", "order16_8")


def _within(contract: ExportContract, room: Room, code: str, article: str, line: str) -> tuple[Right, Right]:
    """Whoever has any room at all may ask for it; the booking says whether some is left."""
    counters = Counter.SENSITIVE if contract.sensitive else Counter(0)
    if contract.general:
        counters |= Counter.GENERAL
    closed = (counters & Counter.GENERAL and not room.general_max) or (
        counters & Counter.SENSITIVE and not room.sensitive_max
    )
    grown = NO_MECHANISM if closed else Allow(code, article, counters, room, line)
    child = Allow(code, article, Counter.SENSITIVE, room, line) if room.sensitive_max else NO_MECHANISM
    return grown, child


def _cited(route: Route, on: date) -> str:
    instrument = crossborder.find_mechanism(route, on)
    return instrument.article if instrument is not None else "pipl_38"
