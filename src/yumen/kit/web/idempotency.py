"""The same request sent twice is done once (IETF draft `Idempotency-Key`).

The key is claimed in the story's own transaction: two at once wait for each other, a rolled back one leaves nothing.
What is stored is the outcome's ids and codes, never the answer that was built from them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from psycopg.types.json import Jsonb

from yumen.kit.errors import Code
from yumen.kit.work import Actor, UnitOfWork

KEY_INVALID: Final = Code("idempotency.key_invalid", 400)
MISMATCH: Final = Code("idempotency.mismatch", 422)

KEEP_FOR: Final = timedelta(hours=24)
_SHAPE: Final = re.compile(r"[\x21-\x7e]{8,128}")

Outcome = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Request:
    """Whose key it is, and which request it stands for. Both are kept as digests."""

    handler: int
    actor: str
    key_hash: bytes
    route: str
    request_hash: bytes

    @classmethod
    def of(cls, actor: Actor, key: str, target: str, content: bytes) -> Request:
        """`target` is method and path, `content` is query and body."""
        digest = hashlib.sha256(target.encode() + b"\0" + content).digest()
        return cls(actor.handler, actor.id, hashlib.sha256(key.encode()).digest(), target[:200], digest)


def key_of(header: str | None) -> str | None:
    """The key of a header: 8 to 128 visible ASCII characters. Raises `idempotency.key_invalid`."""
    if header is None:
        return None
    if _SHAPE.fullmatch(header) is None:
        raise KEY_INVALID(at="#/headers/Idempotency-Key")
    return header


async def find(uow: UnitOfWork, request: Request) -> Outcome | None:
    """The outcome of an earlier request with that key. Raises `idempotency.mismatch` if it was another request."""
    row = await (await uow.conn.execute(FIND, _key(request))).fetchone()
    return _checked(row, request)


async def claim(uow: UnitOfWork, request: Request) -> Outcome | None:
    """Take the key for this request, or return the outcome of the request that had it. Waits for one in flight."""
    claimed = await uow.conn.execute(
        CLAIM,
        {
            **_key(request),
            "route": request.route,
            "request_hash": request.request_hash,
            "now": uow.now,
            "expires_at": uow.now + KEEP_FOR,
        },
    )
    return None if await claimed.fetchone() else await find(uow, request)


async def settle(uow: UnitOfWork, request: Request, outcome: Outcome) -> None:
    """Keep the outcome under the claimed key."""
    await uow.conn.execute(SETTLE, {**_key(request), "outcome": Jsonb(dict(outcome))})


async def keep_outcomes(uow: UnitOfWork, asked: Sequence[tuple[Request, Outcome]]) -> list[bool]:
    """Claim and settle many at once, for a lane; for each, whether its key was free. Waits for those in flight."""
    first = {(one.actor, one.key_hash): (one, outcome) for one, outcome in reversed(asked)}
    claimed = await uow.conn.execute(
        KEEP,
        {
            "handlers": [one.handler for one, _ in first.values()],
            "actors": [one.actor for one, _ in first.values()],
            "key_hashes": [one.key_hash for one, _ in first.values()],
            "routes": [one.route for one, _ in first.values()],
            "request_hashes": [one.request_hash for one, _ in first.values()],
            "outcomes": [Jsonb(dict(outcome)) for _, outcome in first.values()],
            "now": uow.now,
            "expires_at": uow.now + KEEP_FOR,
        },
    )
    free = {(row["actor"], row["key_hash"]) for row in await claimed.fetchall()}
    return [(one.actor, one.key_hash) in free and first[one.actor, one.key_hash][0] is one for one, _ in asked]


async def forget_expired(uow: UnitOfWork) -> int:
    """Delete answers past their time; answers how many."""
    return (await uow.conn.execute(FORGET, {"now": uow.now})).rowcount


def _key(request: Request) -> dict[str, object]:
    return {"handler": request.handler, "actor": request.actor, "key_hash": request.key_hash}


def _checked(row: Mapping[str, object] | None, request: Request) -> Outcome | None:
    if row is None:
        return None
    if row["request_hash"] != request.request_hash:
        raise MISMATCH(at="#/headers/Idempotency-Key")
    outcome = row["outcome"]
    return outcome if isinstance(outcome, dict) else None


FIND: Final = """
select request_hash, outcome from ops.idempotency
 where handler_id = %(handler)s and actor = %(actor)s and key_hash = %(key_hash)s
"""
CLAIM: Final = """
insert into ops.idempotency (handler_id, actor, key_hash, route, request_hash, created_at, expires_at)
values (%(handler)s, %(actor)s, %(key_hash)s, %(route)s, %(request_hash)s, %(now)s, %(expires_at)s)
on conflict do nothing
returning key_hash
"""
KEEP: Final = """
insert into ops.idempotency (handler_id, actor, key_hash, route, request_hash, outcome, created_at, expires_at)
select k.handler_id, k.actor, k.key_hash, k.route, k.request_hash, k.outcome, %(now)s, %(expires_at)s
  from unnest(%(handlers)s::bigint[], %(actors)s::text[], %(key_hashes)s::bytea[], %(routes)s::text[],
              %(request_hashes)s::bytea[], %(outcomes)s::jsonb[])
       as k (handler_id, actor, key_hash, route, request_hash, outcome)
on conflict do nothing
returning actor, key_hash
"""
SETTLE: Final = """
update ops.idempotency set outcome = %(outcome)s
 where handler_id = %(handler)s and actor = %(actor)s and key_hash = %(key_hash)s
"""
FORGET: Final = """
delete from ops.idempotency where expires_at <= %(now)s
"""
