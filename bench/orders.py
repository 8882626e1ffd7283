"""Paid orders by our stories alone: checkout, WeChat Pay's notification, points; and what a bigger table costs.

`crowds` starts processes of buyers on one database (`bench.order_crowd`); `order_growth` loads orders by
the statement and asks the same questions of ten thousand and of many more.
"""

import asyncio
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench import order_shop
from bench.ground import FOLDER
from bench.order_growth import GROWN, SMALL, grow
from bench.processes import Process
from bench.processes import together as run_together
from bench.report import Goal, Section
from yumen.app.databases import Databases, bring_up_to_date
from yumen.kit import postgres
from yumen.kit.db import Role

PEOPLE = 100
TOGETHER = (1, 8, 32)
PARTS_TOGETHER = (1, 32)
FLOOR_PER_S, AIM_PER_S = 300.0, 600.0
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
        orders = 300 if quick else 1_800
        crowds = [
            _best(server, folder, keys, people, processes, together, _count(orders, together), 1 if quick else 3)
            for processes in (1, 2)
            for together in TOGETHER
        ]
        parts = {together: _parts(server, folder, keys, people, together, orders // 3) for together in PARTS_TOGETHER}
        grown = 100_000 if quick else GROWN
        growth = grow(server, grown)
    finally:
        server.stop()
        shutil.rmtree(folder)
    best = max(crowds, key=lambda crowd: crowd.per_s)
    goals = [Goal("paid orders by the stories, two cores", best.per_s, FLOOR_PER_S, AIM_PER_S, "a second"), *growth]
    notes = [
        "A paid order: price, reservation, order with two lines, attempt to pay; then WeChat Pay's signed and sealed "
        "notification, stock sold, points booked, leaves in the trail. Durable commits; PostgreSQL on the same cores. "
        "Notices are made between the two and not counted.",
        f"Growth: the same statements as the stores send them, on {SMALL:,} and on {grown:,} orders, warm, asked in "
        "turn; lowest tenths of 200, and the pages that the server touched.",
    ]
    notes.append(_told(parts))
    return Section("orders", "Orders", COLUMNS, [crowd.row() for crowd in crowds], goals, notes)


def _count(orders: int, together: int) -> int:
    """One at a time is slow, and steady after fewer."""
    return orders if together > 1 else orders // 6


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
    files = []
    for place in range(processes):
        file = folder / f"crowd-{place}.json"
        file.write_text(json.dumps(told | {"people": people[place::processes]}))
        files.append(file)
    parts, postgres_s = run_together("bench.order_crowd", files, Process(server.pid))
    return _crowd(parts, processes, together, postgres_s)


def _parts(
    server: postgres.Server, folder: Path, keys: order_shop.Keys, people: list[int], together: int, orders: int
) -> dict[str, tuple[float, float]]:
    """Milliseconds of Python and of PostgreSQL for one order, by part."""
    file = folder / "parts.json"
    told = {
        "urls": server.urls(), "folder": str(folder), "merchant_key": keys.merchant, "platform_key": keys.platform,
        "orders": orders, "together": together, "people": people, "database": server.pid,
    }  # fmt: skip
    file.write_text(json.dumps(told))
    (spent,), _ = run_together("bench.order_parts", [file], Process(server.pid))
    return {name: (python_ms, postgres_ms) for name, (python_ms, postgres_ms) in spent.items()}


def _told(parts: Mapping[int, Mapping[str, tuple[float, float]]]) -> str:
    """One sentence for the report."""
    one, many = (parts[together] for together in PARTS_TOGETHER)
    told = "; ".join(
        f"{name} {one[name][0]:.2f} + {one[name][1]:.2f} → {many[name][0]:.2f} + {many[name][1]:.2f}" for name in one
    )
    return (
        f"Where the processor time of an order goes, Python + PostgreSQL, ms, one at a time → {PARTS_TOGETHER[1]} at "
        f"once in one process: {told}. Each part was done for all orders before the next."
    )


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
