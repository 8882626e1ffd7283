"""What each path of an order costs on ten thousand and on five million orders.

Two databases of one server hold the few and the many; each question is asked of both in turn, as the stores send it, so
that a busy machine slows both alike. Beside the time stand the pages that the server touched, which no noise changes.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

import psycopg
from psycopg import sql

from bench.report import Goal
from yumen.customer.orders import parcel_store, payment_store, refund_store, store
from yumen.kit import postgres

SMALL, GROWN = 10_000, 5_000_000
GROWTH_MAX, AIM = 1.2, 1.1
TURNS, WARM = 400, 200
PAGES_MORE_MAX = 8
"""An index of millions is a level or two deeper; more pages than that is a table read where a row was wanted."""
FEW = "yumen_few"

QUESTIONS: dict[str, tuple[str, Callable[[int], Any]]] = {
    "an order, held": (store.LOCK, lambda n: (_id("ord", n), 1)),
    "a person's orders": (store.LIST, lambda n: {"family": [n % 97 + 1], "before": "ord_~", "limit": 21}),
    "a handler's orders": (
        store.LIST_OF_HANDLER, lambda n: {"handler": 1, "before": _id("ord", n), "limit": 51, "state": None},
    ),
    "by phone": (store.LIST_BY_PHONE, lambda n: {"handler": 1, "index": _index(n), "limit": 50}),
    "lines": (store.LINES, lambda n: {"id": _id("ord", n)}),
    "what was not paid in time": (store.LIST_UNPAID, lambda n: {"now": "2020-01-01", "limit": 200}),
    "attempts of an order": (payment_store.OF_ORDER, lambda n: (_id("ord", n),)),
    "order of an attempt": (store.LOCK_PAID_BY, lambda n: (_id("pay", n), 1)),
    "a payment by WeChat's number": (
        payment_store.SELECT + " where mchid = %s and transaction_id = %s", lambda n: ("1900000001", f"42{n:024d}"),
    ),
    "refunds due": (refund_store.LIST_DUE, lambda n: {"now": "2020-01-01", "limit": 200}),
    "parcels to tell": (parcel_store.LIST_TO_TELL, lambda n: {"now": "2020-01-01", "limit": 200}),
    "claims due": (
        "select id, handler_id from orders.claim where due_at <= %(now)s order by due_at limit 200",
        lambda n: {"now": "2020-01-01"},
    ),
}  # fmt: skip
"""What requests and jobs ask, as the stores ask it."""


@dataclass(frozen=True)
class Cost:
    """One question, asked of few and of many orders; each pair is few, many."""

    name: str
    ms: tuple[float, float]
    pages: tuple[float, float]

    def goals(self, grown: int) -> list[Goal]:
        name = f"{self.name}: {grown:,} against {SMALL:,} orders"
        more = self.pages[1] - self.pages[0]
        return [
            Goal(name, self.ms[1] / self.ms[0], GROWTH_MAX, AIM, "times", lower=True),
            Goal("… pages touched beyond those", more, PAGES_MORE_MAX, 3, "pages", lower=True),
        ]


def grow(server: postgres.Server, grown: int) -> list[Goal]:
    """Load few, copy them to a database of their own, load many more, ask both in turn."""
    with psycopg.connect(server.admin_url("yumen"), autocommit=True) as conn:
        _load(conn, 1, SMALL)
    with psycopg.connect(server.admin_url(), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {} template yumen").format(sql.Identifier(FEW)))
    with (
        psycopg.connect(server.admin_url(FEW), autocommit=True) as few,
        psycopg.connect(server.admin_url("yumen"), autocommit=True) as many,
    ):
        few.execute("vacuum analyze")
        _load(many, SMALL + 1, grown)
        return [goal for name in QUESTIONS for goal in _asked(name, few, many, grown).goals(grown)]


def _asked(name: str, few: psycopg.Connection[Any], many: psycopg.Connection[Any], grown: int) -> Cost:
    query, values_of = QUESTIONS[name]
    places = ((few, SMALL), (many, grown))
    spent: tuple[list[float], list[float]] = ([], [])
    for turn in range(TURNS):
        for into, (conn, orders) in zip(spent, places, strict=True):
            values = values_of(_nth(turn, orders))
            begun = time.perf_counter()
            conn.execute(query.encode(), values).fetchall()
            if turn >= WARM:
                into.append((time.perf_counter() - begun) * 1e3)
    pages = [median(_pages(conn, query, values_of(_nth(turn, orders))) for turn in range(9)) for conn, orders in places]
    quick = [quantiles(ones, n=10)[0] for ones in spent]  # the tenth that was disturbed least
    return Cost(name, (quick[0], quick[1]), (pages[0], pages[1]))


def _nth(turn: int, orders: int) -> int:
    """Orders all over the table; the first has enough before it to fill a page."""
    return 100 + turn % 190 * (orders // 200)


def _pages(conn: psycopg.Connection[Any], query: str, values: Any) -> int:
    """Pages that the statement touched, in memory or not."""
    asked = conn.execute(b"explain (analyze, buffers, timing off, format json) " + query.encode(), values)
    row = asked.fetchone()
    assert row is not None
    plan = (json.loads(row[0]) if isinstance(row[0], str) else row[0])[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


def _id(kind: str, number: int) -> str:
    return f"{kind}_{number:026d}"


def _index(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _load(conn: psycopg.Connection[Any], first: int, last: int) -> None:
    """Completed orders with a line, a payment and a parcel each; then as autovacuum would leave them.

    Indexes are built afterwards and references, which fit by construction, are not looked up row by row.
    """
    conn.execute("set session_replication_role = replica")
    conn.execute("set synchronous_commit = off")
    conn.execute("set maintenance_work_mem = '512MB'")
    indexes = conn.execute(INDEXES, [list(TABLES)]).fetchall()
    for name, _ in indexes:
        conn.execute(sql.SQL("drop index {}").format(sql.Identifier("orders", name)))
    for statement in LOADS:
        conn.execute(statement, {"first": first, "last": last})
    for _, definition in indexes:
        conn.execute(definition.encode())
    conn.execute("vacuum analyze orders.purchase, orders.line, orders.payment, orders.parcel, orders.refund")
    for setting in (b"session_replication_role", b"synchronous_commit", b"maintenance_work_mem"):
        conn.execute(b"reset " + setting)


TABLES = ("purchase", "line", "payment", "parcel")
INDEXES = """
select i.indexname, i.indexdef from pg_indexes i
 where i.schemaname = 'orders' and i.tablename = any(%s)
   and not exists (select 1 from pg_constraint c where c.conindid = ('orders.' || i.indexname)::regclass)
 order by 1
"""
LOADS = (
    """
    insert into orders.purchase (id, handler_id, subject_id, app_id, state, reservation, coupons, goods_fen,
           shipping_fen, total_fen, paid_fen, recipient_sealed, recipient_index, phone_sealed, phone_index,
           address_sealed, placed_at, pay_by_at, paid_at, shipped_at, received_at, completed_at, closed_at)
    select 'ord_' || lpad(n::text, 26, '0'), 1, n %% 97 + 1, 1, 'completed', 'rsv', '{}', 1000, 0, 1000, 1000,
           '\\x00', decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x00', decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x00',
           at, at, at, at, at, at, at
      from generate_series(%(first)s::int, %(last)s::int) n, lateral (select timestamptz '2026-01-01'
           + n * interval '1 second' as at) t
    """,
    """
    insert into orders.line (purchase_id, number, sku, title_en, title_zh, category, quantity, due_fen, steps)
    select 'ord_' || lpad(n::text, 26, '0'), 1, 'sku', 'Thing', '物', 'c', 1, 1000, '[["list", 1000]]'
      from generate_series(%(first)s::int, %(last)s::int) n
    """,
    """
    insert into orders.payment (id, purchase_id, handler_id, appid, mchid, amount_fen, description, expires_at, state,
           transaction_id, paid_at, created_at)
    select 'pay_' || lpad(n::text, 26, '0'), 'ord_' || lpad(n::text, 26, '0'), 1, 'wx', '1900000001', 1000, 'x', at,
           'paid', '42' || lpad(n::text, 24, '0'), at, at
      from generate_series(%(first)s::int, %(last)s::int) n, lateral (select timestamptz '2026-01-01'
           + n * interval '1 second' as at) t
    """,
    """
    insert into orders.parcel (id, purchase_id, handler_id, carrier, tracking_no, shipped_at, upload)
    select 'pcl_' || lpad(n::text, 26, '0'), 'ord_' || lpad(n::text, 26, '0'), 1, 'SF', 'SF0001', now(), 'done'
      from generate_series(%(first)s::int, %(last)s::int) n
    """,
)
