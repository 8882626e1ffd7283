"""Look ahead: when will the line be reached, what would a plan use, and the alarms on the way there."""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct

from yumen.border import Allow, Counter, Crossing, Room, figures, filings, forecast, prepare
from yumen.border.verdict import LIMITED, UNLIMITED
from yumen.gateway.gate import Gate
from yumen.kit.clock import shanghai_day
from yumen.kit.work import UnitOfWork

ROOMS: Final = {Counter.GENERAL: "general_max", Counter.SENSITIVE: "sensitive_max", Counter.ZONE: "zone_max"}


class Outlook(Struct, frozen=True):
    """One counter of the year: persons booked, corrections and declared flows, the nearest line, the crossing.

    `most` is the last person who may pass (None: no line); `fits` says whether the plan does.
    """

    counter: Counter
    booked: int
    adjusted: int
    most: int | None
    crossing: Crossing | None
    fits: bool


async def room(uow: UnitOfWork, gate: Gate) -> Room:
    """The nearest line of each counter over all contracts in force; where there is none, no line."""
    rules = await filings.rules(uow, gate.data_map, gate.what_is(uow.handler))
    day = shanghai_day(uow.now)
    judged = [prepare(one, rules.mechanisms, day).grown for one in rules.contracts.values()]
    nearest: dict[Counter, int] = dict.fromkeys(LIMITED, UNLIMITED)
    for allowed in judged:
        if isinstance(allowed, Allow):
            for counter, name in ROOMS.items():
                if allowed.counters & counter:
                    nearest[counter] = min(nearest[counter], getattr(allowed.room, name))
    return Room(*(nearest[counter] for counter in LIMITED))


async def look_ahead(uow: UnitOfWork, gate: Gate, add: int = 0) -> list[Outlook]:
    """Every limited counter that is used or would be, with `add` persons more at once. Asks, books nothing."""
    lines, today = await room(uow, gate), shanghai_day(uow.now)
    read = {figure.counter: figure for figure in await figures.read(uow, today.year)}
    found = []
    for counter, name in ROOMS.items():
        most, figure = getattr(lines, name), read.get(counter)
        if figure is None and most >= UNLIMITED:
            continue
        booked, adjusted = (figure.booked, figure.adjusted) if figure else (0, 0)
        found.append(await _outlook(uow, counter, booked, adjusted, most, today, add))
    return found


async def _outlook(
    uow: UnitOfWork, counter: Counter, booked: int, adjusted: int, most: int, today: date, add: int
) -> Outlook:
    if most >= UNLIMITED:
        return Outlook(counter, booked, adjusted, None, None, fits=True)
    per_day = await figures.per_day(uow, today.year, counter)
    crossing = forecast(per_day, booked + adjusted, most, today, add)
    return Outlook(counter, booked, adjusted, most, crossing, fits=crossing.left >= 0)


async def raise_alarms(uow: UnitOfWork, gate: Gate) -> list[figures.MeterReached]:
    """Say each level of the nearest line that was reached, once a year."""
    return await figures.raise_alarms(uow, await room(uow, gate), gate.alarms.get(uow.handler, ()))
