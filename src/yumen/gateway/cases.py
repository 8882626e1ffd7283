"""A record that would not be taken becomes a case with its reason: repaired and tried again, or dropped by people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.gateway import case_store as store
from yumen.gateway import presence_store
from yumen.gateway.capture import note_subjects
from yumen.gateway.case_store import Case
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("gateway.case_unknown", 404)
NOT_OPEN: Final = Code("gateway.case_not_open", 409)

RETRIED: Final = LeafKind("gateway.case_retried", "case", "contract")
DROPPED: Final = LeafKind("gateway.case_dropped", "case", "contract", "reason")

UNFIT: Final = "gateway.value_unfit"
"""A value that fits no change, or no name for the recipient: nothing was sent."""
SHARED: Final = "gateway.name_shared"
"""Somebody else is at the recipient under the same name: nothing was sent."""

DELETED: Final = "gateway.deleted_abroad"
"""The recipient deleted the person's record by itself: nothing is written there anew unless somebody retries this."""


async def open_many(uow: UnitOfWork, contract: str, refused: Sequence[tuple[SubjectId, str, str, str]]) -> None:
    """(person, transfer, code, field): one open case a person and contract, with the newest reason."""
    if refused:
        rows = [(new_id("gcs"), subject, key, code[:64], field[:100]) for subject, key, code, field in refused]
        await store.open_many(uow.conn, uow.handler, contract, rows, uow.now)


async def close_arrived(uow: UnitOfWork, contract: str, persons: Sequence[SubjectId]) -> None:
    """These have arrived after all."""
    if persons:
        await store.close_arrived(uow.conn, uow.handler, contract, persons, uow.now)


async def list_open(uow: UnitOfWork, after: str = "", limit: int = 100) -> list[Case]:
    """The oldest first."""
    return await store.list_open(uow.conn, uow.handler, after, limit)


@recorded
async def retry(uow: UnitOfWork, case: str) -> None:
    """Let the person be judged and sent anew, after a repair; also where the recipient had deleted them.

    Raises `gateway.case_unknown`, `gateway.case_not_open`.
    """
    known = await _open(uow, case)
    await store.close(uow.conn, case, "retried", uow.actor.id, None, uow.now)
    await presence_store.find_again(uow.conn, uow.handler, known.contract, known.subject)
    await note_subjects(uow, [known.subject])
    await trail.record(uow, RETRIED.name, known.subject, case=case, contract=known.contract)


@recorded
async def drop(uow: UnitOfWork, case: str, reason: str) -> None:
    """Give it up, for a reason (a code); the person is sent again when something changes in them.

    Not where the recipient deleted them: then a change only opens the case anew.

    Raises `gateway.case_unknown`, `gateway.case_not_open`.
    """
    known = await _open(uow, case)
    await store.close(uow.conn, case, "dropped", uow.actor.id, reason, uow.now)
    await trail.record(uow, DROPPED.name, known.subject, case=case, contract=known.contract, reason=reason)


async def _open(uow: UnitOfWork, case: str) -> Case:
    known = await store.lock(uow.conn, uow.handler, case)
    if known is None:
        raise UNKNOWN()
    if known.state != "open":
        raise NOT_OPEN(state=known.state)
    return known


__all__ = [
    "DELETED",
    "NOT_OPEN",
    "SHARED",
    "UNFIT",
    "UNKNOWN",
    "Case",
    "close_arrived",
    "drop",
    "list_open",
    "open_many",
    "retry",
]
