"""The meter's picture for people: every counter of a year, the exempt apart with the reason, the distinct beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from yumen.border import Counter, ViewRule, figures
from yumen.border.verdict import LIMITED
from yumen.gateway.gate import Gate
from yumen.kit.ids import HandlerId
from yumen.kit.work import UnitOfWork

WHY: Final[Mapping[Counter, str]] = {
    Counter.GENERAL: "meter.general",
    Counter.SENSITIVE: "meter.sensitive",
    Counter.ZONE: "export.zone_list",
    Counter.ROUND_TRIP: "export.round_trip",
    Counter.CONTRACT: "export.contract_necessity",
    Counter.EMPLOYEES: "export.human_resources",
    Counter.EMERGENCY: "export.emergency",
    Counter.OPENED: "meter.opened",
    Counter.REACHABLE: "meter.reachable",
}
"""The right by which the persons of a counter leave, or what it counts."""


def views_of(gate: Gate, handler: HandlerId) -> ViewRule | None:
    """Which persons a view from abroad books, and who decided that; None: nobody has, and nobody is shown abroad."""
    return gate.views.get(handler)


class Line(Struct, frozen=True):
    """One counter. `distinct`: persons among the booked after merges. `limited`: a line holds it."""

    counter: Counter
    booked: int
    adjusted: int
    distinct: int
    limited: bool
    why: str


async def of_year(uow: UnitOfWork, year: int) -> list[Line]:
    """Every counter in which anything was booked or added. It counts the rows of the year: no call for every second."""
    distinct = {one.counter: one.distinct for one in await figures.recount(uow, year)}
    return [
        Line(
            one.counter, one.booked, one.adjusted, distinct.get(one.counter, 0), one.counter in LIMITED,
            WHY[one.counter],
        )
        for one in await figures.read(uow, year)
    ]  # fmt: skip
