"""Staff route over what was refused: which requests were answered with a problem on a day, and how often."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.params import QueryParameter

from yumen.app import store
from yumen.kit.clock import shanghai_day
from yumen.kit.web import Edge, allow
from yumen.kit.web.moments import check_moments

REFUSALS_MAX: Final = 1_000


class RefusalView(msgspec.Struct):
    """`route` is a method and a path without its values, `code` that of the problem."""

    route: str
    code: str
    times: int
    last_at: datetime


class RefusalsView(msgspec.Struct):
    """Of one day in China, the most frequent first."""

    day: date
    items: list[RefusalView]


@get(
    "/staff/v1/refusals",
    opt=allow("refusal", "read"),
    summary="Which requests were refused on a day, and how often",
    description="Whoever asked was known; who it was is not kept. There a few seconds after the request.",
)
async def list_refusals(
    edge: Edge, on: Annotated[date | None, QueryParameter(name="day", description="In China; else today")] = None
) -> RefusalsView:
    check_moments({"#/query/day": on})
    async with edge.unit() as uow:
        day = on or shanghai_day(uow.now)
        rows = await store.list_refusals(uow.conn, uow.handler, day, REFUSALS_MAX)
    return RefusalsView(day, [RefusalView(**row) for row in rows])


ROUTES: Final = [list_refusals]
