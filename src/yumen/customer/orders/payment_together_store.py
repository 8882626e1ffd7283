"""Lock the orders of many attempts to pay, and write down that they are paid: a statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from yumen.customer.orders.payment_store import SELECT as PAYMENTS
from yumen.customer.orders.payment_store import Payment, payment_of
from yumen.customer.orders.states import Act, Facts
from yumen.customer.orders.store import SELECT, LineRow, Purchase, purchase_of
from yumen.kit.arrays import bytes_, moments, plain, texts
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

OF_PAYMENTS: Final = """
 where id in (select purchase_id from orders.payment where id = any(%(payments)s::text[])) and handler_id = %(handler)s
 order by id
   for no key update skip locked
"""
LOCK: Final = SELECT + OF_PAYMENTS
ATTEMPTS: Final = PAYMENTS + " where id = any(%(payments)s::text[]) order by id limit %(limit)s"
LINES: Final = """
select purchase_id, number, sku, title_en, title_zh, category, quantity, due_fen, steps, refunded_quantity
  from orders.line where purchase_id in (select purchase_id from orders.payment where id = any(%(payments)s::text[]))
 order by purchase_id, number limit %(lines)s
"""
PAY: Final = """
with told as materialized (
    select * from unnest(%(orders)s::text[], %(sources)s::text[], %(targets)s::text[], %(fens)s::bigint[],
                         %(payments)s::text[], %(transactions)s::text[], %(ats)s::timestamptz[], %(leaves)s::bytea[])
             as t (id, source, target, paid_fen, payment, transaction, paid_at, leaf)
), settled as (
    update orders.payment p set state = 'paid', transaction_id = t.transaction, paid_at = t.paid_at, ask_at = null
      from told t where p.id = t.payment
), moved as (
    update orders.purchase p set state = t.target, paid_fen = t.paid_fen, paid_at = t.paid_at
      from told t where p.id = t.id
), leaves as (
    insert into trail.entry (body) select leaf from told
)
insert into orders.event (purchase_id, act, source, target, actor, at)
select id, %(act)s, source, target, %(actor)s, %(at)s from told
"""
LINES_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class Held:
    """An order that is held until commit, the attempt to pay it, and its lines."""

    order: Purchase
    attempt: Payment
    lines: Sequence[LineRow]


@dataclass(frozen=True, slots=True)
class Paid:
    """An order that is paid by an attempt: what it has become, and its leaf."""

    order: Purchase
    facts: Facts
    payment: str
    transaction: str
    at: datetime
    leaf: bytes


async def lock(conn: Conn, handler: HandlerId, payments: Sequence[str]) -> dict[str, Held]:
    """Orders by their attempt's number; those that somebody else holds, and unknown ones, are not among them.

    Attempts are read behind the lock, so that they say what the last holder made of them.
    """
    values = {
        "payments": texts(dict.fromkeys(payments)), "handler": handler, "limit": len(payments),
        "lines": LINES_MAX * len(payments),
    }  # fmt: skip
    held = await conn.execute(LOCK, values)
    tried = await conn.execute(ATTEMPTS, values)
    found = await conn.execute(LINES, values)
    orders = {row["id"]: purchase_of(row) for row in await held.fetchall()}
    attempts = [payment_of(row) for row in await tried.fetchall()]
    lines: dict[str, list[LineRow]] = {}
    for row in await found.fetchall():
        lines.setdefault(row.pop("purchase_id"), []).append(msgspec.convert(row, LineRow))
    return {one.id: Held(orders[one.order], one, lines[one.order]) for one in attempts if one.order in orders}


async def pay(conn: Conn, paid: Sequence[Paid], actor: str, now: datetime) -> None:
    """Orders, attempts, moves and leaves. No order may come twice."""
    values = {
        "orders": texts(one.order.id for one in paid),
        "sources": texts(one.order.state.value for one in paid),
        "targets": texts(one.facts.state.value for one in paid),
        "fens": plain(one.facts.paid_fen for one in paid),
        "payments": texts(one.payment for one in paid),
        "transactions": texts(one.transaction for one in paid),
        "ats": moments(one.at for one in paid),
        "leaves": bytes_(one.leaf for one in paid),
        "act": Act.PAY.value,
        "actor": actor,
        "at": now,
    }
    await conn.execute(PAY, values)
