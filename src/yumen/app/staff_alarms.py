"""Staff routes over alarms: see what somebody should look at, and say that it was seen to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import PathParameter, QueryParameter

from yumen.app import alarms, store
from yumen.kit.i18n import text
from yumen.kit.web import PAGE_MAX, Edge, Page, allow
from yumen.kit.work import UnitOfWork

AlarmPath = Annotated[int, PathParameter(ge=1, le=2**53)]


class AlarmView(msgspec.Struct):
    """`text` says in the caller's language what `code` means, `place` where; `times` counts while it is open."""

    id: int
    code: str
    text: str
    place: str
    times: int
    raised_at: datetime
    last_at: datetime
    cleared_at: datetime | None
    cleared_by: str | None


@get("/staff/v1/alarms", opt=allow("alarm", "read"), summary="What somebody should look at, the oldest first")
async def list_alarms(
    edge: Edge,
    only_open: Annotated[bool, QueryParameter(name="open")] = True,
    cursor: Annotated[int, QueryParameter(ge=0, le=2**53)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 50,
) -> Page[AlarmView]:
    async with edge.unit() as uow:
        rows = await store.list_alarms(uow.conn, uow.handler, cursor, limit + 1, only_open=only_open)
    items = [AlarmView(text=text(f"alarm.{row['code']}", edge.language), **row) for row in rows[:limit]]
    return Page(items, str(items[-1].id) if len(rows) > limit else None)


@post("/staff/v1/alarms/{alarm:int}/clear", opt=allow("alarm", "clear"), status_code=204, summary="It was seen to")
async def clear_alarm(alarm: AlarmPath, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> dict[str, int]:
        await alarms.clear(uow, alarm)
        return {"alarm": alarm}

    await edge.once(story)


ROUTES: Final = [list_alarms, clear_alarm]
