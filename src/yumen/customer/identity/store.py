"""Rows of subjects, aliases and merges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg import AsyncCursor
from psycopg.rows import DictRow

from yumen.kit.arrays import plain
from yumen.kit.db import Conn
from yumen.kit.ids import AppKey, HandlerId, SubjectId

FAMILY_MAX: Final = 64
"""How many subjects may stand for one person; a person with more is looked at by people, not by a statement."""
ALIASES_MAX: Final = 256

INSERT_SUBJECT: Final = """
insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)
values (%(id)s, %(handler)s, %(ref)s, %(now)s, %(now)s)
"""
INSERT_ALIAS: Final = """
insert into identity.alias
    (app_id, openid_index, subject_id, handler_id, openid_sealed, unionid_index, unionid_sealed, named_at)
values (%(app)s, %(openid_index)s, %(subject)s, %(handler)s, %(openid_sealed)s, %(unionid_index)s, %(unionid_sealed)s,
        %(now)s)
on conflict (app_id, openid_index) do nothing
"""
FIND_BY_UNIONID: Final = """
select a.subject_id as id, p.id as person, p.ref
  from identity.alias a
  join identity.subject s on s.id = a.subject_id
  join identity.subject p on p.id = coalesce(s.stands_for, s.id)
 where a.handler_id = %(handler)s and a.unionid_index = %(unionid_index)s and p.id <> %(other)s
 order by p.enrolled_at, p.id limit 1
"""
SET_UNIONID: Final = """
update identity.alias set unionid_index = %(unionid_index)s, unionid_sealed = %(unionid_sealed)s
 where app_id = %(app)s and openid_index = %(openid_index)s and unionid_index is distinct from %(unionid_index)s
"""
NEWEST_ALIASES: Final = """
select distinct on (person, a.app_id) coalesce(s.stands_for, s.id) as person, a.app_id, a.subject_id, a.openid_sealed
  from identity.subject s join identity.alias a on a.subject_id = s.id
 where (s.id = any(%(persons)s::bigint[]) or s.stands_for = any(%(persons)s::bigint[]))
   and a.app_id = any(%(apps)s::bigint[])
 order by person, a.app_id, a.named_at desc
"""
_SUBJECT: Final = """
select s.id, s.ref, s.handler_id, s.enrolled_at, s.last_seen_at, s.erased_at, coalesce(s.stands_for, s.id) as person
  from identity.subject s
"""

# A merge is a link from the loser to the winner; where the links lead is written into `stands_for` of everybody below.
INSERT_MERGE: Final = """
insert into identity.merge (id, handler_id, loser_id, winner_id, proof, merged_at)
values (%(id)s, %(handler)s, %(loser)s, %(winner)s, %(proof)s, %(now)s)
"""
END_MERGE: Final = """
update identity.merge set unmerged_at = %(now)s
 where id = %(id)s and handler_id = %(handler)s and unmerged_at is null
returning loser_id, winner_id, proof
"""
SETTLE_BELOW: Final = """
with recursive below (id) as (
    select %(top)s::bigint
    union
    select m.loser_id from identity.merge m join below b on m.winner_id = b.id where m.unmerged_at is null
)
update identity.subject s set stands_for = nullif(%(person)s::bigint, s.id)
  from below where s.id = below.id
"""


async def next_subject_id(conn: Conn) -> SubjectId:
    """A number nobody has; taken for good even if the unit rolls back."""
    row = await (await conn.execute("select nextval('identity.subject_id') as id")).fetchone()
    assert row is not None
    return SubjectId(row["id"])


async def insert_subject(conn: Conn, subject: SubjectId, handler: HandlerId, ref: str, now: datetime) -> None:
    await conn.execute(INSERT_SUBJECT, {"id": subject, "handler": handler, "ref": ref, "now": now})


async def insert_alias(
    conn: Conn,
    app: AppKey,
    handler: HandlerId,
    subject: SubjectId,
    openid: tuple[bytes, bytes],
    unionid: tuple[bytes, bytes] | None,
    now: datetime,
) -> bool:
    """Name the subject; `openid` and `unionid` are (index, sealed). False when the openid names somebody already."""
    values = {
        "app": app,
        "handler": handler,
        "subject": subject,
        "openid_index": openid[0],
        "openid_sealed": openid[1],
        "unionid_index": None if unionid is None else unionid[0],
        "unionid_sealed": None if unionid is None else unionid[1],
        "now": now,
    }
    return (await conn.execute(INSERT_ALIAS, values)).rowcount == 1


async def lock_unionid(conn: Conn, handler: HandlerId, unionid_index: bytes) -> None:
    """Let one unit at a time decide who this unionid is, until it commits. Works behind a transaction pooler."""
    await conn.execute(
        "select pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), %s))", (unionid_index, handler)
    )


async def find_by_unionid(
    conn: Conn, handler: HandlerId, unionid_index: bytes, other_than: SubjectId | None = None
) -> DictRow | None:
    """The oldest person of this handler whom WeChat named so, and the subject that has the name."""
    values = {"handler": handler, "unionid_index": unionid_index, "other": other_than or 0}
    return await (await conn.execute(FIND_BY_UNIONID, values)).fetchone()


async def set_unionid(
    conn: Conn, app: AppKey, openid_index: bytes, unionid_index: bytes, unionid_sealed: bytes
) -> bool:
    """False when the alias has this unionid already."""
    values = {
        "app": app,
        "openid_index": openid_index,
        "unionid_index": unionid_index,
        "unionid_sealed": unionid_sealed,
    }
    return (await conn.execute(SET_UNIONID, values)).rowcount == 1


async def find_subject(conn: Conn, handler: HandlerId, subject: SubjectId) -> DictRow | None:
    found = await conn.execute(f"{_SUBJECT} where s.id = %s and s.handler_id = %s", (subject, handler))
    return await found.fetchone()


async def find_ref(conn: Conn, handler: HandlerId, ref: str) -> DictRow | None:
    found = await conn.execute(f"{_SUBJECT} where s.ref = %s and s.handler_id = %s", (ref, handler))
    return await found.fetchone()


async def lock_merges(conn: Conn, handler: HandlerId) -> None:
    """Let one unit at a time link and unlink the persons of a handler: each reads the links before it follows them."""
    await conn.execute("select pg_advisory_xact_lock(hashtextextended('identity.merge', %s))", (handler,))


async def family_ids(conn: Conn, person: SubjectId) -> Sequence[SubjectId]:
    """The person and all who stand for them, the person first."""
    found = await conn.execute(
        "select id from identity.subject where id = %(person)s or stands_for = %(person)s"
        " order by id <> %(person)s, id limit %(limit)s",
        {"person": person, "limit": FAMILY_MAX},
    )
    return [SubjectId(row["id"]) for row in await found.fetchall()]


async def insert_merge(
    conn: Conn, merge: str, handler: HandlerId, loser: SubjectId, winner: SubjectId, proof: str, now: datetime
) -> None:
    values = {"id": merge, "handler": handler, "loser": loser, "winner": winner, "proof": proof, "now": now}
    await conn.execute(INSERT_MERGE, values)


async def end_merge(conn: Conn, merge: str, handler: HandlerId, now: datetime) -> DictRow | None:
    """Take a living merge back; None when there is none of that id."""
    return await (await conn.execute(END_MERGE, {"id": merge, "handler": handler, "now": now})).fetchone()


async def settle_below(conn: Conn, top: SubjectId, person: SubjectId) -> None:
    """Let `top`, and everybody merged into it, stand for `person`."""
    await conn.execute(SETTLE_BELOW, {"top": top, "person": person})


async def find_alias(conn: Conn, person: SubjectId, app: AppKey) -> DictRow | None:
    """The person's newest alias in an app."""
    found = await conn.execute(
        "select a.subject_id, a.openid_sealed from identity.alias a join identity.subject s on s.id = a.subject_id"
        " where (s.id = %(person)s or s.stands_for = %(person)s) and a.app_id = %(app)s"
        " order by a.named_at desc limit 1",
        {"person": person, "app": app},
    )
    return await found.fetchone()


async def ask_newest_aliases(conn: Conn, persons: Sequence[SubjectId], apps: Sequence[AppKey]) -> AsyncCursor[DictRow]:
    """Where the newest alias of each person in each of these apps will come."""
    return await conn.execute(NEWEST_ALIASES, {"persons": plain(set(persons)), "apps": plain(set(apps))})


async def find_by_openid(conn: Conn, app: AppKey, openid_index: bytes) -> SubjectId | None:
    """The person whom this alias names."""
    found = await conn.execute(
        "select coalesce(s.stands_for, s.id) as person"
        "  from identity.alias a join identity.subject s on s.id = a.subject_id"
        " where a.app_id = %s and a.openid_index = %s",
        (app, openid_index),
    )
    row = await found.fetchone()
    return None if row is None else SubjectId(row["person"])


async def list_aliases(conn: Conn, subjects: Sequence[SubjectId]) -> Sequence[DictRow]:
    """The aliases of these subjects, with what is sealed."""
    found = await conn.execute(
        "select a.subject_id, a.openid_sealed, a.unionid_sealed, a.named_at, p.appid"
        " from identity.alias a join identity.app p on p.id = a.app_id"
        " where a.subject_id = any(%s) order by a.named_at limit %s",
        (list(subjects), ALIASES_MAX),
    )
    return await found.fetchall()


async def delete_aliases(conn: Conn, subjects: Sequence[SubjectId]) -> int:
    return (await conn.execute("delete from identity.alias where subject_id = any(%s)", (list(subjects),))).rowcount


async def note_erased(conn: Conn, subjects: Sequence[SubjectId], now: datetime) -> None:
    """The number and the pseudonym stay, so that the trail keeps its meaning; nobody can be found by them."""
    await conn.execute("update identity.subject set erased_at = %s where id = any(%s)", (now, list(subjects)))
