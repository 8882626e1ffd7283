"""Who many persons are, at once: for whoever works through segments of a handler, in ascending order of subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yumen.customer.identity import people_store as store
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a subject stands for today, after merges, their outside id, and whether that person was erased."""

    person: SubjectId
    ref: str
    erased: bool


async def find(conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId]) -> Mapping[SubjectId, Meant]:
    """By subject; whom this handler does not have is left out."""
    rows = await store.find(conn, handler, subjects)
    return {SubjectId(row["id"]): Meant(SubjectId(row["person"]), row["ref"], row["erased"]) for row in rows}


async def page(conn: Conn, handler: HandlerId, after: SubjectId, limit: int) -> list[SubjectId]:
    """Living persons of the handler, after that one; the last page is shorter than `limit`."""
    return await store.page(conn, handler, after, limit)


async def count(conn: Conn, handler: HandlerId) -> int:
    """How many living persons the handler has."""
    return await store.count(conn, handler)
