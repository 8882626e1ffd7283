"""The ledger: what was asked for each person, what became of it, and what waits to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from yumen.border import transfer_store as store
from yumen.border.booking import State, Way
from yumen.border.reader import Cleared
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

PAGE_MAX: Final = 10_000
STRANDED_MAX: Final = 100

BEFORE: Final[Mapping[State, tuple[State, ...]]] = {
    State.SENT: (State.QUEUED,),
    State.ARRIVED: (State.QUEUED, State.SENT),
    State.REJECTED: (State.QUEUED, State.SENT),
    State.RECALL_PLANNED: (State.QUEUED, State.SENT, State.ARRIVED, State.REJECTED),
    State.RECALLED: (State.RECALL_PLANNED,),
}
"""From which states each may be reached. Refused and seen are final; nothing is ever unbooked."""


class Transfer(Struct, frozen=True):
    """One row about a person, in codes. `contract` is None for a row whose contract is not in the table."""

    key: UUID
    contract: str | None
    version: int | None
    way: Way
    verdict: int
    code: str
    state: State
    booked_at: datetime
    state_at: datetime


class Waiting(Struct, frozen=True):
    """One person who waits to be sent, and the place in the queue."""

    place: int
    cleared: Cleared


async def of_person(uow: UnitOfWork, family: Sequence[SubjectId], limit: int = 100) -> list[Transfer]:
    """Everything that was asked about a person (under all subjects merged into one), the newest first."""
    rows = await store.list_of_person(uow.conn, uow.handler, family, limit)
    return [
        Transfer(
            row["key"],
            row["name"],
            row["version"],
            Way(row["way"]),
            row["verdict"],
            row["code"],
            State(row["state"]),
            row["booked_at"],
            row["state_at"],
        )
        for row in rows
    ]


async def waiting(uow: UnitOfWork, contract: int, after: int = 0, limit: int = PAGE_MAX) -> list[Waiting]:
    """Who waits under that contract version, in the order of booking: the only source of `Cleared`."""
    rows = await store.list_waiting(uow.conn, contract, after, limit)
    return [
        Waiting(row["seq"], Cleared(row["key"], SubjectId(row["subject_id"]), row["contract_hash"])) for row in rows
    ]


async def settle(uow: UnitOfWork, keys: Sequence[UUID | str], state: State) -> Sequence[str]:
    """Write down what became of transfers; answers those that moved. A repeated or late message moves nothing."""
    return await store.settle(uow.conn, keys, [int(before) for before in BEFORE[state]], int(state), uow.now)


async def states(uow: UnitOfWork, keys: Sequence[UUID | str]) -> Mapping[UUID, State]:
    """Where these transfers are now."""
    return {row["key"]: State(row["state"]) for row in await store.find_states(uow.conn, keys)}


async def settle_person(uow: UnitOfWork, contract: str, persons: Sequence[SubjectId], state: State) -> Sequence[UUID]:
    """The same for everything that persons (all subjects merged into them) ever were sent under that contract."""
    before = [int(one) for one in BEFORE[state]]
    return await store.settle_person(uow.conn, uow.handler, contract, persons, before, int(state), uow.now)


async def last_answers(
    uow: UnitOfWork, persons: Sequence[SubjectId], contracts: Sequence[int]
) -> Mapping[tuple[SubjectId, int], tuple[int, str]]:
    """The newest (verdict, code) of each person under each contract version; who was never asked is left out."""
    rows = await store.list_last(uow.conn, persons, contracts, int(Way.SENT))
    return {(SubjectId(row["subject_id"]), row["contract_id"]): (row["verdict"], row["code"]) for row in rows}


async def held(uow: UnitOfWork, contract: int, after: SubjectId, limit: int = PAGE_MAX) -> Sequence[SubjectId]:
    """Who waits for the handler to put something right, under that contract version, in ascending order."""
    return await store.list_held(uow.conn, contract, after, int(Way.SENT), limit)


async def stranded(uow: UnitOfWork) -> Mapping[int, str]:
    """Contract versions that ended while persons waited to be sent under them, with the contract's name."""
    rows = await store.list_stranded(uow.conn, uow.handler, STRANDED_MAX)
    return {row["id"]: row["name"] for row in rows}


async def leave_queue(uow: UnitOfWork, places: Sequence[int]) -> None:
    """Take rows out of the queue: the recipient has them, or never will."""
    await store.drop(uow.conn, places)
