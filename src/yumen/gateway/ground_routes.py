"""Staff routes of what was found true of a person: an emergency, or that it was collected abroad."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from litestar import get, post

from yumen.customer import identity
from yumen.gateway import grounds
from yumen.gateway.border_shapes import (
    GroundBody,
    GroundCursor,
    GroundPath,
    GroundView,
    SaidGroundView,
    SayBody,
)
from yumen.gateway.shapes import Limit, ProposedView
from yumen.kit.clock import shanghai_day
from yumen.kit.web import Edge, Page, allow
from yumen.kit.work import UnitOfWork

Outcome = Mapping[str, str | int | None]


@get(
    "/staff/v1/gateway/grounds",
    opt=allow("gateway", "read"),
    summary="What was found true of persons, on which a ground of export stands, the oldest first",
)
async def list_grounds(edge: Edge, cursor: GroundCursor = "", limit: Limit = 50) -> Page[GroundView]:
    async with edge.unit() as uow:
        found = await grounds.list_said(uow, cursor, limit + 1)
        meant = await identity.people.find(uow.conn, uow.handler, [one.subject for one in found])
        today = shanghai_day(uow.now)
    items = [
        GroundView(
            one.id,
            None if meant[one.subject].erased else meant[one.subject].ref,
            one.fact,
            one.reason,
            one.until_on,
            one.ended_at is None and today <= one.until_on,
            one.said_at,
            one.ended_at,
        )
        for one in found[:limit]
    ]
    return Page(items, items[-1].id if len(found) > limit else None)


@post(
    "/staff/v1/gateway/grounds/proposals",
    opt=allow("gateway", "ground"),
    summary="Put what was found true of a person before a second person",
)
async def propose_ground(data: GroundBody, edge: Edge) -> ProposedView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"approval": await grounds.propose(uow, data.ground())}

    return ProposedView(str((await edge.once(story))["approval"]))


@post(
    "/staff/v1/gateway/grounds",
    opt=allow("gateway", "ground"),
    summary="Say that it is true, as a second person approved (`gateway.ground`)",
)
async def say_ground(data: SayBody, edge: Edge) -> SaidGroundView:
    async def story(uow: UnitOfWork) -> Outcome:
        return {"ground": await grounds.say(uow, data.ground(), data.approval_id)}

    return SaidGroundView(str((await edge.once(story))["ground"]))


@post(
    "/staff/v1/gateway/grounds/{ground:str}/end",
    opt=allow("gateway", "ground"),
    status_code=204,
    summary="It holds no longer; who left by it is judged anew",
)
async def end_ground(ground: GroundPath, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await grounds.end(uow, ground)
        return {}

    await edge.once(story)


ROUTES: Final = [list_grounds, propose_ground, say_ground, end_ground]
