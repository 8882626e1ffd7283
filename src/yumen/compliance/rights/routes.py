"""Routes of a person's rights: what is kept, a copy of it, leaving; and what was asked, for staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal, cast

import msgspec
from litestar import get, post
from litestar.params import PathParameter, QueryParameter

from yumen.compliance.rights import heard, requests
from yumen.compliance.rights.copying import Part
from yumen.compliance.rights.information import Said, told
from yumen.compliance.rights.store import Request
from yumen.kit.clock import shanghai_day
from yumen.kit.ids import SubjectId
from yumen.kit.web import PAGE_MAX, Edge, Page, allow
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import DataMap

Cursor = Annotated[str, QueryParameter(pattern="^(rrq_[0-9a-hjkmnp-tv-z]{26})?$", description="`next_cursor`")]
Limit = Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)]
Open = Annotated[bool, QueryParameter(name="open", description="only what waits for an answer")]
RequestPath = Annotated[str, PathParameter(pattern="^rrq_[0-9a-hjkmnp-tv-z]{26}$")]
Outcome = Mapping[str, str | int | None]


class InformationView(msgspec.Struct):
    """What is kept about a shopper, in the language asked for."""

    items: list[Said]


Fact = str | int | bool | None
Line = Mapping[str, Fact | Mapping[str, Fact] | list[Mapping[str, Fact]]]
Told = str | int | list[str | Line]
"""A value of a copy: one, or a list of them or of lines that say what each belongs to."""


class PartView(msgspec.Struct):
    """What one holding keeps about the person, by the field's name."""

    holding: str
    values: Mapping[str, Told]


class CopyView(msgspec.Struct):
    """Everything kept about the person, opened; `format` names its layout."""

    request: str
    made_at: datetime
    parts: list[PartView]
    format: Literal["yumen-data-copy/1"] = "yumen-data-copy/1"


class DeletionBody(msgspec.Struct, forbid_unknown_fields=True):
    """The word says that a person meant it."""

    confirm: Literal["delete"]


class AnswerBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the person was told."""

    answer: heard.Answer


class DeletionView(msgspec.Struct):
    """`erased` rows are gone and their keys destroyed; `kept` ones law keeps a while, for nothing else."""

    request: str
    erased: int
    kept: int


@get(
    "/v1/information",
    opt=allow("information", "read"),
    summary="What is kept about a shopper: why, on which ground, how long",
)
async def list_information(edge: Edge) -> InformationView:
    return InformationView(told(edge.use(DataMap).holdings, edge.language, shanghai_day(edge.work.clock.now())))


@post("/v1/data-copy", opt=allow("own_data", "copy"), status_code=200, summary="A copy of everything kept about me")
async def copy_data(edge: Edge) -> CopyView:
    async with edge.unit() as uow:
        request, parts = await requests.ask_copy(uow, edge.subject)
        return CopyView(request, uow.now, [PartView(one.holding, _told(one)) for one in parts])


@post(
    "/v1/account/deletion",
    opt=allow("own_data", "delete"),
    status_code=200,
    summary="Delete my account now",
    description="Ends every session. What law keeps (orders, answers to notices) stays sealed and is used for nothing "
    "else; `GET /v1/information` says how long.",
)
async def delete_account(data: DeletionBody, edge: Edge) -> DeletionView:
    outcome = await edge.once(lambda uow: _deleted(uow, edge.subject))
    return msgspec.convert(outcome, DeletionView)


def _told(part: Part) -> Mapping[str, Told]:
    """As holdings hand over: they know only `object`, and a right is not refused for a shape."""
    return cast("Mapping[str, Told]", part.values)


async def _deleted(uow: UnitOfWork, subject: SubjectId) -> Outcome:
    request, done = await requests.ask_deletion(uow, subject)
    return {"request": request, "erased": done.rows, "kept": done.kept}


@get(
    "/staff/v1/rights/requests",
    opt=allow("rights_request", "list"),
    summary="What persons asked: all, the newest first, or what is open, the oldest first",
)
async def list_requests(edge: Edge, cursor: Cursor = "", limit: Limit = 50, is_open: Open = False) -> Page[Request]:
    async with edge.unit() as uow:
        if is_open:
            found = await heard.list_open(uow, cursor, limit + 1)
        else:
            found = await requests.list_requests(uow, cursor, limit + 1)
    more = len(found) > limit
    return Page(list(found[:limit]), found[limit - 1].id if more else None)


@post(
    "/staff/v1/rights/requests/{request_id:str}/settle",
    opt=allow("rights_request", "settle"),
    status_code=204,
    summary="Answer what a person asked at a recipient abroad",
    description="`carried_out` of a request to delete erases the person here too; everything else you have done first.",
)
async def settle_request(request_id: RequestPath, data: AnswerBody, edge: Edge) -> None:
    async def story(uow: UnitOfWork) -> Outcome:
        await heard.settle(uow, request_id, data.answer)
        return {}

    await edge.once(story)


ROUTES: Final = [list_information, copy_data, delete_account]
STAFF_ROUTES: Final = [list_requests, settle_request]
