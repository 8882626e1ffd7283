"""Paid orders by our stories alone: checkout, WeChat Pay's notification, points; and what a bigger table costs.

`crowds` starts processes of buyers on one database (`bench.order_crowd`); `grow` loads orders by the statement and
asks the same questions of ten thousand and of many more.
"""

import asyncio
import json
import math
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from bench import order_shop
from bench.ground import FOLDER, ROOT
from bench.processes import Process
from bench.report import Goal, Section
from yumen.app.databases import Databases, bring_up_to_date
from yumen.customer.orders import claim_store, parcel_store, payment_store, refund_store, store
from yumen.kit import postgres
from yumen.kit.db import Role

PEOPLE = 100
TOGETHER = (1, 8, 32)
FLOOR_PER_S, AIM_PER_S = 300.0, 600.0
SMALL, GROWN = 10_000, 5_000_000
GROWTH_MAX = 1.2
COLUMNS = ("processes × at once", "orders/s", "checkout p50/p99 ms", "notice p50/p99 ms", "Python CPU ms", "PG CPU ms")


@dataclass(frozen=True)
class Crowd:
    """What one run of buyers came to; milliseconds of processor time are for one paid order."""

    processes: int
    together: int
    per_s: float
    checkout_ms: tuple[float, float]
    notice_ms: tuple[float, float]
    python_ms: float
    postgres_ms: float

    def row(self) -> Sequence[str | float]:
        told = [f"{p50:.1f} / {p99:.1f}" for p50, p99 in (self.checkout_ms, self.notice_ms)]
        name = f"{self.processes} × {self.together}"
        return (name, round(self.per_s), *told, round(self.python_ms, 2), round(self.postgres_ms, 2))


def measure(quick: bool) -> Section:
    """The crowds, then the growth."""
    folder = FOLDER / "orders"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        keys = order_shop.Keys.made()
        people = asyncio.run(_filled(server, folder, keys))
        orders = 300 if quick else 3_000
        crowds = [
            _best(server, folder, keys, people, processes, together, orders, 1 if quick else 3)
            for processes in (1, 2)
            for together in TOGETHER
        ]
        growth = grow(server, 20_000 if quick else GROWN)
    finally:
        server.stop()
        shutil.rmtree(folder)
    best = max(crowds, key=lambda crowd: crowd.per_s)
    goals = [Goal("paid orders by the stories, two cores", best.per_s, FLOOR_PER_S, AIM_PER_S, "a second"), *growth]
    notes = [
        "A paid order: price, reservation, order with two lines, attempt to pay; then WeChat Pay's signed and sealed "
        "notification, stock sold, points booked, leaves in the trail. Durable commits; PostgreSQL on the same cores. "
        "Notices are made between the two and not counted.",
        f"Growth: the same statements as the stores send them, on {SMALL:,} and on {GROWN:,} orders, warm; "
        "medians of 200.",
    ]
    return Section("orders", "Orders", COLUMNS, [crowd.row() for crowd in crowds], goals, notes)


async def _filled(server: postgres.Server, folder: Path, keys: order_shop.Keys) -> list[int]:
    urls = {Role(role): url for role, url in server.urls().items()}
    await bring_up_to_date(Databases(urls, urls[Role.APP]))
    async with order_shop.opened(order_shop.settings_of(server.urls(), folder, keys)) as house:
        await order_shop.fill(house, PEOPLE)
        return await order_shop.people_of(house)


def _best(
    server: postgres.Server, folder: Path, keys: order_shop.Keys, people: list[int], processes: int, together: int,
    orders: int, rounds: int,
) -> Crowd:  # fmt: skip
    """The median of the rounds."""
    found = [crowds(server, folder, keys, people, processes, together, orders) for _ in range(rounds)]
    return sorted(found, key=lambda crowd: crowd.per_s)[len(found) // 2]


def crowds(
    server: postgres.Server, folder: Path, keys: order_shop.Keys, people: list[int], processes: int, together: int,
    orders: int,
) -> Crowd:  # fmt: skip
    """So many processes, each with its own people, each so many orders at once."""
    told = {
        "urls": server.urls(), "folder": str(folder), "merchant_key": keys.merchant, "platform_key": keys.platform,
        "orders": orders // processes, "together": together, "warm": PEOPLE,
    }  # fmt: skip
    running = []
    for place in range(processes):
        file = folder / f"crowd-{place}.json"
        file.write_text(json.dumps(told | {"people": people[place::processes]}))
        command = [sys.executable, "-m", "bench.order_crowd", str(file)]
        running.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    database = Process(server.pid)
    before = database.cpu_s()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    parts = [json.loads(one.communicate()[0]) for one in running]
    return _crowd(parts, processes, together, database.cpu_s() - before)


def _crowd(parts: Sequence[Any], processes: int, together: int, postgres_s: float) -> Crowd:
    phases = {name: [part[name] for part in parts] for name in ("placing", "paying")}
    count = sum(len(one["spent_ms"]) for one in phases["paying"])
    wall = {
        name: max(one["ended"] for one in ones) - min(one["begun"] for one in ones) for name, ones in phases.items()
    }
    cpu_s = sum(one["cpu_s"] for ones in phases.values() for one in ones)
    cuts = {name: quantiles([ms for one in ones for ms in one["spent_ms"]], n=100) for name, ones in phases.items()}
    checkout, notice = ((cuts[name][49], cuts[name][98]) for name in ("placing", "paying"))
    each_ms = 1e3 / count
    return Crowd(
        processes, together, count / sum(wall.values()), checkout, notice, cpu_s * each_ms, postgres_s * each_ms
    )


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
assert claim_store  # the last question is of its table


def grow(server: postgres.Server, grown: int) -> list[Goal]:
    """Load orders, ask; load many more, ask again: the cost may grow by a fifth, and no table is read whole."""
    with psycopg.connect(server.admin_url("yumen"), autocommit=True) as conn:
        _load(conn, 1, SMALL)
        small = {name: _asked(conn, name, SMALL) for name in QUESTIONS}
        _load(conn, SMALL + 1, grown)
        return [_grown(conn, name, small[name], grown) for name in QUESTIONS]


def _grown(conn: psycopg.Connection[Any], name: str, small_ms: float, grown: int) -> Goal:
    plan = _plan(conn, name, grown)
    ratio = math.inf if "Seq Scan on purchase" in plan or "Seq Scan on payment" in plan else 1.0
    return Goal(f"{name}: {grown:,} against {SMALL:,} orders", ratio * _asked(conn, name, grown) / small_ms,
                GROWTH_MAX, 1.1, "times", lower=True)  # fmt: skip


def _asked(conn: psycopg.Connection[Any], name: str, orders: int) -> float:
    """Milliseconds of the question, the median of many orders, warm."""
    query, values_of = QUESTIONS[name]
    spent = []
    for turn in range(400):
        values = values_of(1 + turn % 200 * (orders // 200))
        begun = time.perf_counter()
        conn.execute(query.encode(), values).fetchall()
        spent.append((time.perf_counter() - begun) * 1e3)
    return median(spent[200:])


def _plan(conn: psycopg.Connection[Any], name: str, orders: int) -> str:
    query, values_of = QUESTIONS[name]
    return "\n".join(row[0] for row in conn.execute(b"explain " + query.encode(), values_of(orders // 2)))


def _id(kind: str, number: int) -> str:
    return f"{kind}_{number:026d}"


def _index(number: int) -> bytes:
    return number.to_bytes(16, "big")


def _load(conn: psycopg.Connection[Any], first: int, last: int) -> None:
    """Completed orders with a line, a payment and a parcel each; then as autovacuum would leave them."""
    for statement in LOADS:
        conn.execute(statement, {"first": first, "last": last})
    conn.execute("vacuum analyze orders.purchase, orders.line, orders.payment, orders.parcel, orders.refund")


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
