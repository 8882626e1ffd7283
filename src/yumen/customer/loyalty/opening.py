"""Who of many persons is a member, and the number, tier and points of many members at once.

For whoever judges or reads a whole segment (`gateway`); `persons` are those meant, after merges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yumen.customer.loyalty import opening_store as store
from yumen.customer.loyalty.fields import NUMBER
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security import vault


async def members(uow: UnitOfWork, persons: Sequence[SubjectId]) -> set[SubjectId]:
    """Those who have a membership."""
    return await store.find_members(uow.conn, persons)


async def numbers(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    """The number on the card."""
    rows = await store.list_members(uow.conn, persons)
    values = await vault.unseal_many(uow, [(subject, NUMBER, sealed) for _, subject, sealed in rows])
    return {person: value for (person, _, _), value in zip(rows, values, strict=True)}


async def tiers(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    """The code of the tier; empty while a member is in none."""
    return await store.list_tiers(uow.conn, persons)


async def points(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, int]:
    """Points that can be used now, of members."""
    return await store.list_points(uow.conn, persons, uow.now)


async def find_number(uow: UnitOfWork, number: str) -> Sequence[SubjectId]:
    """Whose card has this number, without a search by staff: for an outside id that a recipient names."""
    return await store.find_number(uow.conn, uow.handler, await vault.index(uow, NUMBER, number))
