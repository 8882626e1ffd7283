"""How far a mechanism reaches on a day: which filing serves a contract, and the last person who may pass under it.

Order 16 art. 5, 7, 8 since 2024-03-22; Order 11 art. 4 and Order 13 art. 4 before. The numbers are in `law`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from yumen.border.contract import ExportContract
from yumen.border.standing import Filing, Mechanisms, Route
from yumen.border.verdict import UNLIMITED, Room
from yumen.law import UnknownNumberError, crossborder, number

NOTHING: Final = Room(0, 0, 0)


def small_room(on: date) -> Room:
    """Without any filing: one person less than the first threshold, nobody sensitive. Before Order 16 nobody."""
    if crossborder.find_exemption("small", on) is None:
        return NOTHING
    return Room(number("export.general_mechanism", on).value - 1, number("export.sensitive_mechanism", on).value - 1)


def filed_room(on: date) -> Room:
    """Under a standard contract or a certificate: one person less than the threshold of the assessment."""
    return Room(number("export.general_assessment", on).value - 1, number("export.sensitive_assessment", on).value - 1)


def room_of(filing: Filing, mechanisms: Mechanisms, on: date) -> Room:
    """How far that filing reaches, if it serves at all on that day."""
    if filing.route is Route.ZONE_LIST:
        return _zone_room(filing, mechanisms, on)
    if filing.route is Route.ASSESSMENT:
        return Room(filing.general_max, filing.sensitive_max)
    if mechanisms.critical or _held_too_many(mechanisms, on):
        return NOTHING
    return filed_room(on)


def lapses_on(filing: Filing, on: date) -> date | None:
    """The last day on which the filing serves: its own end, its revocation, or the end of its life by law."""
    ends = [day for day in (filing.ends_on, _day_before(filing.revoked_on)) if day is not None]
    instrument = crossborder.find_mechanism(filing.route, filing.issued_on) or crossborder.find_mechanism(
        filing.route, on
    )
    if instrument is not None and instrument.validity is not None:  # the law of the day on which it was given
        years = number(instrument.validity, max(filing.issued_on, instrument.effective_on)).value
        ends.append(_years_after(filing.issued_on, years))
    return min(ends, default=None)


def serves(filing: Filing, on: date) -> bool:
    """Is it in force on that day, of a kind that was law on that day?"""
    last = lapses_on(filing, on)
    exists = filing.route is Route.ZONE_LIST or crossborder.find_mechanism(filing.route, on) is not None
    return exists and filing.issued_on <= on and (last is None or on <= last)


def find_filing(contract: ExportContract, filings: Sequence[Filing], route: Route) -> Filing | None:
    """The filing that the contract names, if it covers the contract; whether it serves is another question."""
    mechanism = contract.draft.mechanism
    named = (
        f for f in filings if f.route is route and mechanism.filing in (None, f.number) and f.zone == mechanism.zone
    )
    return max((f for f in named if f.covers(contract)), key=lambda f: f.issued_on, default=None)


def route_needed(general: int, sensitive: int, mechanisms: Mechanisms, on: date) -> str:
    """By which route a handler sends so many persons abroad in a year: `exempt`, `filing` or `assessment`.

    Exempt flows not counted. The whole handler is asked, as Order 16 art. 7 and 8 do (before: Order 11 art. 4).
    """
    if mechanisms.critical or _held_too_many(mechanisms, on):
        return "assessment"
    if sensitive >= number("export.sensitive_assessment", on).value:
        return "assessment"
    if general >= number("export.general_assessment", on).value:
        return "assessment"
    few = small_room(on)
    return "filing" if general > few.general_max or sensitive > few.sensitive_max else "exempt"


def _zone_room(filing: Filing, mechanisms: Mechanisms, on: date) -> Room:
    """A list whose numbers are not known frees nobody."""
    row = crossborder.find_zone_row(filing.zone or "", mechanisms.sector, mechanisms.scenario, on)
    if row is None or row.general_listed is None:
        return NOTHING
    return Room(UNLIMITED, UNLIMITED, row.general_listed - 1)


def _held_too_many(mechanisms: Mechanisms, on: date) -> bool:
    """Until Order 16 a handler of a million persons needed an assessment for any export (Order 11 art. 4(2))."""
    try:
        return mechanisms.persons_held >= number("export.held_assessment", on).value
    except UnknownNumberError:
        return False


def _years_after(day: date, years: int) -> date:
    """The day before that anniversary: three years from 1 March 2026 end on 28 February 2029."""
    try:
        anniversary = day.replace(year=day.year + years)
    except ValueError:  # 29 February
        anniversary = date(day.year + years, 3, 1)
    return date.fromordinal(anniversary.toordinal() - 1)


def _day_before(day: date | None) -> date | None:
    return None if day is None else date.fromordinal(day.toordinal() - 1)
