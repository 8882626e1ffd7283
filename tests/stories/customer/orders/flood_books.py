"""The books of a flood of notices: orders that wait for their payment, by statement; and a recount by plain additions.

Order number n belongs to person `n % people + 1`, costs `amount_of(n)`, and earns a point for each yuan. Of the first
`refunds` orders everything is given back; every tenth of those pieces returns to the shelf.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import msgspec
import psycopg

from bench import order_shop

FEN_A_POINT = 100
RESTOCKED_EVERY = 10
PIECES = order_shop.PIECES
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Sizes:
    """How much there is: orders that are paid, of them given back, people, articles."""

    payments: int
    refunds: int
    people: int
    articles: int


def amount_of(number: int) -> int:
    """Fen of an order, its payment and its refund."""
    return (number % 300 + 1) * FEN_A_POINT


ORDERS: tuple[LiteralString, ...] = (
    """
    insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)
    select n, 1, 'sub_' || lpad(n::text, 26, '0'), now(), now() from generate_series(1, %(people)s::int) n
    """,
    """
    insert into loyalty.member (subject_id, handler_id, number_sealed, number_index, enrolled_at)
    select n, 1, '\\x00', decode(lpad(to_hex(n), 32, '0'), 'hex'), now() from generate_series(1, %(people)s::int) n
    """,
    """
    insert into loyalty.program (handler_id, kind, version, body, body_hash, starts_at, proposed_by, proposed_at,
           adopted_at)
    values (1, 'earning', 1, %(earning)s, sha256('flood'), '2020-01-01', 'flood', now(), now())
    """,
    """
    insert into catalog.product (id, ref, handler_id, brand_id, code, status, name_en, name_zh, text_en, text_zh,
           image_hashes, published_at, changed_at) overriding system value
    values (1, 'prd_00000000000000000000000000', 1, 1, 'P', 'published', 'Thing', '物', '', '', '{}', now(), now())
    """,
    """
    insert into catalog.sku (id, ref, handler_id, product_id, code, name_en, name_zh, list_fen)
           overriding system value
    select n, 'sku_' || lpad(n::text, 26, '0'), 1, 1, 'S' || n, '', '', 100
      from generate_series(1, %(articles)s::int) n
    """,
    """
    insert into catalog.reservation (id, handler_id, state, sku_ids, quantities, held_at, expires_at)
    select 'rsv_' || lpad(n::text, 26, '0'), 1, 'held', array[n::bigint %% %(articles)s + 1],
           array[1::bigint], now(), now() + interval '1 day'
      from generate_series(1, %(payments)s::int) n
    """,
    """
    insert into catalog.stock (sku_id, handler_id, on_hand, reserved)
    select sku_ids[1], 1, %(pieces)s, count(*) from catalog.reservation group by 1
    """,
    """
    insert into orders.purchase (id, handler_id, subject_id, app_id, state, reservation, coupons, goods_fen,
           shipping_fen, total_fen, recipient_sealed, recipient_index, phone_sealed, phone_index, address_sealed,
           placed_at, pay_by_at)
    select 'ord_' || lpad(n::text, 26, '0'), 1, n %% %(people)s + 1, 1, 'awaiting_payment',
           'rsv_' || lpad(n::text, 26, '0'), '{}', (n %% 300 + 1) * 100, 0, (n %% 300 + 1) * 100, '\\x00',
           decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x00', decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x00', now(),
           now() + interval '1 day'
      from generate_series(1, %(payments)s::int) n
    """,
    """
    insert into orders.line (purchase_id, number, sku, title_en, title_zh, category, quantity, due_fen, steps)
    select 'ord_' || lpad(n::text, 26, '0'), 1, 'sku_' || lpad((n %% %(articles)s + 1)::text, 26, '0'), 'Thing', '物',
           '', 1, (n %% 300 + 1) * 100, '[]'
      from generate_series(1, %(payments)s::int) n
    """,
    """
    insert into orders.payment (id, purchase_id, handler_id, appid, mchid, amount_fen, description, expires_at, state,
           ask_at, created_at)
    select 'pay_' || lpad(n::text, 26, '0'), 'ord_' || lpad(n::text, 26, '0'), 1, %(appid)s, %(mchid)s,
           (n %% 300 + 1) * 100, 'x', now() + interval '1 day', 'ready', now() + interval '1 day', now()
      from generate_series(1, %(payments)s::int) n
    """,
)
REFUNDS: tuple[LiteralString, ...] = (
    """
    update orders.purchase set state = 'refunding', refund_asked_fen = paid_fen
     where id <= 'ord_' || lpad(%(refunds)s::text, 26, '0')
    """,
    """
    insert into orders.refund (id, purchase_id, payment_id, handler_id, mchid, amount_fen, total_fen, cause, lines,
           restock, surplus, state, sent, ask_at, asked_at)
    select 'ref_' || lpad(n::text, 26, '0'), 'ord_' || lpad(n::text, 26, '0'), 'pay_' || lpad(n::text, 26, '0'), 1,
           %(mchid)s, (n %% 300 + 1) * 100, (n %% 300 + 1) * 100, 'goodwill', '[[1, 1]]', n %% 10 = 0, false,
           'processing', 1, now() + interval '1 day', now()
      from generate_series(1, %(refunds)s::int) n
    """,
)


def place(url: str, mchid: str, sizes: Sizes) -> None:
    """People, articles, and orders that wait for their payment, each with its reservation and its attempt."""
    values = {
        "articles": sizes.articles, "people": sizes.people, "payments": sizes.payments, "mchid": mchid,
        "appid": order_shop.APPID, "pieces": PIECES, "earning": json.dumps(order_shop.EARNING),
    }  # fmt: skip
    with psycopg.connect(url, autocommit=True) as conn:
        for statement in ORDERS:
            conn.execute(statement, values)
        conn.execute("vacuum analyze")


def ask_back(url: str, mchid: str, sizes: Sizes) -> None:
    """The first of the paid orders are given back: asked, and under way at WeChat Pay."""
    with psycopg.connect(url, autocommit=True) as conn:
        for statement in REFUNDS:
            conn.execute(statement, {"mchid": mchid, "refunds": sizes.refunds})
        conn.execute("vacuum analyze orders.purchase, orders.refund, loyalty.posting")


def upkeep(url: str) -> None:
    """What autovacuum does in a house; the tests' servers run without it, and plans made for empty tables stay."""
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("vacuum analyze loyalty.posting, loyalty.entry, loyalty.lot, loyalty.balance")
        conn.execute("vacuum analyze orders.event, orders.refused_notice, catalog.stock, trail.entry")


def recount(url: str, sizes: Sizes) -> list[str]:
    """Everything that is not as the notices say, in words; counted row by row, by no query of the product."""
    with psycopg.connect(url) as conn:
        found = [*_money(conn, sizes), *_acts(conn, sizes), *_points(conn, sizes), *_stock(conn, sizes)]
        return [*found, *_leaves(conn, sizes)]


def _rows(conn: psycopg.Connection[Row], query: LiteralString) -> Iterator[Row]:
    with conn.cursor(name="recount") as cursor:
        cursor.itersize = 10_000
        yield from cursor.execute(query)


def _money(conn: psycopg.Connection[Row], sizes: Sizes) -> Iterator[str]:
    taken = back = rows = 0
    for name, state, fen, transaction in _rows(
        conn, "select id, state, amount_fen, transaction_id from orders.payment"
    ):
        number, rows, taken = int(name[4:]), rows + 1, taken + fen
        if (state, fen, transaction) != ("paid", amount_of(number), f"42{number:026d}"):
            yield f"payment {number} is {state}"
    for name, state, fen, paid, refunded in _rows(
        conn, "select id, state, total_fen, paid_fen, refunded_fen from orders.purchase"
    ):
        number, back = int(name[4:]), back + refunded
        given = amount_of(number) if number <= sizes.refunds else 0
        if (state, paid, refunded) != ("refunded" if given else "paid", fen, given):
            yield f"order {number} is {state}"
    for name, state, number_there in _rows(conn, "select id, state, refund_id from orders.refund"):
        if (state, number_there) != ("done", f"50{int(name[4:]):026d}"):
            yield f"refund {int(name[4:])} is {state}"
    sent = sum(amount_of(number) for number in range(1, sizes.payments + 1))
    sent_back = sum(amount_of(number) for number in range(1, sizes.refunds + 1))
    if (rows, taken, back) != (sizes.payments, sent, sent_back):
        yield f"{rows} payments of {taken} fen and {back} fen back, not {sizes.payments}, {sent}, {sent_back}"


def _acts(conn: psycopg.Connection[Row], sizes: Sizes) -> Iterator[str]:
    times = Counter(_rows(conn, "select purchase_id, act from orders.event"))
    if any(count != 1 for count in times.values()):
        yield "a move happened twice"
    acts = Counter(act for _, act in times)
    if acts != Counter(pay=sizes.payments, end_refund=sizes.refunds):
        yield f"moves {acts}"


def _points(conn: psycopg.Connection[Row], sizes: Sizes) -> Iterator[str]:
    due: Counter[int] = Counter()
    for number in range(sizes.refunds + 1, sizes.payments + 1):
        due[number % sizes.people + 1] += amount_of(number) // FEN_A_POINT
    sums: Counter[str] = Counter()
    held: Counter[int] = Counter()
    for posting, account, subject, points in _rows(
        conn, "select posting_id, account, subject_id, points from loyalty.entry"
    ):
        sums[posting] += points
        held[subject] += points if account == "member" else 0
    if any(sums.values()):
        yield "a posting does not sum to zero"
    if +held != due:
        yield "people hold other points than their entries should sum to"
    if len(sums) != sizes.payments + sizes.refunds:
        yield f"{len(sums)} postings"
    told = conn.execute("select subject_id, points, owed from loyalty.balance").fetchall()
    if {subject: points for subject, points, _ in told if points} != dict(due) or any(owed for *_, owed in told):
        yield "balances differ from what is due"


def _stock(conn: psycopg.Connection[Row], sizes: Sizes) -> Iterator[str]:
    """After `settle`: what was sold is gone, what came back is there."""
    left = Counter(dict.fromkeys(range(1, sizes.articles + 1), PIECES))
    left.subtract(number % sizes.articles + 1 for number in range(1, sizes.payments + 1))
    left.update(number % sizes.articles + 1 for number in range(RESTOCKED_EVERY, sizes.refunds + 1, RESTOCKED_EVERY))
    for sku, on_hand, reserved in conn.execute("select sku_id, on_hand, reserved from catalog.stock").fetchall():
        if (on_hand, reserved) != (left[sku], 0):
            yield f"article {sku}: {on_hand} there, {reserved} promised, not {left[sku]}"


def _leaves(conn: psycopg.Connection[Row], sizes: Sizes) -> Iterator[str]:
    kinds = Counter(msgspec.json.decode(body)[1] for (body,) in _rows(conn, "select body from trail.entry"))
    if (kinds["order.paid"], kinds["refund.done"]) != (sizes.payments, sizes.refunds):
        yield f"{kinds['order.paid']} leaves of payments and {kinds['refund.done']} of refunds"
