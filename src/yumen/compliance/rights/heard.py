"""What a person asked at a recipient abroad: open until staff have answered it, with its clock (PIPL art. 50).

Whatever leaves has already stopped when a request to delete, restrict or withdraw was heard; here it is answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from yumen.compliance.rights import store
from yumen.compliance.rights.erasure import Erasure, erase
from yumen.compliance.rights.store import Request
from yumen.customer import identity
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.law.numbers import number
from yumen.security import trail
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("rights.request_unknown", 404)
SETTLED_ALREADY: Final = Code("rights.settled_already", 409)

OPENED: Final = LeafKind("rights.opened", "request", "right", "source", "heard")
SETTLED: Final = LeafKind("rights.settled", "request", "right", "answer")


class Answer(StrEnum):
    """`CARRIED_OUT` of a request to delete erases the person here as well."""

    CARRIED_OUT = "carried_out"
    REFUSED = "refused"
    NOT_OURS = "not_ours"


@recorded
async def open_request(uow: UnitOfWork, subject: SubjectId, right: str, source: str, heard: str) -> bool:
    """Write down what was asked at `source`. False when this statement has been written down before."""
    asked = store.Heard(new_id("rrq"), right, subject, source, heard, uow.now, _due(uow.now))
    if not await store.insert_heard(uow.conn, uow.handler, uow.actor.id, asked):
        return uow.unchanged(False)
    await trail.record(uow, OPENED.name, subject, request=asked.id, right=right, source=source, heard=heard)
    return True


@recorded
async def settle(uow: UnitOfWork, request: str, answer: Answer) -> None:
    """Answer it. Raises `rights.request_unknown`, `rights.settled_already`."""
    asked = await store.lock(uow.conn, uow.handler, request)
    if asked is None:
        raise UNKNOWN()
    if asked.settled:
        raise SETTLED_ALREADY()
    done = Erasure(0, 0)
    if asked.kind == "delete" and answer is Answer.CARRIED_OUT:
        meant = await identity.people.find(uow.conn, uow.handler, [asked.subject])  # who may stand for them since
        done = await erase(uow, meant[asked.subject].person, "asked_abroad")
    await store.settle(uow.conn, request, answer.value, uow.actor.id, uow.now, done.rows, done.kept)
    await trail.record(uow, SETTLED.name, asked.subject, request=request, right=asked.kind, answer=answer.value)


async def list_open(uow: UnitOfWork, after: str, limit: int) -> Sequence[Request]:
    """What waits for an answer, the oldest first; `after` is the id after which to go on."""
    return await store.list_open(uow.conn, uow.handler, after, limit)


async def sources_overdue(uow: UnitOfWork) -> Sequence[str]:
    """The recipients at which somebody asked what has not been answered in time."""
    return await store.sources_overdue(uow.conn, uow.handler, uow.now)


def _due(now: datetime) -> datetime:
    """Within as many calendar days as the law gives working days, which is never later than the law's own day."""
    return now + timedelta(days=number("rights.response", shanghai_day(now)).value)
