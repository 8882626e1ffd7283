"""Rows of payment attempts and of notices that were refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from psycopg.rows import DictRow

from yumen.customer.orders.store import LOCK, Purchase, purchase_of
from yumen.kit.arrays import texts
from yumen.kit.db import Conn
from yumen.kit.ids import HandlerId

SELECT: Final = """
select id, purchase_id, handler_id, appid, mchid, amount_fen, description, expires_at, state, prepay_id,
       prepay_at, transaction_id, paid_at, asked, ask_at
  from orders.payment
"""
OF_ORDER: Final = SELECT + " where purchase_id = %s order by id desc limit 20"
INSERT: Final = """
insert into orders.payment (id, purchase_id, handler_id, appid, mchid, amount_fen, description, expires_at, state,
                            ask_at, created_at)
select %(id)s, %(purchase)s, %(handler)s, %(appid)s, %(mchid)s, %(amount_fen)s,
       left(coalesce(nullif(l.title_zh, ''), nullif(l.title_en, ''), %(purchase)s), 100)
       || case when l.articles > 1 then ' +' || l.articles - 1 else '' end,
       %(expires_at)s, 'intended', %(ask_at)s, %(now)s
  from (select title_zh, title_en, number, count(*) over () as articles from orders.line
         where purchase_id = %(purchase)s order by number limit 1) l
returning description
"""
READY: Final = """
update orders.payment p set state = 'ready', prepay_id = r.prepay_id, prepay_at = %(now)s
  from unnest(%(ids)s::text[], %(prepay_ids)s::text[]) as r (id, prepay_id)
 where p.id = r.id and p.state in ('intended', 'ready')
"""
TAKE_TO_ASK: Final = """
with due as (
    select id from orders.payment where ask_at <= %(now)s order by ask_at limit %(limit)s for no key update skip locked
)
update orders.payment p set ask_at = %(again_at)s, asked = asked + 1 from due where p.id = due.id
returning p.id
"""
REFUSED: Final = """
insert into orders.refused_notice (mchid, day, why, times, last_at) values (%(mchid)s, %(day)s, %(why)s, 1, %(now)s)
on conflict (mchid, day, why) do update set times = orders.refused_notice.times + 1, last_at = excluded.last_at
"""
OF_DAY: Final = """
select 'payment' as what, id as number, transaction_id, amount_fen, state from orders.payment
 where mchid = %(mchid)s and paid_at >= %(from_at)s and paid_at < %(until_at)s
"""


@dataclass(frozen=True, slots=True)
class Payment:
    """One attempt; `id` is its out_trade_no. `state` is intended, ready, paid, surplus or closed."""

    id: str
    order: str
    handler: HandlerId
    appid: str
    mchid: str
    amount_fen: int
    description: str
    expires_at: datetime
    state: str
    prepay_id: str | None
    prepay_at: datetime | None
    transaction_id: str | None
    paid_at: datetime | None
    asked: int


async def insert(conn: Conn, payment: Payment, ask_at: datetime, now: datetime) -> Payment:
    """A new attempt, described as the shopper reads it in WeChat's bill: first article, and how many more there are."""
    values = {
        "id": payment.id, "purchase": payment.order, "handler": payment.handler, "appid": payment.appid,
        "mchid": payment.mchid, "amount_fen": payment.amount_fen, "expires_at": payment.expires_at, "ask_at": ask_at,
        "now": now,
    }  # fmt: skip
    row = await (await conn.execute(INSERT, values)).fetchone()
    assert row is not None  # an order has lines
    return replace(payment, description=row["description"])


async def find(conn: Conn, payment: str) -> Payment | None:
    return _one(await _fetch(conn, SELECT + " where id = %s", payment))


async def find_transaction(conn: Conn, mchid: str, transaction_id: str) -> Payment | None:
    """The attempt that WeChat Pay calls so."""
    return _one(await _fetch(conn, SELECT + " where mchid = %s and transaction_id = %s", mchid, transaction_id))


async def list_of(conn: Conn, order: str) -> list[Payment]:
    """The attempts of an order, the newest first."""
    rows = await _fetch(conn, OF_ORDER, order)
    return [payment_of(row) for row in rows]


async def lock_order(conn: Conn, handler: HandlerId, order: str) -> tuple[Purchase | None, list[Payment]]:
    """The order, held until commit, and its attempts, the newest first; one round trip of a pipeline."""
    held = await conn.execute(LOCK, (order, handler))
    found = await conn.execute(OF_ORDER, (order,))
    row = await held.fetchone()
    return (None if row is None else purchase_of(row)), [payment_of(one) for one in await found.fetchall()]


async def note_ready(conn: Conn, prepay_ids: Mapping[str, str], now: datetime) -> None:
    """What WeChat Pay calls these attempts."""
    await conn.execute(READY, {"ids": texts(prepay_ids), "prepay_ids": texts(prepay_ids.values()), "now": now})


async def note_paid(conn: Conn, payment: str, state: str, transaction_id: str, paid_at: datetime) -> None:
    query = """update orders.payment set state = %s, transaction_id = %s, paid_at = %s, ask_at = null where id = %s"""
    await conn.execute(query, (state, transaction_id, paid_at, payment))


async def note_closed(conn: Conn, payment: str) -> None:
    query = "update orders.payment set state = 'closed', ask_at = null where id = %s and state in ('intended', 'ready')"
    await conn.execute(query, (payment,))


async def ask_at(conn: Conn, payment: str, at: datetime) -> None:
    """Ask WeChat Pay about it then, if it is not settled before."""
    query = "update orders.payment set ask_at = %s where id = %s and state in ('intended', 'ready', 'closed')"
    await conn.execute(query, (at, payment))


async def take_to_ask(conn: Conn, now: datetime, again_at: datetime, limit: int) -> list[Payment]:
    """Attempts that WeChat Pay shall be asked about now; each is taken by one asker and due again at `again_at`."""
    values = {"now": now, "again_at": again_at, "limit": limit}
    taken = [row["id"] for row in await (await conn.execute(TAKE_TO_ASK, values)).fetchall()]
    return [payment_of(row) for row in await _fetch(conn, SELECT + " where id = any(%s) order by id", taken)]


async def count_refused(conn: Conn, mchid: str, day: date, why: str, now: datetime) -> None:
    await conn.execute(REFUSED, {"mchid": mchid, "day": day, "why": why, "now": now})


async def list_refused(conn: Conn, since: date) -> list[DictRow]:
    query = (
        "select mchid, day, why, times, last_at from orders.refused_notice where day >= %s order by day desc limit 500"
    )
    return await (await conn.execute(query, (since,))).fetchall()


async def _fetch(conn: Conn, query: str, *values: object) -> list[DictRow]:
    return await (await conn.execute(query, values)).fetchall()


def _one(rows: list[DictRow]) -> Payment | None:
    return payment_of(rows[0]) if rows else None


def payment_of(row: DictRow) -> Payment:
    return Payment(
        row["id"], row["purchase_id"], HandlerId(row["handler_id"]), row["appid"], row["mchid"], row["amount_fen"],
        row["description"], row["expires_at"], row["state"], row["prepay_id"], row["prepay_at"],
        row["transaction_id"], row["paid_at"], row["asked"],
    )  # fmt: skip
