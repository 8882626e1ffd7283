"""Rows of ages and guardians."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from msgspec import Struct
from psycopg import AsyncCursor
from psycopg.rows import DictRow

from yumen.kit.arrays import plain
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

CHILDREN_MAX: Final = 20


class Age(Struct, frozen=True):
    """The band that was declared, and the day from which it no longer holds."""

    subject: SubjectId
    band: int
    until_on: date | None


class Guardian(Struct, frozen=True):
    """One invitation and what became of it."""

    id: str
    child: SubjectId
    expires_at: datetime
    guardian: SubjectId | None
    consented_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def agreed(self) -> bool:
        return self.consented_at is not None and self.withdrawn_at is None


PUT_AGE: Final = """
insert into profile.age (subject_id, handler_id, band, until_on, declared_at)
values (%(subject)s, %(handler)s, %(band)s, %(until)s, %(now)s)
on conflict (subject_id) do update
   set band = excluded.band, until_on = excluded.until_on, declared_at = excluded.declared_at
"""
LIST_AGES: Final = """
select coalesce(s.stands_for, s.id) as subject, a.band, a.until_on
  from identity.subject s join profile.age a on a.subject_id = s.id
 where s.id = any(%(persons)s::bigint[]) or s.stands_for = any(%(persons)s::bigint[]) order by a.band, s.id
"""
COUNT_AGES: Final = """
select case when a.until_on is null or a.until_on > %(today)s then a.band
            when a.band = 1 and a.until_on + make_interval(years => %(teens)s) > %(today)s then 2 else 3 end as band,
       count(*) as persons,
       count(*) filter (where exists (
         select from profile.guardian g
          where g.child_id = a.subject_id and g.consented_at is not null and g.withdrawn_at is null)) as guarded
  from profile.age a where handler_id = %(handler)s group by 1 order by 1
"""
GUARDIAN: Final = """
select g.id, coalesce(s.stands_for, s.id) as child, g.expires_at, g.guardian_id as guardian, g.consented_at,
       g.withdrawn_at
  from profile.guardian g join identity.subject s on s.id = g.child_id
"""
LIST_GUARDED: Final = """
select distinct coalesce(s.stands_for, s.id) as child
  from profile.guardian g join identity.subject s on s.id = g.child_id
 where (s.id = any(%(children)s) or s.stands_for = any(%(children)s))
   and g.consented_at is not null and g.withdrawn_at is null
"""
INSERT_GUARDIAN: Final = """
insert into profile.guardian (id, handler_id, child_id, token_hash, invited_at, expires_at)
values (%(id)s, %(handler)s, %(child)s, %(hash)s, %(now)s, %(expires)s)
"""
AGREE: Final = """
update profile.guardian set guardian_id = %s, notice_hash = %s, consented_at = %s where id = %s
"""


async def put_age(
    conn: Conn, handler: HandlerId, person: SubjectId, band: int, until: date | None, now: datetime
) -> None:
    await conn.execute(
        PUT_AGE, {"subject": person, "handler": handler, "band": band, "until": until, "now": now}
    )  # fmt: skip


async def list_ages(conn: Conn, persons: Sequence[SubjectId]) -> list[Age]:
    """What is known under any subject that stands for these persons, the youngest first."""
    return await read_ages(await ask_ages(conn, persons))


async def ask_ages(conn: Conn, persons: Sequence[SubjectId]) -> AsyncCursor[DictRow]:
    return await conn.execute(LIST_AGES, {"persons": plain(persons)})


async def read_ages(asked: AsyncCursor[DictRow]) -> list[Age]:
    return [Age(**row) for row in await asked.fetchall()]


async def delete_ages(conn: Conn, family: Sequence[SubjectId]) -> int:
    return (await conn.execute("delete from profile.age where subject_id = any(%s)", (list(family),))).rowcount


async def count_ages(conn: Conn, handler: HandlerId, today: date, teen_years: int) -> dict[int, tuple[int, int]]:
    """Persons of each band today, and how many of them have a guardian who agreed."""
    cursor = await conn.execute(COUNT_AGES, {"handler": handler, "today": today, "teens": teen_years})
    return {row["band"]: (row["persons"], row["guarded"]) for row in await cursor.fetchall()}


async def insert_guardian(
    conn: Conn, handler: HandlerId, guardian: str, child: SubjectId, token_hash: bytes, now: datetime, expires: datetime
) -> None:
    await conn.execute(
        INSERT_GUARDIAN,
        {"id": guardian, "handler": handler, "child": child, "hash": token_hash, "now": now, "expires": expires},
    )


async def delete_invitations(conn: Conn, family: Sequence[SubjectId]) -> None:
    """Invitations that nobody answered."""
    await conn.execute(
        "delete from profile.guardian where child_id = any(%s) and consented_at is null", (list(family),)
    )  # fmt: skip


async def find_invitation(conn: Conn, handler: HandlerId, token_hash: bytes) -> Guardian | None:
    cursor = await conn.execute(
        GUARDIAN + " where g.token_hash = %s and g.handler_id = %s for update of g",
        (token_hash, handler),
    )
    row = await cursor.fetchone()
    return None if row is None else Guardian(**row)


async def list_of_children(conn: Conn, children: Sequence[SubjectId]) -> list[Guardian]:
    """Everything about these children's guardians, the newest first."""
    cursor = await conn.execute(
        GUARDIAN + " where s.id = any(%(children)s) or s.stands_for = any(%(children)s) order by g.id desc limit 1000",
        {"children": list(children)},
    )
    return [Guardian(**row) for row in await cursor.fetchall()]


async def list_guarded(conn: Conn, children: Sequence[SubjectId]) -> set[SubjectId]:
    """Those of these children for whom a guardian agreed and still does."""
    cursor = await conn.execute(LIST_GUARDED, {"children": list(children)})
    return {SubjectId(row["child"]) for row in await cursor.fetchall()}


async def list_of_guardian(conn: Conn, family: Sequence[SubjectId]) -> list[Guardian]:
    """The children for whom this person agreed and still does."""
    cursor = await conn.execute(
        GUARDIAN + " where g.guardian_id = any(%s) and g.withdrawn_at is null order by g.id limit %s",
        (list(family), CHILDREN_MAX),
    )
    return [Guardian(**row) for row in await cursor.fetchall()]


async def agree(conn: Conn, guardian: str, person: SubjectId, notice_hash: bytes, now: datetime) -> None:
    await conn.execute(AGREE, (person, notice_hash, now, guardian))


async def withdraw(conn: Conn, guardian: str, now: datetime) -> None:
    await conn.execute("update profile.guardian set withdrawn_at = %s where id = %s", (now, guardian))
