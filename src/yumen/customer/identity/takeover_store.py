"""Rows of many persons at once, as another system brings them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId, SubjectId

FIND_OPENIDS: Final = """
select a.app_id, a.openid_index, coalesce(s.stands_for, s.id) as person
  from unnest(%(apps)s::bigint[], %(indexes)s::bytea[]) as n (app_id, openid_index)
  join identity.alias a using (app_id, openid_index) join identity.subject s on s.id = a.subject_id
"""
FIND_UNIONIDS: Final = """
select distinct on (a.unionid_index) a.unionid_index, coalesce(s.stands_for, s.id) as person
  from identity.alias a join identity.subject s on s.id = a.subject_id
  join identity.subject p on p.id = coalesce(s.stands_for, s.id)
 where a.handler_id = %(handler)s and a.unionid_index = any(%(indexes)s::bytea[])
 order by a.unionid_index, p.enrolled_at, p.id
"""
LOCK_UNIONIDS: Final = """
select pg_advisory_xact_lock(n.key) from (
    select hashtextextended(encode(i, 'hex'), %(handler)s) as key from unnest(%(indexes)s::bytea[]) as i order by 1
) as n
"""
INSERT_SUBJECTS: Final = """
insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)
select n.id, %(handler)s, n.ref, n.enrolled_at, n.enrolled_at
  from unnest(%(ids)s::bigint[], %(refs)s::text[], %(enrolled_at)s::timestamptz[]) as n (id, ref, enrolled_at)
"""
INSERT_ALIASES: Final = """
insert into identity.alias
    (app_id, openid_index, subject_id, handler_id, openid_sealed, unionid_index, unionid_sealed, named_at)
select n.app_id, n.openid_index, n.subject_id, %(handler)s, n.openid_sealed, n.unionid_index, n.unionid_sealed, %(now)s
  from unnest(%(apps)s::bigint[], %(openid_indexes)s::bytea[], %(subjects)s::bigint[], %(openids_sealed)s::bytea[],
              %(unionid_indexes)s::bytea[], %(unionids_sealed)s::bytea[])
       as n (app_id, openid_index, subject_id, openid_sealed, unionid_index, unionid_sealed)
on conflict (app_id, openid_index) do nothing
"""

AliasRow = tuple[int, bytes, SubjectId, bytes, bytes | None, bytes | None]
"""App, openid index, subject, sealed openid, unionid index, sealed unionid."""


async def find_openids(conn: Conn, names: Sequence[tuple[int, bytes]]) -> dict[tuple[int, bytes], SubjectId]:
    """Whom each (app, openid index) names, after merges; those that name nobody are left out."""
    values = {"apps": [app for app, _ in names], "indexes": [index for _, index in names]}
    rows = await (await conn.execute(FIND_OPENIDS, values)).fetchall()
    return {(row["app_id"], bytes(row["openid_index"])): SubjectId(row["person"]) for row in rows}


async def find_unionids(conn: Conn, handler: HandlerId, indexes: Sequence[bytes]) -> dict[bytes, SubjectId]:
    """The oldest person of this handler whom each unionid names, after merges."""
    rows = await (await conn.execute(FIND_UNIONIDS, {"handler": handler, "indexes": list(indexes)})).fetchall()
    return {bytes(row["unionid_index"]): SubjectId(row["person"]) for row in rows}


async def lock_unionids(conn: Conn, handler: HandlerId, indexes: Sequence[bytes]) -> None:
    """The locks that a first login takes (`store.lock_unionid`), all at once and always in the same order."""
    await conn.execute(LOCK_UNIONIDS, {"handler": handler, "indexes": list(indexes)})


async def next_subject_ids(conn: Conn, count: int) -> list[SubjectId]:
    """Numbers nobody has; taken for good even if the unit rolls back."""
    query = "select nextval('identity.subject_id') as id from generate_series(1, %s)"
    return [SubjectId(row["id"]) for row in await (await conn.execute(query, (count,))).fetchall()]


async def insert_subjects(conn: Conn, handler: HandlerId, persons: Sequence[tuple[SubjectId, str, datetime]]) -> None:
    """Persons as (number, outside id, since when)."""
    ids, refs, enrolled_at = ([person[place] for person in persons] for place in range(3))
    await conn.execute(INSERT_SUBJECTS, {"handler": handler, "ids": ids, "refs": refs, "enrolled_at": enrolled_at})


async def insert_aliases(conn: Conn, handler: HandlerId, aliases: Sequence[AliasRow], now: datetime) -> int:
    """Answers how many were new: fewer than given when somebody logged in meanwhile."""
    apps, openid_indexes, subjects, openids, unionid_indexes, unionids = (
        [alias[place] for alias in aliases] for place in range(6)
    )
    values = {
        "handler": handler,
        "apps": apps,
        "openid_indexes": openid_indexes,
        "subjects": subjects,
        "openids_sealed": openids,
        "unionid_indexes": unionid_indexes,
        "unionids_sealed": unionids,
        "now": now,
    }
    return (await conn.execute(INSERT_ALIASES, values)).rowcount
