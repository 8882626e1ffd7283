"""Rows of members, of the codes on their phones, and of the tiers they are in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.loyalty.tiers import Standing
from yumen.kit.arrays import plain
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FOUND_MAX: Final = 2

INSERT: Final = """
insert into loyalty.member (subject_id, handler_id, number_sealed, number_index, enrolled_at)
values (%(subject)s, %(handler)s, %(sealed)s, %(index)s, %(now)s) on conflict (subject_id) do nothing
"""
FIND: Final = """
select subject_id, number_sealed, enrolled_at, tier, tier_since_at, tier_until_at from loyalty.member
 where subject_id = any(%(family)s) order by subject_id <> %(person)s, enrolled_at, subject_id limit 1
"""
FIND_TIER: Final = """
select m.tier from identity.subject s
  join identity.subject f on f.id = coalesce(s.stands_for, s.id) or f.stands_for = coalesce(s.stands_for, s.id)
  join loyalty.member m on m.subject_id = f.id
 where s.id = %(subject)s and s.handler_id = %(handler)s
 order by f.id <> coalesce(s.stands_for, s.id), m.enrolled_at, m.subject_id limit 1
"""
LIST_TIERS: Final = """
select distinct on (s.id) s.id as subject, m.tier from identity.subject s
  join identity.subject f on f.id = coalesce(s.stands_for, s.id) or f.stands_for = coalesce(s.stands_for, s.id)
  join loyalty.member m on m.subject_id = f.id
 where s.id = any(%(subjects)s::bigint[]) and s.handler_id = %(handler)s
 order by s.id, f.id <> coalesce(s.stands_for, s.id), m.enrolled_at, m.subject_id
"""
FIND_BY_NUMBER: Final = """
select coalesce(s.stands_for, s.id) as person
  from loyalty.member m join identity.subject s on s.id = m.subject_id
 where m.handler_id = %(handler)s and m.number_index = %(index)s limit %(limit)s
"""
PUT_CODE: Final = """
insert into loyalty.card_code (subject_id, handler_id, code_hash, expires_at)
values (%(subject)s, %(handler)s, %(hash)s, %(expires_at)s)
on conflict (subject_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at
"""
USE_CODE: Final = """
delete from loyalty.card_code where code_hash = %(hash)s and handler_id = %(handler)s
returning subject_id, expires_at
"""
SET_STANDING: Final = """
update loyalty.member set tier = %(tier)s, tier_since_at = %(since_at)s, tier_until_at = %(until_at)s
 where subject_id = %(subject)s
"""
QUALIFYING: Final = """
select coalesce(-sum(e.points), 0)::bigint as points
  from loyalty.entry e join loyalty.posting p on p.id = e.posting_id
 where e.subject_id = any(%(family)s) and e.account = 'issued'
   and p.posted_at >= %(from_at)s and p.posted_at < %(until_at)s
"""
LIST_TIERS_DUE: Final = """
select subject_id from loyalty.member
 where handler_id = %(handler)s and tier_until_at <= %(now)s and subject_id > %(after)s
 order by subject_id limit %(limit)s
"""


async def insert(
    conn: Conn, handler: HandlerId, subject: SubjectId, sealed: bytes, index: bytes, now: datetime
) -> bool:
    """False when the subject is a member already."""
    values = {"subject": subject, "handler": handler, "sealed": sealed, "index": index, "now": now}
    return (await conn.execute(INSERT, values)).rowcount == 1


async def find_tier(conn: Conn, handler: HandlerId, subject: SubjectId) -> str | None:
    """The tier of the person whom a subject means, empty when the member is in none; None for no member."""
    row = await (await conn.execute(FIND_TIER, {"subject": subject, "handler": handler})).fetchone()
    return None if row is None else row["tier"] or ""


async def list_tiers(conn: Conn, handler: HandlerId, subjects: Sequence[SubjectId]) -> dict[SubjectId, str]:
    """The tiers of the persons whom these mean, those who are in one."""
    found = await conn.execute(LIST_TIERS, {"subjects": plain(set(subjects)), "handler": handler})
    return {SubjectId(row["subject"]): row["tier"] for row in await found.fetchall() if row["tier"]}


async def find(conn: Conn, family: Sequence[SubjectId]) -> DictRow | None:
    """The membership of a person: their own, else the oldest of those who stand for them."""
    values = {"family": list(family), "person": family[0]}
    return await (await conn.execute(FIND, values)).fetchone()


async def find_by_number(conn: Conn, handler: HandlerId, index: bytes) -> Sequence[SubjectId]:
    found = await conn.execute(FIND_BY_NUMBER, {"handler": handler, "index": index, "limit": FOUND_MAX})
    return [SubjectId(row["person"]) for row in await found.fetchall()]


async def put_code(conn: Conn, handler: HandlerId, subject: SubjectId, code_hash: bytes, expires_at: datetime) -> None:
    """Put a fresh code in the place of any other of that person."""
    values = {"subject": subject, "handler": handler, "hash": code_hash, "expires_at": expires_at}
    await conn.execute(PUT_CODE, values)


async def use_code(conn: Conn, handler: HandlerId, code_hash: bytes) -> DictRow | None:
    """Take a code away; answers whose it was and until when."""
    return await (await conn.execute(USE_CODE, {"hash": code_hash, "handler": handler})).fetchone()


async def delete(conn: Conn, family: Sequence[SubjectId]) -> int:
    """Forget that these are members, and the codes on their phones."""
    await conn.execute("delete from loyalty.card_code where subject_id = any(%s)", (list(family),))
    return (await conn.execute("delete from loyalty.member where subject_id = any(%s)", (list(family),))).rowcount


async def set_standing(conn: Conn, subject: SubjectId, standing: Standing) -> None:
    values = {
        "subject": subject,
        "tier": standing.tier,
        "since_at": standing.since_at,
        "until_at": standing.until_at,
    }
    await conn.execute(SET_STANDING, values)


async def qualifying_points(conn: Conn, family: Sequence[SubjectId], from_at: datetime, until_at: datetime) -> int:
    """What the family earned from then on and before `until_at`, less what was taken back."""
    values = {"family": list(family), "from_at": from_at, "until_at": until_at}
    row = await (await conn.execute(QUALIFYING, values)).fetchone()
    return int(row["points"]) if row else 0


async def list_tiers_due(
    conn: Conn, handler: HandlerId, now: datetime, after: SubjectId, limit: int
) -> Sequence[SubjectId]:
    """Members whose tier's time is over, in the order of their numbers."""
    values = {"handler": handler, "now": now, "after": after, "limit": limit}
    return [SubjectId(row["subject_id"]) for row in await (await conn.execute(LIST_TIERS_DUE, values)).fetchall()]
