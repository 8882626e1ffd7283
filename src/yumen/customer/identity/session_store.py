"""Rows of sessions: found by the hash of a token, listed by person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import SubjectId

SESSIONS_MAX: Final = 100
"""How many of a person's sessions are shown, the last used first."""

# `stands_for` ends every chain, so one step leads from the person who logged in to the person who is meant.
_SESSION: Final = """
select s.id, s.app_id, s.device, s.session_key_sealed, s.opened_at, s.used_at, s.expires_at, s.token_hash,
       s.previous_key_sealed, s.token_hash = %(hash)s as is_current, p.id as person, p.ref, p.handler_id
  from identity.session s
  join identity.subject l on l.id = s.subject_id
  join identity.subject p on p.id = coalesce(l.stands_for, l.id)
"""
FIND: Final = f"""
{_SESSION} where s.token_hash = %(hash)s and s.expires_at > %(now)s
union all
{_SESSION} where s.previous_hash = %(hash)s and s.previous_until_at > %(now)s and s.expires_at > %(now)s
limit 1
"""
FIND_REPEATED: Final = f"{_SESSION} where s.repeat_index = %(repeat_index)s and s.opened_at > %(since)s"

INSERT: Final = """
insert into identity.session
    (token_hash, id, subject_id, app_id, device, session_key_sealed, opened_at, used_at, expires_at, repeat_index)
values (%(token_hash)s, %(id)s, %(subject)s, %(app)s, %(device)s, %(key_sealed)s, %(now)s, %(now)s, %(expires_at)s,
        %(repeat_index)s)
"""
TOUCH: Final = "update identity.session set used_at = %(now)s, expires_at = %(expires_at)s where token_hash = %(hash)s"

# The token a client may never have received is replaced; the one it surely has stays good until `until`.
ROTATE: Final = """
update identity.session
   set token_hash = %(fresh)s, session_key_sealed = %(key_sealed)s,
       previous_hash = %(kept)s, previous_key_sealed = %(kept_key_sealed)s, previous_until_at = %(until)s
 where token_hash = %(found)s
"""
LIST: Final = """
select id, app_id, device, opened_at, used_at, expires_at from identity.session
 where subject_id in (select id from identity.subject where id = %(person)s or stands_for = %(person)s)
   and expires_at > %(now)s
 order by used_at desc limit %(limit)s
"""
REVOKE: Final = """
delete from identity.session
 where subject_id in (select id from identity.subject where id = %(person)s or stands_for = %(person)s)
   and (%(id)s::text is null or id = %(id)s)
returning id, token_hash, previous_hash
"""


async def find(conn: Conn, token_hash: bytes, now: datetime) -> DictRow | None:
    """The living session of a token, present or just rotated, with the person it stands for."""
    return await (await conn.execute(FIND, {"hash": token_hash, "now": now}, prepare=True)).fetchone()


async def find_repeated(conn: Conn, repeat_index: bytes, since: datetime) -> DictRow | None:
    """The session that the same login request opened after `since`."""
    values = {"repeat_index": repeat_index, "since": since, "hash": b""}
    return await (await conn.execute(FIND_REPEATED, values)).fetchone()


async def insert(
    conn: Conn,
    token_hash: bytes,
    session: str,
    subject: SubjectId,
    app: int,
    device: str | None,
    key_sealed: bytes | None,
    now: datetime,
    expires_at: datetime,
    repeat_index: bytes | None,
) -> None:
    values = {
        "token_hash": token_hash,
        "id": session,
        "subject": subject,
        "app": app,
        "device": device,
        "key_sealed": key_sealed,
        "now": now,
        "expires_at": expires_at,
        "repeat_index": repeat_index,
    }
    await conn.execute(INSERT, values)


async def touch(conn: Conn, token_hash: bytes, now: datetime, expires_at: datetime) -> None:
    """Note that the session is in use."""
    await conn.execute(TOUCH, {"hash": token_hash, "now": now, "expires_at": expires_at})


async def rotate(
    conn: Conn,
    found: bytes,
    fresh: bytes,
    key_sealed: bytes | None,
    kept: bytes | None,
    kept_key_sealed: bytes | None,
    until: datetime,
) -> bool:
    """Put a fresh token in the place of `found`; False when another rotation was faster."""
    values = {
        "found": found,
        "fresh": fresh,
        "key_sealed": key_sealed,
        "kept": kept,
        "kept_key_sealed": kept_key_sealed,
        "until": until,
    }
    return (await conn.execute(ROTATE, values)).rowcount == 1


async def list_of(conn: Conn, person: SubjectId, now: datetime) -> Sequence[DictRow]:
    """The person's living sessions, at most `SESSIONS_MAX`."""
    return await (await conn.execute(LIST, {"person": person, "now": now, "limit": SESSIONS_MAX})).fetchall()


async def revoke(conn: Conn, person: SubjectId, session: str | None) -> Sequence[DictRow]:
    """Delete one session of the person, or all; answers what is gone."""
    return await (await conn.execute(REVOKE, {"person": person, "id": session})).fetchall()


async def delete_ended(conn: Conn, now: datetime) -> int:
    """Reads the whole table: for the nightly round."""
    return (await conn.execute("delete from identity.session where expires_at <= %s", (now,))).rowcount
