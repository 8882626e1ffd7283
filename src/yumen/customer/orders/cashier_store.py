"""Lock many orders with their attempts to pay, and insert new attempts: a statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from yumen.customer.orders.payment_store import SELECT as PAYMENTS
from yumen.customer.orders.payment_store import Payment, payment_of
from yumen.customer.orders.store import SELECT as ORDERS
from yumen.customer.orders.store import Purchase, purchase_of
from yumen.kit.arrays import moments, plain, texts
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

LOCK: Final = (
    ORDERS
    + " where id = any(%(orders)s::text[]) and handler_id = %(handler)s order by id for no key update skip locked"
)
ATTEMPTS: Final = PAYMENTS + " where purchase_id = any(%(orders)s::text[]) order by id desc limit %(limit)s"
ATTEMPTS_MAX: Final = 20
INSERT: Final = """
insert into orders.payment (id, purchase_id, handler_id, appid, mchid, amount_fen, description, expires_at, state,
                            ask_at, created_at)
select p.id, p.purchase_id, p.handler_id, p.appid, p.mchid, p.amount_fen,
       left(coalesce(nullif(l.title_zh, ''), nullif(l.title_en, ''), p.purchase_id), 100)
       || case when l.articles > 1 then ' +' || l.articles - 1 else '' end,
       p.expires_at, 'intended', %(ask_at)s, %(now)s
  from unnest(%(ids)s::text[], %(orders)s::text[], %(handlers)s::bigint[], %(appids)s::text[], %(mchids)s::text[],
              %(fens)s::bigint[], %(expiries)s::timestamptz[])
       as p (id, purchase_id, handler_id, appid, mchid, amount_fen, expires_at)
 cross join lateral (
       select title_zh, title_en, number, count(*) over () as articles from orders.line
        where purchase_id = p.purchase_id order by number limit 1
       ) l
returning id, description
"""


async def lock_orders(
    conn: Conn, handler: HandlerId, orders: Sequence[str]
) -> dict[str, tuple[Purchase, list[Payment]]]:
    """Orders held until commit, each with its attempts, the newest first; none that somebody else holds."""
    values = {"orders": texts(dict.fromkeys(orders)), "handler": handler, "limit": ATTEMPTS_MAX * len(orders)}
    held = await conn.execute(LOCK, values)
    found = await conn.execute(ATTEMPTS, values)
    locked: dict[str, tuple[Purchase, list[Payment]]] = {
        row["id"]: (purchase_of(row), []) for row in await held.fetchall()
    }
    for attempt in map(payment_of, await found.fetchall()):
        if attempt.order in locked:
            locked[attempt.order][1].append(attempt)
    return locked


async def insert(conn: Conn, attempts: Sequence[Payment], ask_at: datetime, now: datetime) -> dict[str, Payment]:
    """New attempts by their number, described as `payment_store.insert` does it."""
    values = {
        "ids": texts(one.id for one in attempts),
        "orders": texts(one.order for one in attempts),
        "handlers": plain(one.handler for one in attempts),
        "appids": texts(one.appid for one in attempts),
        "mchids": texts(one.mchid for one in attempts),
        "fens": plain(one.amount_fen for one in attempts),
        "expiries": moments(one.expires_at for one in attempts),
        "ask_at": ask_at,
        "now": now,
    }
    described = {row["id"]: row["description"] for row in await (await conn.execute(INSERT, values)).fetchall()}
    return {one.id: replace(one, description=described[one.id]) for one in attempts}
