"""Rows of answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.i18n import Language
from yumen.kit.ids import HandlerId, SubjectId
from yumen.security.datamap import Purpose
from yumen.security.trail import EntryKey


class State(StrEnum):
    """What a person said last. Never asked is no state at all."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    PERSON = "person"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which notice a person saw, in which language."""

    purpose: Purpose
    notice_id: int
    notice_hash: bytes
    version: int
    language: Language


@dataclass(frozen=True, slots=True)
class Standing(Shown):
    """The newest answer of a person for a purpose; `needed` is the oldest version whose answers still count."""

    id: str
    state: State
    needed: int
    answered_at: datetime

    @property
    def current(self) -> bool:
        return self.version >= self.needed

    @property
    def holds(self) -> bool:
        """May the purpose be pursued on this answer?"""
        return self.state is State.GIVEN and self.current


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to be written down, with the key of its leaf."""

    id: str
    subject: SubjectId
    purpose: Purpose
    state: State
    cause: Cause
    notice_id: int
    language: Language
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer as it was written down, with the notice that was shown."""

    id: str
    purpose: Purpose
    state: State
    cause: Cause
    language: Language
    answered_at: datetime
    notice_hash: bytes
    body: bytes
    entry: EntryKey


FIND_STANDING: Final = """
select a.id, a.purpose, a.state, a.notice_id, n.notice_hash, n.version, a.language, a.answered_at,
       coalesce((select max(m.version) from consent.notice m
         where m.handler_id = n.handler_id and m.purpose = n.purpose and m.material), 1) as needed
  from consent.answer a join consent.notice n on n.id = a.notice_id
 where a.subject_id = %s and a.purpose = %s and a.handler_id = %s
 order by a.seq desc limit 1
"""
LIST_STANDINGS: Final = """
select c.id, c.purpose, c.state, c.notice_id, n.notice_hash, n.version, c.language, c.answered_at,
       coalesce((select max(m.version) from consent.notice m
         where m.handler_id = n.handler_id and m.purpose = n.purpose and m.material), 1) as needed
  from consent.current c join consent.notice n on n.id = c.notice_id
 where c.subject_id = %s and n.handler_id = %s
 order by c.purpose limit 100
"""
INSERT_ANSWER: Final = """
insert into consent.answer
    (id, subject_id, handler_id, purpose, state, cause, notice_id, language, answered_at, leaf_xid, leaf_id)
values (%(id)s, %(subject)s, %(handler)s, %(purpose)s, %(state)s, %(cause)s, %(notice_id)s, %(language)s,
        %(answered_at)s, %(leaf_xid)s, %(leaf_id)s)
"""
LIST_ANSWERS: Final = """
select a.id, a.purpose, a.state, a.cause, a.language, a.answered_at, n.notice_hash, n.body, a.leaf_xid, a.leaf_id
  from consent.answer a join consent.notice n on n.id = a.notice_id
 where a.subject_id = any(%(subjects)s) and a.handler_id = %(handler)s and a.id > %(after)s
 order by a.id limit %(limit)s
"""
FIND_ANSWER: Final = """
select a.id, a.purpose, a.state, a.cause, a.language, a.answered_at, n.notice_hash, n.body, a.leaf_xid, a.leaf_id
  from consent.answer a join consent.notice n on n.id = a.notice_id
 where a.id = %s and a.subject_id = any(%s) and a.handler_id = %s
"""
COUNT_ANSWERS: Final = "select count(*) as kept from consent.answer where subject_id = any(%s)"


async def lock_subject(conn: Conn, subject: SubjectId) -> None:
    """One answer of a person at a time, until commit."""
    await conn.execute("select pg_advisory_xact_lock(hashtextextended('consent', %s))", (subject,))


async def find_standing(conn: Conn, handler: HandlerId, subject: SubjectId, purpose: Purpose) -> Standing | None:
    """The newest answer of a person for a purpose."""
    row = await (await conn.execute(FIND_STANDING, (subject, purpose.value, handler))).fetchone()
    return None if row is None else _standing(row)


async def list_standings(conn: Conn, handler: HandlerId, subject: SubjectId) -> list[Standing]:
    """The newest answers of a person, by purpose."""
    rows = await (await conn.execute(LIST_STANDINGS, (subject, handler))).fetchall()
    return [_standing(row) for row in rows]


async def insert_answer(conn: Conn, handler: HandlerId, answer: Answer, entry: EntryKey) -> None:
    await conn.execute(
        INSERT_ANSWER,
        {
            "id": answer.id,
            "subject": answer.subject,
            "handler": handler,
            "purpose": answer.purpose.value,
            "state": answer.state.value,
            "cause": answer.cause.value,
            "notice_id": answer.notice_id,
            "language": answer.language,
            "answered_at": answer.answered_at,
            "leaf_xid": entry.xid,
            "leaf_id": entry.id,
        },
    )


async def list_answers(
    conn: Conn, handler: HandlerId, family: Sequence[SubjectId], after: str, limit: int
) -> Sequence[KeptAnswer]:
    """The answers of a person, under all subjects that were merged into one, the oldest first, one page."""
    bounds = {"subjects": list(family), "handler": handler, "after": after, "limit": limit}
    return [_kept(row) for row in await (await conn.execute(LIST_ANSWERS, bounds)).fetchall()]


async def find_answer(conn: Conn, handler: HandlerId, family: Sequence[SubjectId], answer_id: str) -> KeptAnswer | None:
    """One answer of that person, nobody else's."""
    row = await (await conn.execute(FIND_ANSWER, (answer_id, list(family), handler))).fetchone()
    return None if row is None else _kept(row)


async def erase_ended(conn: Conn, subject: SubjectId, before: datetime) -> int:
    """Erase what ended before that moment; answers how many rows went."""
    row = await (await conn.execute("select consent.erase_ended(%s, %s) as gone", (subject, before))).fetchone()
    return int(row["gone"]) if row else 0


async def count_answers(conn: Conn, family: Sequence[SubjectId]) -> int:
    row = await (await conn.execute(COUNT_ANSWERS, (list(family),))).fetchone()
    return int(row["kept"]) if row else 0


def _standing(row: DictRow) -> Standing:
    return Standing(**{**row, "purpose": Purpose(row["purpose"]), "state": State(row["state"])})


def _kept(row: DictRow) -> KeptAnswer:
    return KeptAnswer(
        id=row["id"],
        purpose=Purpose(row["purpose"]),
        state=State(row["state"]),
        cause=Cause(row["cause"]),
        language=row["language"],
        answered_at=row["answered_at"],
        notice_hash=row["notice_hash"],
        body=row["body"],
        entry=EntryKey(row["leaf_xid"], row["leaf_id"]),
    )
