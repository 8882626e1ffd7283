"""Where the mini-program sends its measurements, and how many came, for staff."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import QueryParameter

from yumen.customer.identity import Apps
from yumen.kit.clock import shanghai_day
from yumen.kit.web import Edge, allow
from yumen.kit.work import Actor, ActorKind
from yumen.monitoring import beacons
from yumen.monitoring.beacons import Batch, DayCount

Days = Annotated[int, QueryParameter(ge=1, le=90, description="Today and so many days before, in China")]


class CountsView(msgspec.Struct):
    since: date
    items: list[DayCount]


@post(
    "/v1/beacons",
    opt=allow("beacon", "send"),
    status_code=204,
    summary="Measurements of a visit: durations, counts, codes; nothing about a person",
)
async def take(data: Batch, edge: Edge) -> None:
    app = edge.use(Apps).named(data.app, at="/app")
    async with edge.unit(Actor(ActorKind.SYSTEM, "beacons", app.handler)) as uow:
        await beacons.take(uow, app, data)


@get("/staff/v1/beacons/counts", opt=allow("beacon", "read"), summary="How many measurements came, by day and kind")
async def list_counts(edge: Edge, days: Days = 7) -> CountsView:
    async with edge.unit() as uow:
        since = shanghai_day(uow.now) - timedelta(days=days - 1)
        return CountsView(since, list(await beacons.list_counts(uow, since)))


ROUTES: Final = [take]
STAFF_ROUTES: Final = [list_counts]
