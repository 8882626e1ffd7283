"""Staff routes over what the border decides: the meter ahead, closures, requests of foreign authorities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from litestar import get, post
from litestar.params import QueryParameter

from yumen.border import Counter, authority
from yumen.gateway import closing, foresight
from yumen.gateway.gate import Gate
from yumen.gateway.shapes import (
    AuthorityBody,
    AuthorityView,
    ClosurePath,
    ClosuresView,
    ClosureView,
    OutlooksView,
    ReopenBody,
    counter_name,
    outlook_of,
)
from yumen.kit.web import Edge, allow
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]
Add = Annotated[int, QueryParameter(ge=0, le=100_000_000, description="Persons that a plan would add at once")]


@get(
    "/staff/v1/gateway/outlook",
    opt=allow("gateway", "read"),
    summary="The meter's nearest lines, when they would be reached, and what a plan would use",
)
async def outlook(edge: Edge, add: Add = 0) -> OutlooksView:
    async with edge.unit() as uow:
        found = await foresight.look_ahead(uow, uow.use(Gate), add)
    return OutlooksView([outlook_of(one) for one in found])


@get("/staff/v1/gateway/closures", opt=allow("gateway", "read"), summary="Differences that closed the border")
async def list_closures(edge: Edge) -> ClosuresView:
    async with edge.unit() as uow:
        found = await closing.list_closed(uow)
    return ClosuresView(
        [
            ClosureView(one.id, one.year, counter_name(Counter(one.counter)), one.booked, one.counted, one.closed_at)
            for one in found
        ]
    )


@post(
    "/staff/v1/gateway/closures/{closure:str}/reopen",
    opt=allow("gateway", "reopen"),
    status_code=204,
    summary="Explain a difference and open the border, as a second person approved (`gateway.reopen`)",
)
async def reopen(closure: ClosurePath, data: ReopenBody, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await closing.reopen(uow, closure, data.reason, data.approval_id)
        return {}

    await edge.once(story)


@post(
    "/staff/v1/gateway/authority-requests",
    opt=allow("gateway", "block"),
    summary="A court or agency abroad asked for data: block it and raise the alarm (PIPL art. 41)",
)
async def block_authority(data: AuthorityBody, edge: Edge) -> AuthorityView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"request": await authority.block(uow, data.country, data.recipient)}

    return AuthorityView(str((await edge.once(story))["request"]))


ROUTES: Final = [outlook, list_closures, reopen, block_authority]
