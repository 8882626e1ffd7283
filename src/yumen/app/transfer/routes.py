"""Beside another system: machines bring members, points, orders and consents as they change there.

For `agency_backend` and `erp` keys only. Every item has its own verdict, and what is here already changes nothing, so a
sender may repeat whatever it is not sure of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from litestar import post

from yumen.app.transfer import delivery_routes, past_routes
from yumen.app.transfer.batch import take_in
from yumen.app.transfer.importing import BUSY, TRIES_MAX
from yumen.app.transfer.kinds import kind_of
from yumen.app.transfer.lines import as_cells, checked
from yumen.app.transfer.shapes import (
    BroughtBody,
    BroughtView,
    ConsentItem,
    MemberItem,
    OrderItem,
    PointsItem,
    SourcePath,
    packed,
    unpacked,
)
from yumen.customer.identity import Apps, NamedMeanwhile
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork

MAY: Final = allow("inbound", "bring", bulk=True)


@post("/v1/inbound/{source:str}/members", opt=MAY, status_code=200, summary="Members of another system")
async def bring_members(source: SourcePath, data: BroughtBody[MemberItem], edge: Edge) -> BroughtView:
    return await _brought(edge, "members", source, data.items)


@post("/v1/inbound/{source:str}/points", opt=MAY, status_code=200, summary="Opening points, booked once by their lot")
async def bring_points(source: SourcePath, data: BroughtBody[PointsItem], edge: Edge) -> BroughtView:
    return await _brought(edge, "points", source, data.items)


@post("/v1/inbound/{source:str}/orders", opt=MAY, status_code=200, summary="Finished orders of another system")
async def bring_orders(source: SourcePath, data: BroughtBody[OrderItem], edge: Edge) -> BroughtView:
    return await _brought(edge, "orders", source, data.items)


@post("/v1/inbound/{source:str}/consents", opt=MAY, status_code=200, summary="Consents as another system tells them")
async def bring_consents(source: SourcePath, data: BroughtBody[ConsentItem], edge: Edge) -> BroughtView:
    return await _brought(edge, "consents", source, data.items)


async def _brought(edge: Edge, what: str, source: str, items: Sequence[msgspec.Struct]) -> BroughtView:
    async def story(uow: UnitOfWork) -> dict[str, str]:
        kind = kind_of(what, edge.use(Apps), uow.handler, uow.now)
        rows = [as_cells(msgspec.to_builtins(item)) for item in items]
        lines = [checked(number, row, kind.columns) for number, row in enumerate(rows, 1)]
        return {"verdicts": packed(await take_in(uow, kind, source, lines))}

    for _ in range(TRIES_MAX):
        try:
            outcome = await edge.once(story)
        except NamedMeanwhile:
            continue
        return unpacked(str(outcome["verdicts"]))
    raise BUSY()


ROUTES: Final = [bring_members, bring_points, bring_orders, bring_consents, *delivery_routes.ROUTES]
SHOPPER_ROUTES: Final = past_routes.ROUTES
