"""What a shopper bought where the brand sold before: history, shown as it was brought."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec
from litestar import get
from litestar.params import QueryParameter

from yumen.app.transfer import order_store
from yumen.app.transfer.orders import PastLine
from yumen.customer.identity import subjects
from yumen.kit.web import PAGE_MAX, Edge, Page, allow

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
Cursor = Annotated[
    str,
    QueryParameter(pattern="^([0-9]{1,17}[.][A-Za-z0-9._:-]{1,128})?$", description="`next_cursor` of the page before"),
]


class PastOrderView(msgspec.Struct):
    """A finished order of another system, by the number it has there."""

    source: str
    number: str
    state: str
    total_fen: int
    refunded_fen: int
    placed_at: datetime
    lines: list[PastLine]


@get("/v1/past-orders", opt=allow("order", "read"), summary="What I bought elsewhere before, the newest first")
async def list_past(
    edge: Edge, cursor: Cursor = "", limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 20
) -> Page[PastOrderView]:
    async with edge.unit() as uow:
        family = await subjects.family(uow.conn, edge.subject)
        rows = await order_store.list_of(uow.conn, family, _place(cursor), limit + 1)
    items = [msgspec.convert(row, PastOrderView) for row in rows[:limit]]
    return Page(items, _cursor(items[-1]) if len(rows) > limit else None)


def _place(cursor: str) -> tuple[datetime, str] | None:
    at, _, number = cursor.partition(".")
    return (EPOCH + int(at) * MICROSECOND, number) if cursor else None


def _cursor(last: PastOrderView) -> str:
    return f"{(last.placed_at - EPOCH) // MICROSECOND}.{last.number}"


ROUTES: Final = [list_past]
