"""Rows of orders, their lines and their events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from yumen.customer.orders.states import Act, Facts, State
from yumen.kit.db import Conn
from yumen.kit.ids import AppKey, HandlerId, SubjectId

SELECT: Final = """
select id, handler_id, subject_id, app_id, state, reservation, coupons, points, goods_fen, shipping_fen,
       total_fen, paid_fen, refund_asked_fen, refunded_fen, recipient_sealed, phone_sealed, address_sealed,
       placed_at, pay_by_at, paid_at, shipped_at, received_at, completed_at, closed_at
  from orders.purchase
"""

INSERT: Final = """
with placed as (
    insert into orders.purchase (id, handler_id, subject_id, app_id, state, reservation, coupons, points, goods_fen,
        shipping_fen, total_fen, recipient_sealed, recipient_index, phone_sealed, phone_index, address_sealed,
        placed_at, pay_by_at)
    values (%(id)s, %(handler)s, %(subject)s, %(app)s, 'awaiting_payment', %(reservation)s, %(coupons)s, %(points)s,
        %(goods_fen)s, %(shipping_fen)s, %(total_fen)s, %(recipient_sealed)s, %(recipient_index)s, %(phone_sealed)s,
        %(phone_index)s, %(address_sealed)s, %(placed_at)s, %(pay_by_at)s)
    returning id
)
insert into orders.line (purchase_id, number, sku, title_en, title_zh, category, quantity, due_fen, steps)
select placed.id, l.number, l.sku, l.title_en, l.title_zh, l.category, l.quantity, l.due_fen, l.steps
  from placed, jsonb_to_recordset(%(lines)s) as l (number integer, sku text, title_en text, title_zh text,
       category text, quantity integer, due_fen bigint, steps jsonb)
"""
MOVE: Final = """
with moved as (
    update orders.purchase
       set state = %(state)s, paid_fen = %(paid_fen)s, refund_asked_fen = %(refund_asked_fen)s,
           refunded_fen = %(refunded_fen)s, paid_at = %(paid_at)s, shipped_at = %(shipped_at)s,
           received_at = %(received_at)s, completed_at = %(completed_at)s, closed_at = %(closed_at)s
     where id = %(id)s
)
insert into orders.event (purchase_id, act, source, target, actor, at)
values (%(id)s, %(act)s, %(source)s, %(state)s, %(actor)s, %(at)s)
"""
MOVE_PAID: Final = MOVE.replace(
    "with moved as (",
    """with settled as (
    update orders.payment set state = 'paid', transaction_id = %(transaction)s, paid_at = %(paid_at)s, ask_at = null
     where id = %(payment)s
), moved as (""",
)
"""The same for an order whose attempt is paid with it: one statement, one round trip."""
OF_PAYMENT: Final = " where id = (select purchase_id from orders.payment where id = %s) and handler_id = %s"
LIST: Final = (
    """
select p.* from unnest(%(family)s::bigint[]) as f (member)
 cross join lateral ("""
    + SELECT
    + """ where subject_id = f.member and id < %(before)s order by id desc limit %(limit)s
 ) as p
 order by p.id desc limit %(limit)s
"""
)
"""A page of each subject that stands for the person, along the index; the newest of them all."""
LIST_OF_HANDLER: Final = (
    SELECT
    + """
 where handler_id = %(handler)s and id < %(before)s order by id desc limit %(limit)s
"""
)
LIST_IN_STATE: Final = {
    state: LIST_OF_HANDLER.replace(" and id <", f" and state = '{state.value}' and id <") for state in State
}
"""The state is written out, so that the index of the states that pass is taken."""
LIST_BY_PHONE: Final = (
    SELECT
    + """
 where handler_id = %(handler)s and phone_index = %(index)s order by id desc limit %(limit)s
"""
)
LIST_BY_RECIPIENT: Final = (
    SELECT
    + """
 where handler_id = %(handler)s and recipient_index = %(index)s order by id desc limit %(limit)s
"""
)
LOCK: Final = SELECT + " where id = %s and handler_id = %s for no key update"
LOCK_PAID_BY: Final = SELECT + OF_PAYMENT + " for no key update"
LINES: Final = """
select number, sku, title_en, title_zh, category, quantity, due_fen, steps, refunded_quantity
  from orders.line where purchase_id = %(id)s order by number limit 100
"""
LINES_OF_PAYMENT: Final = """
select number, sku, title_en, title_zh, category, quantity, due_fen, steps, refunded_quantity
  from orders.line where purchase_id = (select purchase_id from orders.payment where id = %(id)s)
 order by number limit 100
"""
LIST_UNPAID: Final = """
select id, handler_id from orders.purchase
 where state = 'awaiting_payment' and pay_by_at <= %(now)s order by pay_by_at limit %(limit)s
"""
LIST_UNDER_WAY: Final = """
select id, handler_id from orders.purchase
 where completed_at is null and shipped_at is not null and state in ('shipped', 'received', 'partially_refunded')
   and (case when received_at is null then shipped_at <= %(shipped_before)s else received_at <= %(received_before)s end)
 order by shipped_at limit %(limit)s
"""
FOUND_MAX: Final = 50


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order as it is written down."""

    id: str
    handler: HandlerId
    subject: SubjectId
    app: AppKey
    reservation: str
    coupons: tuple[str, ...]
    points: int
    goods_fen: int
    shipping_fen: int
    total_fen: int
    facts: Facts
    placed_at: datetime
    pay_by_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None
    recipient_sealed: bytes
    phone_sealed: bytes
    address_sealed: bytes

    @property
    def state(self) -> State:
        return self.facts.state


class LineRow(msgspec.Struct, frozen=True):
    """One line of an order; `steps` are pairs of step and fen."""

    number: int
    sku: str
    title_en: str
    title_zh: str
    category: str
    quantity: int
    due_fen: int
    steps: list[tuple[str, int]]
    refunded_quantity: int = 0


async def insert(conn: Conn, values: Mapping[str, object], lines: Sequence[LineRow]) -> None:
    """A new order with its lines, one statement."""
    await conn.execute(INSERT, {**values, "lines": Jsonb(msgspec.to_builtins(list(lines)))})


async def find(conn: Conn, handler: HandlerId, order: str) -> Purchase | None:
    return await _one(conn, SELECT + " where id = %s and handler_id = %s", order, handler)


async def lock(conn: Conn, handler: HandlerId, order: str) -> Purchase | None:
    """The order, held until commit: whoever changes anything of an order holds it first."""
    return await _one(conn, LOCK, order, handler)


async def lock_paid_by(conn: Conn, handler: HandlerId, payment: str) -> tuple[Purchase | None, list[LineRow]]:
    """The order of that attempt to pay, held until commit, and its lines."""
    held = await conn.execute(LOCK_PAID_BY, (payment, handler))
    found = await conn.execute(LINES_OF_PAYMENT, {"id": payment})
    row = await held.fetchone()
    lines = [msgspec.convert(line, LineRow) for line in await found.fetchall()]
    return (None if row is None else purchase_of(row)), lines


async def move(
    conn: Conn,
    order: Purchase,
    act: Act,
    facts: Facts,
    paid_at: datetime | None,
    actor: str,
    at: datetime,
    settled: tuple[str, str] | None = None,
) -> None:
    """Write what an act made of the order, and that it happened; `settled` is a paid attempt and its transaction."""
    closed_at = at if facts.state in (State.CANCELLED, State.REFUNDED, State.COMPLETED) else order.closed_at
    values = {
        "id": order.id, "state": facts.state.value, "paid_fen": facts.paid_fen,
        "refund_asked_fen": facts.refund_asked_fen, "refunded_fen": facts.refunded_fen, "paid_at": paid_at,
        "shipped_at": facts.shipped_at, "received_at": facts.received_at, "completed_at": facts.completed_at,
        "closed_at": closed_at, "act": act.value, "source": order.state.value, "actor": actor, "at": at,
    }  # fmt: skip
    if settled is None:
        await conn.execute(MOVE, values)
    else:
        payment, transaction = settled
        await conn.execute(MOVE_PAID, {**values, "payment": payment, "transaction": transaction})


async def list_lines(conn: Conn, order: str) -> list[LineRow]:
    rows = await (await conn.execute(LINES, {"id": order})).fetchall()
    return [msgspec.convert(row, LineRow) for row in rows]


async def count_refunded(conn: Conn, order: str, pieces: Mapping[int, int]) -> None:
    """So many pieces of these lines (by number) were paid back; a negative number takes that back."""
    query = """update orders.line l set refunded_quantity = l.refunded_quantity + p.pieces
                 from unnest(%s::integer[], %s::integer[]) as p (number, pieces)
                where l.purchase_id = %s and l.number = p.number"""
    await conn.execute(query, (list(pieces), list(pieces.values()), order))


async def list_of(conn: Conn, family: Sequence[SubjectId], before: str, limit: int) -> list[Purchase]:
    """A person's orders, the newest first."""
    return await _many(conn, LIST, {"family": list(family), "before": before, "limit": limit})


async def list_of_handler(
    conn: Conn, handler: HandlerId, state: State | None, before: str, limit: int
) -> list[Purchase]:
    query = LIST_OF_HANDLER if state is None else LIST_IN_STATE[state]
    return await _many(conn, query, {"handler": handler, "before": before, "limit": limit})


async def list_by_phone(conn: Conn, handler: HandlerId, index: bytes) -> list[Purchase]:
    return await _many(conn, LIST_BY_PHONE, {"handler": handler, "index": index, "limit": FOUND_MAX})


async def list_by_recipient(conn: Conn, handler: HandlerId, index: bytes) -> list[Purchase]:
    return await _many(conn, LIST_BY_RECIPIENT, {"handler": handler, "index": index, "limit": FOUND_MAX})


async def list_events(conn: Conn, order: str) -> list[DictRow]:
    query = "select act, source, target, actor, at from orders.event where purchase_id = %s order by id limit 200"
    return await (await conn.execute(query, (order,))).fetchall()


async def list_unpaid(conn: Conn, now: datetime, limit: int) -> list[tuple[str, HandlerId]]:
    """Orders whose time to pay is over."""
    rows = await (await conn.execute(LIST_UNPAID, {"now": now, "limit": limit})).fetchall()
    return [(row["id"], HandlerId(row["handler_id"])) for row in rows]


async def list_under_way(
    conn: Conn, received_before: datetime, shipped_before: datetime, limit: int
) -> list[tuple[str, HandlerId]]:
    """Orders received before the one moment and not completed, or shipped before the other and not received."""
    values = {"received_before": received_before, "shipped_before": shipped_before, "limit": limit}
    rows = await (await conn.execute(LIST_UNDER_WAY, values)).fetchall()
    return [(row["id"], HandlerId(row["handler_id"])) for row in rows]


async def _many(conn: Conn, query: str, values: Mapping[str, object]) -> list[Purchase]:
    return [purchase_of(row) for row in await (await conn.execute(query, values)).fetchall()]


async def _one(conn: Conn, query: str, *values: object) -> Purchase | None:
    row = await (await conn.execute(query, values)).fetchone()
    return None if row is None else purchase_of(row)


def purchase_of(row: DictRow) -> Purchase:
    facts = Facts(
        State(row["state"]), row["paid_fen"], row["refund_asked_fen"], row["refunded_fen"],
        row["shipped_at"], row["received_at"], row["completed_at"],
    )  # fmt: skip
    return Purchase(
        row["id"], HandlerId(row["handler_id"]), SubjectId(row["subject_id"]), AppKey(row["app_id"]),
        row["reservation"], tuple(row["coupons"]), row["points"], row["goods_fen"], row["shipping_fen"],
        row["total_fen"], facts, row["placed_at"], row["pay_by_at"], row["paid_at"], row["closed_at"],
        row["recipient_sealed"], row["phone_sealed"], row["address_sealed"],
    )  # fmt: skip
