"""Rows of refunds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

SELECT: Final = """
select id, purchase_id, payment_id, handler_id, mchid, amount_fen, total_fen, cause, lines, restock,
       surplus, state, refund_id, sent, ask_at, accepted_at, settled_at, asked_at
  from orders.refund
"""
INSERT: Final = """
with marked as (
    update orders.refund set followed = true where id = %(follows)s
)
insert into orders.refund (id, purchase_id, payment_id, handler_id, mchid, amount_fen, total_fen, cause, lines,
                           restock, surplus, follows, state, ask_at, asked_at)
values (%(id)s, %(order)s, %(payment)s, %(handler)s, %(mchid)s, %(amount_fen)s, %(total_fen)s, %(cause)s, %(lines)s,
        %(restock)s, %(surplus)s, %(follows)s, 'asked',
        greatest(%(now)s, (select max(asked_at) + %(apart)s from orders.refund where purchase_id = %(order)s)), %(now)s)
on conflict (follows) where follows is not null do nothing
returning id
"""
TAKE: Final = """
update orders.refund r
   set state = case when r.state = 'asked' then 'sent' else r.state end,
       sent = r.sent + 1, ask_at = %(again_at)s
  from (select id, state from orders.refund where id = %(id)s and ask_at <= %(now)s for no key update) as before
 where r.id = before.id
returning before.state as before
"""
NOTE: Final = """
update orders.refund
   set state = %(state)s, refund_id = coalesce(refund_id, %(refund_id)s), ask_at = %(ask_at)s,
       accepted_at = coalesce(accepted_at, %(accepted_at)s), settled_at = %(settled_at)s
 where id = %(id)s
"""
LIST_DUE: Final = """
select id, handler_id from orders.refund where ask_at <= %(now)s order by ask_at limit %(limit)s
"""
LIST_STUCK: Final = (
    SELECT
    + """
 where handler_id = %(handler)s and (state = 'abnormal' or (state = 'failed' and not followed))
 order by id limit %(limit)s
"""
)


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund; `id` is its out_refund_no. `pieces` are line number to pieces. `before` is its state when taken."""

    id: str
    order: str
    payment: str
    handler: HandlerId
    mchid: str
    amount_fen: int
    total_fen: int
    cause: str
    pieces: dict[int, int]
    restock: bool
    surplus: bool
    state: str
    before: str
    refund_id: str | None
    sent: int
    accepted_at: datetime | None
    settled_at: datetime | None
    asked_at: datetime


async def insert(conn: Conn, refund: Refund, follows: str | None, apart: object, now: datetime) -> bool:
    """False when what it follows has a follower already. Refunds of one order are sent `apart`."""
    values = {
        "id": refund.id, "order": refund.order, "payment": refund.payment, "handler": refund.handler,
        "mchid": refund.mchid, "amount_fen": refund.amount_fen, "total_fen": refund.total_fen, "cause": refund.cause,
        "lines": Jsonb(sorted(refund.pieces.items())), "restock": refund.restock, "surplus": refund.surplus,
        "follows": follows, "apart": apart, "now": now,
    }  # fmt: skip
    return await (await conn.execute(INSERT, values)).fetchone() is not None


async def find(conn: Conn, refund: str) -> Refund | None:
    return _one(await _fetch(conn, SELECT + " where id = %s", refund))


async def list_of(conn: Conn, order: str) -> list[Refund]:
    """The refunds of an order, the oldest first."""
    rows = await _fetch(conn, SELECT + " where purchase_id = %s order by id limit 100", order)
    return [_refund(row) for row in rows]


async def take(conn: Conn, refund: str, now: datetime, again_at: datetime) -> Refund | None:
    """Take a due refund to send it or ask about it; None when it is not due. What was `asked` counts as sent now."""
    values = {"id": refund, "now": now, "again_at": again_at}
    row = await (await conn.execute(TAKE, values)).fetchone()
    taken = None if row is None else await find(conn, refund)
    return None if row is None or taken is None else replace(taken, before=row["before"])


async def note(
    conn: Conn,
    refund: str,
    state: str,
    ask_at: datetime | None,
    *,
    refund_id: str | None = None,
    accepted_at: datetime | None = None,
    settled_at: datetime | None = None,
) -> None:
    """Write what became of it."""
    values = {
        "id": refund, "state": state, "refund_id": refund_id or None, "ask_at": ask_at, "accepted_at": accepted_at,
        "settled_at": settled_at,
    }  # fmt: skip
    await conn.execute(NOTE, values)


async def list_due(conn: Conn, now: datetime, limit: int) -> list[tuple[str, HandlerId]]:
    rows = await (await conn.execute(LIST_DUE, {"now": now, "limit": limit})).fetchall()
    return [(row["id"], HandlerId(row["handler_id"])) for row in rows]


async def list_stuck(conn: Conn, handler: HandlerId, limit: int) -> list[Refund]:
    """Refunds that need a person: abnormal at WeChat Pay, or failed too often."""
    rows = await (await conn.execute(LIST_STUCK, {"handler": handler, "limit": limit})).fetchall()
    return [_refund(row) for row in rows]


async def _fetch(conn: Conn, query: str, *values: object) -> list[DictRow]:
    return await (await conn.execute(query, values)).fetchall()


def _one(rows: list[DictRow]) -> Refund | None:
    return _refund(rows[0]) if rows else None


def _refund(row: DictRow) -> Refund:
    return Refund(
        row["id"], row["purchase_id"], row["payment_id"], HandlerId(row["handler_id"]), row["mchid"],
        row["amount_fen"], row["total_fen"], row["cause"], dict(row["lines"]), row["restock"], row["surplus"],
        row["state"], row["state"], row["refund_id"], row["sent"], row["accepted_at"],
        row["settled_at"], row["asked_at"],
    )  # fmt: skip
