"""Rows of what was found true of persons, on which a ground of export stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

WAKE_MAX: Final = 5_000


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of one person, until a day (the last on which it holds)."""

    id: str
    subject: SubjectId
    fact: str
    reason: str
    until_on: date
    actor: str
    said_at: datetime
    ended_at: datetime | None


_COLUMNS: Final = "select g.id, g.subject_id, g.fact, g.reason, g.until_on, g.actor, g.said_at, g.ended_at"
INSERT: Final = """
insert into gateway.ground (id, handler_id, subject_id, fact, reason, until_on, approval_id, actor, said_at)
values (%(id)s, %(handler)s, %(subject)s, %(fact)s, %(reason)s, %(until)s, %(approval)s, %(actor)s, %(now)s)
"""
END: Final = """
update gateway.ground set ended_at = %s where id = %s and handler_id = %s and ended_at is null returning subject_id
"""
END_OF_PERSONS: Final = "update gateway.ground set ended_at = %s where subject_id = any(%s) and ended_at is null"
END_PASSED: Final = """
with passed as (
    select id from gateway.ground
     where handler_id = %(handler)s and ended_at is null and until_on < %(today)s order by until_on limit %(limit)s
)
update gateway.ground g set ended_at = %(now)s from passed where g.id = passed.id returning g.subject_id
"""
LIST_HOLDING: Final = """
select distinct coalesce(s.stands_for, s.id) as person, g.fact
  from identity.subject s join gateway.ground g on g.subject_id = s.id
 where (s.id = any(%(persons)s) or s.stands_for = any(%(persons)s)) and g.ended_at is null and g.until_on >= %(today)s
"""
LIST_OF_PERSONS: Final = f"{_COLUMNS} from gateway.ground g where g.subject_id = any(%s) order by g.id limit 1000"
LIST: Final = f"{_COLUMNS} from gateway.ground g where g.handler_id = %s and g.id > %s order by g.id limit %s"


async def insert(conn: Conn, values: dict[str, object]) -> None:
    await conn.execute(INSERT, values)


async def end(conn: Conn, handler: HandlerId, ground: str, now: datetime) -> SubjectId | None:
    """Answers whose it was; None if there is none that holds."""
    row = await (await conn.execute(END, (now, ground, handler))).fetchone()
    return None if row is None else SubjectId(row["subject_id"])


async def end_of_persons(conn: Conn, persons: Sequence[SubjectId], now: datetime) -> None:
    await conn.execute(END_OF_PERSONS, (now, list(persons)))


async def end_passed(conn: Conn, handler: HandlerId, today: date, now: datetime) -> list[SubjectId]:
    """End those whose last day has passed; answers whose they were, at most `WAKE_MAX`."""
    values = {"handler": handler, "today": today, "now": now, "limit": WAKE_MAX}
    return [SubjectId(row["subject_id"]) for row in await (await conn.execute(END_PASSED, values)).fetchall()]


async def list_holding(conn: Conn, persons: Sequence[SubjectId], today: date) -> list[tuple[SubjectId, str]]:
    """Which facts hold today of which of these persons, under whichever subject of theirs."""
    rows = await (await conn.execute(LIST_HOLDING, {"persons": list(persons), "today": today})).fetchall()
    return [(SubjectId(row["person"]), row["fact"]) for row in rows]


async def list_of_persons(conn: Conn, persons: Sequence[SubjectId]) -> list[Row]:
    return [_row(row) for row in await (await conn.execute(LIST_OF_PERSONS, (list(persons),))).fetchall()]


async def list_of_handler(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[Row]:
    return [_row(row) for row in await (await conn.execute(LIST, (handler, after, limit))).fetchall()]


def _row(row: DictRow) -> Row:
    return Row(
        row["id"], SubjectId(row["subject_id"]), row["fact"], row["reason"], row["until_on"], row["actor"],
        row["said_at"], row["ended_at"],
    )  # fmt: skip
