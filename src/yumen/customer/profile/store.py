"""Rows of phones, details and avatars.

A person's rows may lie under any subject that stands for them (a merge rewrites nothing): `family` is that list, the
person first, and the person's own row wins over those of others, then the newest.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FOUND_MAX: Final = 20

PUT_PHONE: Final = """
insert into profile.phone (subject_id, handler_id, phone_sealed, phone_index, bound_at)
values (%(subject)s, %(handler)s, %(sealed)s, %(index)s, %(now)s)
on conflict (subject_id) do update
   set phone_sealed = excluded.phone_sealed, phone_index = excluded.phone_index, bound_at = excluded.bound_at
"""
FIND_PHONE: Final = """
select subject_id, phone_sealed, phone_index, bound_at from profile.phone
 where subject_id = any(%(family)s)
 order by subject_id <> %(person)s, bound_at desc limit 1
"""
FIND_BY_PHONE: Final = """
select coalesce(s.stands_for, s.id) as person
  from profile.phone p join identity.subject s on s.id = p.subject_id
 where p.handler_id = %(handler)s and p.phone_index = %(index)s
 group by 1 order by 1 limit %(limit)s
"""
PUT_DETAIL: Final = """
insert into profile.detail (subject_id, nickname_sealed, birthday_sealed, region_sealed, language, changed_at)
values (%(subject)s, %(nickname)s, %(birthday)s, %(region)s, %(language)s, %(now)s)
on conflict (subject_id) do update
   set nickname_sealed = excluded.nickname_sealed, birthday_sealed = excluded.birthday_sealed,
       region_sealed = excluded.region_sealed, language = excluded.language, changed_at = excluded.changed_at
"""
FIND_DETAIL: Final = """
select subject_id, nickname_sealed, birthday_sealed, region_sealed, language, changed_at from profile.detail
 where subject_id = any(%(family)s)
 order by subject_id <> %(person)s, changed_at desc limit 1
"""
CLEAR_DETAIL: Final = """
update profile.detail
   set nickname_sealed = case when 'nickname' = any(%(names)s) then null else nickname_sealed end,
       birthday_sealed = case when 'birthday' = any(%(names)s) then null else birthday_sealed end,
       region_sealed = case when 'region' = any(%(names)s) then null else region_sealed end,
       language = case when 'language' = any(%(names)s) then null else language end
 where subject_id = any(%(family)s)
"""
PUT_AVATAR: Final = """
insert into profile.avatar (subject_id, picture_sealed, changed_at) values (%(subject)s, %(sealed)s, %(now)s)
on conflict (subject_id) do update set picture_sealed = excluded.picture_sealed, changed_at = excluded.changed_at
"""
FIND_AVATAR: Final = """
select subject_id, picture_sealed, changed_at from profile.avatar
 where subject_id = any(%(family)s)
 order by subject_id <> %(person)s, changed_at desc limit 1
"""

Family = Sequence[SubjectId]


async def put_phone(
    conn: Conn, handler: HandlerId, subject: SubjectId, sealed: bytes, index: bytes, now: datetime
) -> None:
    values = {"subject": subject, "handler": handler, "sealed": sealed, "index": index, "now": now}
    await conn.execute(PUT_PHONE, values)


async def find_phone(conn: Conn, family: Family) -> DictRow | None:
    return await _first(conn, FIND_PHONE, family)


async def find_by_phone(conn: Conn, handler: HandlerId, index: bytes) -> Sequence[SubjectId]:
    """The persons of this handler who have that number, at most `FOUND_MAX`."""
    found = await conn.execute(FIND_BY_PHONE, {"handler": handler, "index": index, "limit": FOUND_MAX})
    return [SubjectId(row["person"]) for row in await found.fetchall()]


async def delete_phones(conn: Conn, family: Family) -> int:
    return (await conn.execute("delete from profile.phone where subject_id = any(%s)", (list(family),))).rowcount


async def put_detail(
    conn: Conn,
    subject: SubjectId,
    nickname: bytes | None,
    birthday: bytes | None,
    region: bytes | None,
    language: str | None,
    now: datetime,
) -> None:
    values = {
        "subject": subject,
        "nickname": nickname,
        "birthday": birthday,
        "region": region,
        "language": language,
        "now": now,
    }
    await conn.execute(PUT_DETAIL, values)


async def find_detail(conn: Conn, family: Family) -> DictRow | None:
    return await _first(conn, FIND_DETAIL, family)


async def clear_details(conn: Conn, family: Family, names: Sequence[str]) -> None:
    """Take these fields away wherever they lie."""
    await conn.execute(CLEAR_DETAIL, {"family": list(family), "names": list(names)})


async def delete_details(conn: Conn, family: Family) -> int:
    return (await conn.execute("delete from profile.detail where subject_id = any(%s)", (list(family),))).rowcount


async def put_avatar(conn: Conn, subject: SubjectId, sealed: bytes, now: datetime) -> None:
    await conn.execute(PUT_AVATAR, {"subject": subject, "sealed": sealed, "now": now})


async def find_avatar(conn: Conn, family: Family) -> DictRow | None:
    return await _first(conn, FIND_AVATAR, family)


async def has_avatar(conn: Conn, family: Family) -> bool:
    found = await conn.execute("select 1 from profile.avatar where subject_id = any(%s) limit 1", (list(family),))
    return await found.fetchone() is not None


async def delete_avatars(conn: Conn, family: Family) -> int:
    return (await conn.execute("delete from profile.avatar where subject_id = any(%s)", (list(family),))).rowcount


async def lock_person(conn: Conn, person: SubjectId) -> None:
    """Let one unit at a time change this person's profile, until it commits. Logins are not held up."""
    await conn.execute("select pg_advisory_xact_lock(hashtextextended('profile', %s))", (person,))


async def _first(conn: Conn, query: str, family: Family) -> DictRow | None:
    return await (await conn.execute(query, {"family": list(family), "person": family[0]})).fetchone()
