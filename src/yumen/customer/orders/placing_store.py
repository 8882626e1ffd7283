"""Insert many orders with their lines and leaves, and take what was ordered out of the carts: two statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from yumen.customer.orders.store import LineRow
from yumen.kit.arrays import bytes_, moments, plain, texts
from yumen.kit.db import Conn

INSERT: Final = """
with placed as (
    insert into orders.purchase (id, handler_id, subject_id, app_id, state, reservation, coupons, points, goods_fen,
        shipping_fen, total_fen, recipient_sealed, recipient_index, phone_sealed, phone_index, address_sealed,
        placed_at, pay_by_at)
    select id, handler, subject, app, 'awaiting_payment', reservation, '{}', 0, goods_fen, shipping_fen, total_fen,
           recipient_sealed, recipient_index, phone_sealed, phone_index, address_sealed, placed_at, pay_by_at
      from unnest(%(id)s::text[], %(handler)s::bigint[], %(subject)s::bigint[], %(app)s::bigint[],
                  %(reservation)s::text[], %(goods_fen)s::bigint[], %(shipping_fen)s::bigint[],
                  %(total_fen)s::bigint[], %(recipient_sealed)s::bytea[], %(recipient_index)s::bytea[],
                  %(phone_sealed)s::bytea[], %(phone_index)s::bytea[], %(address_sealed)s::bytea[],
                  %(placed_at)s::timestamptz[], %(pay_by_at)s::timestamptz[])
           as o (id, handler, subject, app, reservation, goods_fen, shipping_fen, total_fen, recipient_sealed,
                 recipient_index, phone_sealed, phone_index, address_sealed, placed_at, pay_by_at)
), leaves as (
    insert into trail.entry (body) select body from unnest(%(leaves)s::bytea[]) as l (body)
)
insert into orders.line (purchase_id, number, sku, title_en, title_zh, category, quantity, due_fen, steps)
select l.order_id, l.number, l.sku, l.title_en, l.title_zh, l.category, l.quantity, l.due_fen, l.steps
  from jsonb_to_recordset(%(lines)s::jsonb) as l (order_id text, number integer, sku text, title_en text, title_zh text,
       category text, quantity integer, due_fen bigint, steps jsonb)
"""
TAKE_OUT: Final = """
delete from orders.cart_line
 where (subject_id, sku) in (
       select s.id, t.sku
         from unnest(%(persons)s::bigint[], %(skus)s::text[]) as t (person, sku)
         join identity.subject s on s.id = t.person or s.stands_for = t.person
       )
"""
COLUMNS: Final[Mapping[str, Callable[..., str]]] = {
    **dict.fromkeys(
        ("id", "handler", "subject", "app", "reservation", "goods_fen", "shipping_fen", "total_fen"), plain
    ),
    **dict.fromkeys(("recipient_sealed", "recipient_index", "phone_sealed", "phone_index", "address_sealed"), bytes_),
    **dict.fromkeys(("placed_at", "pay_by_at"), moments),
}
"""The columns of `row`, and how an array of each is written."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One order as it is written down: its row, its lines, its leaf, and what leaves the cart."""

    row: Mapping[str, object]
    lines: Sequence[LineRow]
    leaf: bytes
    skus: Sequence[str]


async def insert(conn: Conn, orders: Sequence[Placed]) -> None:
    """New orders without coupons and points."""
    lines = [
        {"order_id": one.row["id"], **line}
        for one in orders
        for line in msgspec.to_builtins(list(one.lines))
    ]  # fmt: skip
    columns = {name: written([one.row[name] for one in orders]) for name, written in COLUMNS.items()}
    leaves = bytes_([one.leaf for one in orders])
    await conn.execute(INSERT, {**columns, "lines": msgspec.json.encode(lines).decode(), "leaves": leaves})
    gone = [(str(one.row["subject"]), sku) for one in orders for sku in one.skus]
    await conn.execute(TAKE_OUT, {"persons": plain(one for one, _ in gone), "skus": texts(sku for _, sku in gone)})
