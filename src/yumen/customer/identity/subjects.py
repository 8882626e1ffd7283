"""Find a person by outside id, see who stands for whom, and link two subjects into one person (reversibly).

Rows are never rewritten by a merge: the loser's subject is told whom it stands for, and what was written under it
stays under it, sealed by its own keys. Taking the merge back is taking the link away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.identity import store
from yumen.customer.identity.authentication import Authenticator
from yumen.kit.db import Conn
from yumen.kit.errors import Code
from yumen.kit.ids import HandlerId, SubjectId, new_id
from yumen.kit.work import UnitOfWork

NOT_FOUND: Final = Code("subject.not_found", 404)
SAME: Final = Code("merge.same_subject", 409)
MERGED_ALREADY: Final = Code("merge.merged_already", 409)
NO_MERGE: Final = Code("merge.not_found", 404)


@dataclass(frozen=True, slots=True)
class Subject:
    """A natural person of one handler. `person` is whom they stand for: themselves, unless they were merged."""

    id: SubjectId
    ref: str
    handler: HandlerId
    person: SubjectId
    enrolled_at: datetime
    last_seen_at: datetime
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """Two subjects found to be one person; `loser` stands for `winner` now."""

    merge: str
    loser: SubjectId
    winner: SubjectId


async def get(uow: UnitOfWork, subject: SubjectId) -> Subject:
    """Raises `subject.not_found`, also for a subject of another handler."""
    return _subject(await store.find_subject(uow.conn, uow.handler, subject))


async def get_by_ref(uow: UnitOfWork, ref: str, at: str | None = None) -> Subject:
    """The subject of an outside id (`sub_…`). Raises `subject.not_found`."""
    return _subject(await store.find_ref(uow.conn, uow.handler, ref), at)


async def family(conn: Conn, person: SubjectId) -> Sequence[SubjectId]:
    """The person and all subjects that stand for them, the person first; rows may lie under any of these."""
    return await store.family_ids(conn, person)


async def link(uow: UnitOfWork, loser: SubjectId, winner: SubjectId, proof: str) -> Link:
    """Let `loser` stand for `winner`, both whole persons so far; `proof` is `unionid` or `staff`.

    Raises `subject.not_found`, `merge.same_subject`, and `merge.merged_already` when one of them stands for another.
    """
    if loser == winner:
        raise SAME()
    await store.lock_merges(uow.conn, uow.handler)
    for one in (await get(uow, loser), await get(uow, winner)):
        if one.erased_at is not None:
            raise NOT_FOUND()
        if one.person != one.id:
            raise MERGED_ALREADY()
    made = Link(new_id("mrg"), loser, winner)
    await store.insert_merge(uow.conn, made.merge, uow.handler, loser, winner, proof, uow.now)
    await store.settle_below(uow.conn, loser, winner)
    uow.use(Authenticator).forget_all()
    return made


async def unlink(uow: UnitOfWork, merge: str) -> Link:
    """Take a merge back: the loser, and all who were merged into it, are a person of their own again.

    Merges may be taken back in any order. Raises `merge.not_found`.
    """
    await store.lock_merges(uow.conn, uow.handler)
    row = await store.end_merge(uow.conn, merge, uow.handler, uow.now)
    if row is None:
        raise NO_MERGE()
    taken = Link(merge, SubjectId(row["loser_id"]), SubjectId(row["winner_id"]))
    await store.settle_below(uow.conn, taken.loser, taken.loser)
    uow.use(Authenticator).forget_all()
    return taken


def _subject(row: DictRow | None, at: str | None = None) -> Subject:
    if row is None:
        raise NOT_FOUND(at=at)
    return Subject(
        SubjectId(row["id"]),
        row["ref"],
        HandlerId(row["handler_id"]),
        SubjectId(row["person"]),
        row["enrolled_at"],
        row["last_seen_at"],
        row["erased_at"],
    )
