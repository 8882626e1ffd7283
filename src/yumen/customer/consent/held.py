"""What many persons say yes to now, and which notices they were shown: for whoever judges a whole segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from yumen.customer.consent import held_store as store
from yumen.customer.consent import notices
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import Purpose

PURPOSES: Final[Mapping[str, Purpose]] = {one.value: one for one in Purpose}


@dataclass(slots=True)
class Held:
    """The purposes whose newest answer is a yes on a notice that still counts, and the notices answered at all."""

    purposes: set[Purpose] = field(default_factory=set)
    shown: set[int] = field(default_factory=set)


async def of_many(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, Held]:
    """By person (after merges); who never answered is left out."""
    rows = await store.list_newest(uow.conn, uow.handler, persons)
    return {
        SubjectId(row["subject_id"]): Held({PURPOSES[one] for one in row["purposes"] or ()}, set(row["shown"]))
        for row in rows
    }


async def purposes(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, str]:
    """The purposes said yes to now, as lists abroad take them (`export;marketing`); who never answered is left out."""
    held = await of_many(uow, persons)
    return {person: ";".join(sorted(one.purposes)) for person, one in held.items()}


async def naming(uow: UnitOfWork, recipient: str) -> frozenset[int]:
    """The notices that name this recipient, by the name it has in one of their languages (PIPL art. 23, 39)."""
    bodies = await store.list_bodies(uow.conn, uow.handler)
    return frozenset(notice for notice, body in bodies if recipient in _recipients(body))


def _recipients(body: bytes) -> set[str]:
    notice = notices.of_body(body)
    return {words.recipient for words in (notice.en, notice.zh) if words.recipient}
