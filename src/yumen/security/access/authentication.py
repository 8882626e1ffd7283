"""Recognise the key of a member of staff or a machine: one query by the key's hash.

The key is 256 random bits, so its plain SM3 gives nothing away and the index lookup leaks no useful time; the hash
found is still compared in constant time.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from yumen.kit.crypto import sm3
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind
from yumen.security.access import store

PREFIX: Final = "yk_"
TOUCH_EVERY: Final = timedelta(minutes=1)
_SHAPE: Final = re.compile(r"yk_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who a key belongs to, and the roles that both the key and the actor have."""

    key_id: str
    actor: Actor
    roles: tuple[str, ...]
    expires_at: datetime


def new_token() -> str:
    """`yk_` and 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def is_token(token: str) -> bool:
    """Has this text the shape of a key of ours? Decides before any query."""
    return _SHAPE.fullmatch(token) is not None


def hash_of(token: str) -> bytes:
    return sm3(token.encode())


async def authenticate(conn: Conn, token: str, now: datetime) -> KeyHolder | None:
    """The holder of a living key, or None. Notes once a minute that the key is in use."""
    if not is_token(token):
        return None
    token_hash = hash_of(token)
    row = await store.find_by_hash(conn, token_hash, now)
    if row is None or not hmac.compare_digest(row["token_hash"], token_hash):
        return None
    if row["used_at"] is None or now - row["used_at"] >= TOUCH_EVERY:
        await store.touch_key(conn, row["id"], now)
    actor = Actor(ActorKind(row["kind"]), row["actor_id"], HandlerId(row["handler_id"]))
    held = set(row["actor_roles"])
    return KeyHolder(row["id"], actor, tuple(role for role in row["key_roles"] if role in held), row["expires_at"])
