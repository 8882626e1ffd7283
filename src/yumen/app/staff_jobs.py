"""Staff routes over jobs that failed for good: look, replay, discard; the two acts serve the command line too."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec
from litestar import get, post
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from yumen.kit import jobs
from yumen.kit.errors import Code
from yumen.kit.jobs import DeadLetter, Scalar
from yumen.kit.names import SNAKE
from yumen.kit.web import PAGE_MAX, Edge, Page, allow
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

REPLAYED: Final = LeafKind("job.replayed", "job", "name")
DISCARDED: Final = LeafKind("job.discarded", "job", "name", "reason")
REASON_UNFIT: Final = Code("jobs.reason_unfit", 422)
REASON_MAX: Final = 41

JobPath = Annotated[int, PathParameter(ge=1, le=2**53)]


class LetterView(msgspec.Struct):
    """`code` says why it failed the last time; `args` are ids and codes."""

    id: int
    name: str
    code: str
    attempts: int
    failed_at: datetime | None
    args: dict[str, Scalar]


class DiscardBody(msgspec.Struct, forbid_unknown_fields=True):
    reason: Annotated[
        str,
        Meta(pattern=SNAKE, min_length=3, max_length=REASON_MAX, description="A code, no names", examples=["obsolete"]),
    ]


@get("/staff/v1/jobs/dead", opt=allow("job", "read"), summary="Dead letters, the oldest first")
async def dead_letters(
    edge: Edge,
    cursor: Annotated[int, QueryParameter(ge=0, le=2**53)] = 0,
    limit: Annotated[int, QueryParameter(ge=1, le=PAGE_MAX)] = 50,
) -> Page[LetterView]:
    async with edge.unit() as uow:
        letters = await jobs.list_dead(uow.conn, cursor, limit + 1)
    more = len(letters) > limit
    return Page([_view(letter) for letter in letters[:limit]], str(letters[limit - 1].id) if more else None)


@post("/staff/v1/jobs/{job:int}/replay", opt=allow("job", "replay"), status_code=204, summary="Run it again")
async def replay(job: JobPath, edge: Edge) -> None:
    await edge.once(lambda uow: replay_letter(uow, job))


@post("/staff/v1/jobs/{job:int}/discard", opt=allow("job", "discard"), status_code=204, summary="Give it up")
async def discard(job: JobPath, data: DiscardBody, edge: Edge) -> None:
    await edge.once(lambda uow: discard_letter(uow, job, data.reason))


@recorded
async def replay_letter(uow: UnitOfWork, job: int) -> dict[str, str | int | None]:
    """Run it again from its first attempt. Raises `jobs.no_such_letter`, `jobs.still_waiting`."""
    letter = await jobs.show(uow.conn, job)
    await jobs.replay(uow.conn, job)
    await trail.record(uow, REPLAYED.name, job=job, name=letter.name)
    return {"job": job}


@recorded
async def discard_letter(uow: UnitOfWork, job: int, reason: str) -> dict[str, str | int | None]:
    """Give it up for a reason that the trail may tell. Raises `jobs.reason_unfit`, `jobs.no_such_letter`."""
    if re.search(SNAKE, reason) is None or len(reason) > REASON_MAX:
        raise REASON_UNFIT(at="/reason", most=REASON_MAX)
    letter = await jobs.show(uow.conn, job)
    await jobs.discard(uow.conn, job, reason)
    await trail.record(uow, DISCARDED.name, job=job, name=letter.name, reason=reason)
    return {"job": job}


def _view(letter: DeadLetter) -> LetterView:
    return LetterView(letter.id, letter.name, letter.code, letter.attempts, letter.failed_at, dict(letter.args))


ROUTES: Final = [dead_letters, replay, discard]
