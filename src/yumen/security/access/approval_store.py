"""Rows of approvals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

FactValue = str | int | list[str]


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """One proposal and what became of it."""

    id: str
    act: str
    facts: Mapping[str, FactValue]
    facts_hash: bytes
    state: str
    proposer: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    consumed_by: str | None = None
    consumed_at: datetime | None = None


INSERT: Final = """
insert into access.approval (id, handler_id, act, facts, facts_hash, state, proposer, proposed_at, expires_at)
values (%(id)s, %(handler)s, %(act)s, %(facts)s, %(facts_hash)s, 'proposed', %(proposer)s, %(now)s, %(expires_at)s)
"""
LOCK: Final = """
select id, act, facts, facts_hash, state, proposer, proposed_at, expires_at,
       decided_by, decided_at, consumed_by, consumed_at
  from access.approval where id = %s and handler_id = %s for update
"""
LIST: Final = """
select id, act, facts, facts_hash, state, proposer, proposed_at, expires_at,
       decided_by, decided_at, consumed_by, consumed_at
  from access.approval where handler_id = %(handler)s and id > %(after)s order by id limit %(limit)s
"""
LIST_DUE: Final = """
select id from access.approval
 where state in ('proposed', 'approved') and expires_at <= %(now)s and handler_id = %(handler)s
 order by expires_at, id limit %(limit)s
"""
DECIDE: Final = "update access.approval set state = %s, decided_by = %s, decided_at = %s where id = %s"
CONSUME: Final = "update access.approval set state = 'consumed', consumed_by = %s, consumed_at = %s where id = %s"
EXPIRE: Final = "update access.approval set state = 'expired' where id = %s"


async def insert(conn: Conn, handler: HandlerId, approval: ApprovalRecord) -> None:
    await conn.execute(
        INSERT,
        {
            "id": approval.id,
            "handler": handler,
            "act": approval.act,
            "facts": Jsonb(dict(approval.facts)),
            "facts_hash": approval.facts_hash,
            "proposer": approval.proposer,
            "now": approval.proposed_at,
            "expires_at": approval.expires_at,
        },
    )


async def lock(conn: Conn, handler: HandlerId, approval_id: str) -> ApprovalRecord | None:
    row = await (await conn.execute(LOCK, (approval_id, handler))).fetchone()
    return None if row is None else ApprovalRecord(**row)


async def list_page(conn: Conn, handler: HandlerId, after: str, limit: int) -> list[ApprovalRecord]:
    rows = await conn.execute(LIST, {"handler": handler, "after": after, "limit": limit})
    return [ApprovalRecord(**row) for row in await rows.fetchall()]


async def list_due(conn: Conn, handler: HandlerId, now: datetime, limit: int) -> list[str]:
    """Open approvals whose time has passed, oldest first."""
    rows = await conn.execute(LIST_DUE, {"handler": handler, "now": now, "limit": limit})
    return [row["id"] for row in await rows.fetchall()]


async def decide(conn: Conn, approval_id: str, state: str, by: str, now: datetime) -> None:
    await conn.execute(DECIDE, (state, by, now, approval_id))


async def consume(conn: Conn, approval_id: str, by: str, now: datetime) -> None:
    await conn.execute(CONSUME, (by, now, approval_id))


async def expire(conn: Conn, approval_id: str) -> None:
    await conn.execute(EXPIRE, (approval_id,))
