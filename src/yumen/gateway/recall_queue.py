"""The named queue for people: recalls that the machine could not finish, and those that are late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.gateway import presence_store, recall_store
from yumen.gateway.recall_settling import forget
from yumen.gateway.recall_store import Recall
from yumen.kit.errors import Code
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("gateway.recall_unknown", 404)
SETTLED: Final = LeafKind("recall.settled", "recall", "contract", "reason")
AGAIN: Final = LeafKind("recall.again", "recall", "contract")


async def list_overdue(uow: UnitOfWork) -> Sequence[tuple[str, int]]:
    """Contracts whose recipients have not taken somebody back in time, or refused to, and how many persons."""
    return await recall_store.list_overdue(uow.conn, uow.handler, uow.now)


async def list_unclosed(uow: UnitOfWork, state: str | None = None, after: str = "", limit: int = 100) -> list[Recall]:
    """Recalls under way (`open`) and those that wait for people, the oldest first."""
    return await recall_store.list_unclosed(uow.conn, uow.handler, state, after, limit)


@recorded
async def settle(uow: UnitOfWork, recall: str, reason: str) -> None:
    """A person looked: the recipient confirmed outside this house that they are gone (a code says how).

    Raises `gateway.recall_unknown`.
    """
    known = await recall_store.lock(uow.conn, uow.handler, recall)
    if known is None or known.state not in ("open", "people"):
        raise UNKNOWN()
    await recall_store.close(uow.conn, [(recall, "done", reason, False)], uow.actor.id, uow.now)
    await trail.record(uow, SETTLED.name, known.subject, recall=recall, contract=known.contract, reason=reason)
    await forget(uow, await presence_store.get_many(uow.conn, [known.presence_id]))


@recorded
async def try_again(uow: UnitOfWork, recall: str) -> None:
    """Back from people to the machine, after a repair at the recipient. Raises `gateway.recall_unknown`."""
    known = await recall_store.lock(uow.conn, uow.handler, recall)
    if known is None or known.state != "people":
        raise UNKNOWN()
    await recall_store.again(uow.conn, recall, uow.now)
    await trail.record(uow, AGAIN.name, known.subject, recall=recall, contract=known.contract)
