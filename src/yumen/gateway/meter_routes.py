"""Staff routes of the meter: every counter of a year, what was added beside bookings, corrections by two people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from litestar import get, post

from yumen.border import figures
from yumen.gateway import metering
from yumen.gateway.border_shapes import (
    ChangeCursor,
    ChangedView,
    ChangeView,
    CorrectBody,
    CorrectionBody,
    MeterLineView,
    MeterView,
    ViewRuleView,
    Year,
)
from yumen.gateway.gate import Gate
from yumen.gateway.shapes import Limit, ProposedView, counter_name
from yumen.kit.clock import shanghai_day
from yumen.kit.i18n import text
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]


@get(
    "/staff/v1/gateway/meter",
    opt=allow("gateway", "read"),
    summary="Persons of a year in every counter, those exempt apart with the reason, the distinct ones beside",
)
async def read_meter(edge: Edge, year: Year = None) -> MeterView:
    async with edge.unit() as uow:
        counted = year or shanghai_day(uow.now).year
        found = await metering.of_year(uow, counted)
    items = [
        MeterLineView(
            counter_name(one.counter), one.booked, one.adjusted, one.distinct, one.limited, one.why,
            text(one.why, edge.language),
        )
        for one in found
    ]  # fmt: skip
    rule = metering.views_of(edge.use(Gate), edge.actor.handler)
    views = None if rule is None else ViewRuleView(rule.books.value, rule.decided_by, rule.decided_on)
    return MeterView(counted, items, views)


@get(
    "/staff/v1/gateway/meter/changes",
    opt=allow("gateway", "read"),
    summary="What was added to or taken from a year beside bookings, each with its source, the oldest first",
)
async def list_changes(edge: Edge, year: Year = None, cursor: ChangeCursor = "", limit: Limit = 50) -> Page[ChangeView]:
    async with edge.unit() as uow:
        found = await figures.changes(uow, year or shanghai_day(uow.now).year, cursor, limit + 1)
    return Page([ChangeView.of(one) for one in found[:limit]], found[limit - 1].id if len(found) > limit else None)


@post(
    "/staff/v1/gateway/meter/proposals",
    opt=allow("gateway", "correct"),
    summary="Put a correction, or a flow beside the gate, before a second person",
)
async def propose_correction(data: CorrectionBody, edge: Edge) -> ProposedView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"approval": await figures.propose(uow, data.correction())}

    return ProposedView(str((await edge.once(story))["approval"]))


@post(
    "/staff/v1/gateway/meter/changes",
    opt=allow("gateway", "correct"),
    summary="Correct the meter, or declare a flow beside the gate, as a second person approved (`border.correction`)",
)
async def correct(data: CorrectBody, edge: Edge) -> ChangedView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"change": await figures.correct(uow, data.correction(), data.approval_id)}

    return ChangedView(str((await edge.once(story))["change"]))


ROUTES: Final = [read_meter, list_changes, propose_correction, correct]
