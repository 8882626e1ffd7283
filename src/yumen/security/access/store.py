"""Rows of actors and keys, and what they hold of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId
from yumen.security.datamap import (
    After,
    Basis,
    Field,
    Holding,
    Keep,
    Kind,
    People,
    Purpose,
    RetentionClass,
    Sensitivity,
)


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key, without anything that opens it."""

    id: str
    actor_id: str
    roles: list[str]
    issued_by: str
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    replaces: str | None

    def alive(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True)
class ActorRecord:
    id: str
    kind: str
    name: str
    roles: list[str]
    admitted_at: datetime
    closed_at: datetime | None


INSERT_ACTOR: Final = """
insert into access.actor (id, handler_id, kind, name, roles, admitted_at)
values (%(id)s, %(handler)s, %(kind)s, %(name)s, %(roles)s, %(now)s)
"""
LOCK_ACTOR: Final = """
select id, kind, name, roles, admitted_at, closed_at
  from access.actor where id = %s and handler_id = %s for update
"""
LIST_ACTORS: Final = """
select id, kind, name, roles, admitted_at, closed_at
  from access.actor where handler_id = %(handler)s and id > %(after)s order by id limit %(limit)s
"""
COUNT_STAFF: Final = """
select count(*) as staff from access.actor where handler_id = %s and kind = 'staff' and closed_at is null
"""
SET_ROLES: Final = "update access.actor set roles = %s where id = %s"
CLOSE_ACTOR: Final = "update access.actor set closed_at = %s where id = %s"
REVOKE_KEYS: Final = "update access.key set revoked_at = %s where actor_id = %s and revoked_at is null"

INSERT_KEY: Final = """
insert into access.key (id, token_hash, actor_id, handler_id, roles, issued_by, issued_at, expires_at, replaces)
values (%(id)s, %(token_hash)s, %(actor)s, %(handler)s, %(roles)s, %(issued_by)s, %(now)s, %(expires_at)s, %(replaces)s)
"""
LOCK_KEY: Final = """
select id, actor_id, roles, issued_by, issued_at, expires_at, used_at, revoked_at, replaces
  from access.key where id = %s and handler_id = %s for update
"""
LIST_KEYS: Final = """
select id, actor_id, roles, issued_by, issued_at, expires_at, used_at, revoked_at, replaces
  from access.key where handler_id = %(handler)s and id > %(after)s order by id limit %(limit)s
"""
SHORTEN_KEY: Final = "update access.key set expires_at = least(expires_at, %s) where id = %s"
REVOKE_KEY: Final = "update access.key set revoked_at = %s where id = %s"
TOUCH_KEY: Final = "update access.key set used_at = %s where id = %s"
FIND_BY_HASH: Final = """
select k.id, k.token_hash, k.roles as key_roles, k.expires_at, k.used_at,
       a.id as actor_id, a.kind, a.roles as actor_roles, a.handler_id
  from access.key k join access.actor a on a.id = k.actor_id
 where k.token_hash = %(hash)s and k.revoked_at is null and k.expires_at > %(now)s and a.closed_at is null
"""


async def insert_actor(conn: Conn, handler: HandlerId, actor: ActorRecord) -> None:
    await conn.execute(
        INSERT_ACTOR,
        {
            "id": actor.id,
            "handler": handler,
            "kind": actor.kind,
            "name": actor.name,
            "roles": actor.roles,
            "now": actor.admitted_at,
        },
    )


async def lock_actor(conn: Conn, handler: HandlerId, actor_id: str) -> ActorRecord | None:
    row = await (await conn.execute(LOCK_ACTOR, (actor_id, handler))).fetchone()
    return None if row is None else ActorRecord(**row)


async def list_actors(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[ActorRecord]:
    rows = await conn.execute(LIST_ACTORS, {"handler": handler, "after": after, "limit": limit})
    return [ActorRecord(**row) for row in await rows.fetchall()]


async def count_staff(conn: Conn, handler: HandlerId) -> int:
    row = await (await conn.execute(COUNT_STAFF, (handler,))).fetchone()
    return int(row["staff"]) if row else 0


async def set_roles(conn: Conn, actor_id: str, roles: Sequence[str]) -> None:
    await conn.execute(SET_ROLES, (list(roles), actor_id))


async def close_actor(conn: Conn, actor_id: str, now: datetime) -> None:
    """Close an actor and revoke all keys."""
    await conn.execute(CLOSE_ACTOR, (now, actor_id))
    await conn.execute(REVOKE_KEYS, (now, actor_id))


async def insert_key(conn: Conn, handler: HandlerId, key: KeyRecord, token_hash: bytes) -> None:
    await conn.execute(
        INSERT_KEY,
        {
            "id": key.id,
            "token_hash": token_hash,
            "actor": key.actor_id,
            "handler": handler,
            "roles": key.roles,
            "issued_by": key.issued_by,
            "now": key.issued_at,
            "expires_at": key.expires_at,
            "replaces": key.replaces,
        },
    )


async def lock_key(conn: Conn, handler: HandlerId, key_id: str) -> KeyRecord | None:
    row = await (await conn.execute(LOCK_KEY, (key_id, handler))).fetchone()
    return None if row is None else KeyRecord(**row)


async def list_keys(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[KeyRecord]:
    rows = await conn.execute(LIST_KEYS, {"handler": handler, "after": after, "limit": limit})
    return [KeyRecord(**row) for row in await rows.fetchall()]


async def shorten_key(conn: Conn, key_id: str, until: datetime) -> None:
    await conn.execute(SHORTEN_KEY, (until, key_id))


async def revoke_key(conn: Conn, key_id: str, now: datetime) -> None:
    await conn.execute(REVOKE_KEY, (now, key_id))


async def touch_key(conn: Conn, key_id: str, now: datetime) -> None:
    await conn.execute(TOUCH_KEY, (now, key_id))


async def find_by_hash(conn: Conn, token_hash: bytes, now: datetime) -> DictRow | None:
    """The living key of that hash with its open actor."""
    return await (await conn.execute(FIND_BY_HASH, {"hash": token_hash, "now": now})).fetchone()


def _staff_field(holding: str, name: str, kind: Kind, column: str) -> Field:
    return Field(
        holding=holding,
        name=name,
        kind=kind,
        sensitivity=Sensitivity.GENERAL,
        purpose=Purpose.SECURITY,
        basis=Basis.HUMAN_RESOURCES,
        retention=RetentionClass.EVIDENCE,
        columns=(column,),
    )


HOLDINGS: Final = (
    # A colleague's name at work lies in clear: who approved or saw something must stay readable beside its leaf.
    Holding(
        name="access.actor",
        module="security.access",
        fields=(_staff_field("access.actor", "name", Kind.NAME, "access.actor.name"),),
        retention=RetentionClass.EVIDENCE,
        keep=Keep(1096, After.CONTRACT_ENDED, "retention.staff_access"),
        people=People.STAFF,
    ),
    Holding(
        name="access.key",
        module="security.access",
        fields=(_staff_field("access.key", "token", Kind.CREDENTIAL, "access.key.token_hash"),),
        retention=RetentionClass.EVIDENCE,
        keep=Keep(1096, After.CONTRACT_ENDED, "retention.staff_access"),
        people=People.STAFF,
    ),
)
