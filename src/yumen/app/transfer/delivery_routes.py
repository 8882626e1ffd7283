"""Staff routes over deliveries: the log, and once more."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import get, post
from litestar.params import FromQuery, PathParameter, QueryParameter

from yumen.app.transfer import delivery_store as store
from yumen.app.transfer.delivery import SEND, Endpoints
from yumen.kit.errors import Code
from yumen.kit.jobs import Jobs
from yumen.kit.web import PAGE_MAX, Edge, Page, allow
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail

UNKNOWN: Final = Code("delivery.unknown", 404)
REPLAYED: Final = trail.LeafKind("delivery.replayed", "delivery", "event")

DeliveryPath = Annotated[str, PathParameter(pattern="^dlv_[0-9a-hjkmnp-tv-z]{26}$")]
Cursor = Annotated[str, QueryParameter(pattern="^(dlv_[0-9a-hjkmnp-tv-z]{26})?$")]


class DeliveryView(msgspec.Struct):
    """`last_code` says why the last attempt failed; `body` is what was or will be told."""

    id: str
    endpoint: str
    event: str
    state: str
    attempts: int
    last_code: str | None
    made_at: datetime
    tried_at: datetime | None
    delivered_at: datetime | None
    body: dict[str, str | int]


@get("/staff/v1/deliveries", opt=allow("delivery", "read"), summary="What other systems were told, the oldest first")
async def list_deliveries(
    edge: Edge,
    cursor: Cursor = "",
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 50,
    status: FromQuery[Literal["waiting", "delivered", "refused"] | None] = None,
) -> Page[DeliveryView]:
    async with edge.unit() as uow:
        found = await store.list_page(uow.conn, uow.handler, status, cursor, limit + 1)
    return Page([_view(one) for one in found[:limit]], found[limit - 1].id if len(found) > limit else None)


@post(
    "/staff/v1/deliveries/{delivery:str}/replay",
    opt=allow("delivery", "replay"),
    status_code=204,
    summary="Tell it once more",
)
async def replay_delivery(delivery: DeliveryPath, edge: Edge) -> None:
    await edge.once(lambda uow: replay(uow, delivery))


@recorded
async def replay(uow: UnitOfWork, name: str) -> dict[str, str | int | None]:
    """Let it wait again and be sent anew. Raises `delivery.unknown`."""
    delivery = await store.lock(uow.conn, uow.handler, name)
    if delivery is None:
        raise UNKNOWN()
    await store.wait_again(uow.conn, name)
    endpoint = uow.use(Endpoints).by_name.get(delivery.endpoint)
    if endpoint is not None and endpoint.url is not None:
        await uow.use(Jobs).defer(uow.conn, SEND, {"delivery": name, "handler": uow.handler})
    await trail.record(uow, REPLAYED.name, delivery=name, event=delivery.event)
    return {"delivery": name}


def _view(one: store.Delivery) -> DeliveryView:
    return DeliveryView(
        one.id, one.endpoint, one.event, one.state, one.attempts, one.last_code, one.made_at, one.tried_at,
        one.delivered_at, dict(one.body),
    )  # fmt: skip


ROUTES: Final = [list_deliveries, replay_delivery]
