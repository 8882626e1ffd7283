"""Paid orders through HTTP: our shop and a FastAPI shop with the same writes, in turn, on one database server.

A paid order is three requests: order, cashier (with WeChat Pay's order at a stand-in) and notification.
"""

import asyncio
import resource
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

import psycopg

from bench import order_press, order_servers, order_shop
from bench.ground import FOLDER, ROOT, Ground, common_ground
from bench.order_press import Shop
from bench.order_servers import OURS, OURS_WIDE, THEIRS
from bench.processes import free_port, running
from bench.report import Goal, Section

TOGETHER = (8, 32, 64)
PEOPLE, BUYERS = 200, 1_000
WARM_UP = 150
FILES = 4_096
CORES = 2
COLUMNS = (
    "server", "shoppers", "paid orders/s", "order and cashier p50 / p99 ms", "notice p50 / p99 ms",
    "CPU ms: order and cashier", "notice", "worker", "PostgreSQL: order and cashier", "notice",
)  # fmt: skip


@dataclass(frozen=True)
class Run:
    """One crowd at one server. `spent_ms` are processor milliseconds of one paid order: the edges' for order and
    cashier and for the notice, the worker's for both, PostgreSQL's for order and cashier and for the notice."""

    server: str
    together: int
    per_s: float
    order_ms: tuple[float, float]
    notice_ms: tuple[float, float]
    spent_ms: tuple[float, float, float, float, float]


def measure(quick: bool) -> Section:
    """Start both, warm up, press each in turn, then the crowd for the hot article."""
    orders, rounds = (160, 1) if quick else (1_000, 3)
    keys = order_shop.Keys.made()
    with ExitStack() as stack:
        ground, pay_port = stack.enter_context(_ground(keys))
        starters = (order_servers.yumen, order_servers.fastapi)
        shops = [stack.enter_context(starter(ground, keys, pay_port)) for starter in starters]
        for shop in shops:
            _press(ground, shop, keys, max(TOGETHER), WARM_UP)
        runs = [
            _press(ground, shop, keys, together, orders)
            for _ in range(rounds)
            for together in TOGETHER
            for shop in shops
        ]
        hot = _rush(shops[0])
    with _ground(keys) as (ground, pay_port), order_servers.yumen(ground, keys, pay_port, CORES) as wide:
        _press(ground, wide, keys, max(TOGETHER), WARM_UP)
        runs += [_press(ground, wide, keys, together, orders) for _ in range(rounds) for together in TOGETHER]
    notes = [
        f"{PEOPLE} members, {orders:,} orders of two articles a run, {rounds} rounds, servers in turn, medians. Order "
        "and cashier first, then the notifications, which are made in between and not counted. Durable commits; the "
        "load and PostgreSQL on the same cores. Ours: shopper edge, hooks edge and worker; the peer: one worker. After "
        f"both, alone: ours with `server.workers = {CORES}`, two processes at the shopper edge.",
        "Both write: reservation and stock, order and lines (recipient, phone, address sealed; two blind indexes), "
        "attempt, prepay id, payment, event, posting, entries, lot, balance, log (ours: leaves). Every order pressed "
        "was found paid and every posting balanced. WeChat Pay is a stand-in that answers in 0 ms.",
        f"Hot article: {BUYERS:,} connections at once for {order_servers.PIECES_HOT} pieces, to one worker.",
    ]
    return Section("orders-http", "Orders through HTTP", COLUMNS, _rows(runs), [*_goals(runs), *hot], notes)


@contextmanager
def _ground(keys: order_shop.Keys) -> Iterator[tuple[Ground, int]]:
    """The common ground, and the port of the WeChat Pay stand-in."""
    with common_ground(PEOPLE) as ground:
        pay_port, key_file = free_port(), FOLDER / "platform.pem"
        key_file.write_text(keys.platform)
        command = [sys.executable, "-m", "bench.pay_stand_in", str(pay_port), str(key_file), order_shop.KEY_ID]
        with running(command, pay_port, FOLDER / "pay_stand_in.log", cwd=ROOT):
            yield ground, pay_port


def _press(ground: Ground, shop: Shop, keys: order_shop.Keys, together: int, orders: int) -> Run:
    """One crowd; every order must be found paid, and every posting balanced."""
    paid = _count(shop, shop.paid)
    begun = _spent(ground, shop)
    placing = asyncio.run(order_press.order(shop, orders, together))
    placed = _spent(ground, shop)
    with psycopg.connect(shop.url) as conn:
        told = order_press.notices(keys.platform, conn.execute(shop.attempts.encode()).fetchall())
    assert len(told) == orders, f"{shop.name}: {len(told)} attempts of {orders} orders"
    made = _spent(ground, shop)
    paying = asyncio.run(order_press.notify(shop, told, together))
    ended = _spent(ground, shop)
    assert _count(shop, shop.paid) - paid == orders, f"{shop.name}: not every order is paid"
    assert _count(shop, shop.unequal) == 0, f"{shop.name}: a posting does not balance"
    per_s = orders / (placing.seconds + paying.seconds)
    (edges, worker, database), (edges_then, worker_then, database_then) = (
        [(after - before) * 1e3 / orders for before, after in zip(*pair, strict=True)]
        for pair in ((begun, placed), (made, ended))
    )
    spent_ms = (edges, edges_then, worker + worker_then, database, database_then)
    return Run(shop.name, together, per_s, placing.p50_p99_ms, paying.p50_p99_ms, spent_ms)


def _spent(ground: Ground, shop: Shop) -> tuple[float, float, float]:
    """Processor seconds of the edges, of the worker and of PostgreSQL so far."""
    worker_s = 0.0 if shop.worker is None else shop.worker.cpu_s()
    return shop.cpu_s(), worker_s, ground.database.cpu_s()


def _count(shop: Shop, query: str) -> int:
    with psycopg.connect(shop.url) as conn:
        row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def _rush(shop: Shop) -> list[Goal]:
    """Exactly as many are sold as there are; the others hear so, or to come again when there is no connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    phase, statuses = asyncio.run(order_press.rush(shop, BUYERS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    told_later = statuses.pop(503, 0)
    sold, refused = order_servers.PIECES_HOT, BUYERS - order_servers.PIECES_HOT - told_later
    assert statuses == ({201: sold, 409: refused} if refused else {201: sold}), statuses
    return [
        Goal("buyers of a hot article answered, through HTTP", BUYERS / phase.seconds, 100, 1_000, "a second"),
        Goal("… p99", phase.p50_p99_ms[1], 10_000, 1_000, "ms", lower=True),
        Goal("… told to come again (503)", told_later, BUYERS, 0, "buyers", lower=True),
    ]


def _of(runs: Sequence[Run], server: str, together: int) -> list[Run]:
    return [run for run in runs if (run.server, run.together) == (server, together)]


def _rows(runs: Sequence[Run]) -> list[tuple[str | float, ...]]:
    rows: list[tuple[str | float, ...]] = []
    for server in dict.fromkeys(run.server for run in runs):
        for together in TOGETHER:
            group = _of(runs, server, together)
            latencies = [
                " / ".join(f"{median(one[part] for one in ones):.1f}" for part in (0, 1))
                for ones in ([run.order_ms for run in group], [run.notice_ms for run in group])
            ]
            spent = [round(median(ones), 2) for ones in zip(*(run.spent_ms for run in group), strict=True)]
            rows.append((server, together, median(run.per_s for run in group), *latencies, *spent))
    return rows


def _goals(runs: Sequence[Run]) -> list[Goal]:
    goals = []
    for together in TOGETHER:
        mine, theirs = _of(runs, OURS, together), _of(runs, THEIRS, together)
        ratio = median(a.per_s / b.per_s for a, b in zip(mine, theirs, strict=True))
        goals.append(Goal(f"paid orders against FastAPI, {together} shoppers", ratio, 3, 5, "times"))
    best = max(median(run.per_s for run in _of(runs, OURS_WIDE, together)) for together in TOGETHER)
    return [*goals, Goal("paid orders through HTTP, two cores", best, 300, 300, "a second")]
