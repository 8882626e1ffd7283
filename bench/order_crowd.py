"""One process of buyers who order, pay and earn points by our stories alone: `python -m bench.order_crowd FILE`.

The file (JSON) says which databases, keys and people. Orders are placed first and paid afterwards, so that the notices
(which WeChat Pay signs, not we) are made between the two and count for nothing.
"""

import asyncio
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from bench import order_shop
from bench.processes import leave
from yumen.app.wiring import House
from yumen.customer import identity
from yumen.customer.orders import cashier, hooks, placing
from yumen.customer.orders.cashier import Wanted
from yumen.customer.orders.checkout import Draft, Wish
from yumen.customer.orders.destination import Destination, Place
from yumen.customer.orders.placing import Ask
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import Actor, ActorKind
from yumen.wechat.pay import Pay

HOME = Destination("陈小玉", "+8619900000001", Place("上海市", "上海市", "黄浦区", "中山东一路1号", "200002"))


async def crowd(told: dict[str, Any], waiting: Callable[[], Awaitable[None]]) -> dict[str, object]:
    """Place and pay so many orders, `together` at once; answers seconds, processor seconds and latencies."""
    keys = order_shop.Keys(told["merchant_key"], told["platform_key"])
    platform = order_shop.private_key(keys.platform)
    async with order_shop.opened(order_shop.settings_of(told["urls"], Path(told["folder"]), keys)) as house:
        buyer = Buyer(house, told["people"], await order_shop.skus_of(house, 8))
        notices: list[Notice] = []

        async def hear(number: int) -> None:
            await hooks.receive(house.work, house.work.use(Pay), order_shop.MCHID, *notices[number])

        def notify() -> None:
            notices[:] = [
                order_shop.paid_notice(platform, number, f"42{number[4:]}", fen, "oBench")
                for number, fen in buyer.placed
            ]
            buyer.placed.clear()

        await each(told["warm"], told["together"], buyer.place)
        notify()
        await each(told["warm"], told["together"], hear)
        await waiting()
        placing = await each(told["orders"], told["together"], buyer.place)
        notify()
        paying = await each(told["orders"], told["together"], hear)
    return {"placing": placing, "paying": paying}


Notice = tuple[dict[str, str], bytes]


class Buyer:
    """Places orders of two articles for people in turn."""

    def __init__(self, house: House, people: list[int], skus: list[str]) -> None:
        self.house, self.people, self.skus = house, people, skus
        self.placed: list[tuple[str, int]] = []
        self.shown: dict[str, int] = {}
        self.app = house.work.use(identity.Apps).named(order_shop.APPID)

    def wish(self, number: int) -> tuple[SubjectId, Wish, Actor]:
        """Who buys what: two articles, three pieces."""
        person, first = SubjectId(self.people[number % len(self.people)]), number % len(self.skus)
        actor = Actor(ActorKind.SUBJECT, "sub_00000000000000000000000007", self.app.handler)
        return person, Wish({self.skus[first]: 1, self.skus[first - 1]: 2}), actor

    async def place(self, number: int) -> None:
        """As the routes do it: the order at the price that was shown, then the attempt to pay."""
        person, wish, actor = self.wish(number)
        work = self.house.work
        shown = self.shown.get(str(wish.wanted))
        if shown is None:
            shown = self.shown[str(wish.wanted)] = (await placing.offered(work, actor, person, wish)).total_fen
        draft = Draft(person, self.app.key, wish, shown, new_id("rsv"), HOME)
        order = await placing.placed(work, Ask(actor, draft, None))
        assert isinstance(order, str)  # it is plain
        wanted = Wanted(person, order, order_shop.MCHID, order_shop.APPID, self.app.key)
        attempt, _ = await cashier.intend(work, actor, wanted)
        self.placed.append((attempt.id, attempt.amount_fen))


async def each(count: int, together: int, act: Callable[[int], Awaitable[None]]) -> dict[str, object]:
    """Run `act` for each number, so many at once."""
    numbers, spent_ms = iter(range(count)), []

    async def one() -> None:
        for number in numbers:
            begun = time.perf_counter()
            await act(number)
            spent_ms.append((time.perf_counter() - begun) * 1e3)

    begun, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(one() for _ in range(together)))
    return {"begun": begun, "ended": time.monotonic(), "cpu_s": time.process_time() - cpu, "spent_ms": spent_ms}


async def _word() -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


def main(file: str, profile: str = "") -> None:
    told = json.loads(Path(file).read_text())
    if not profile:
        leave(Path(file), uvloop.run(crowd(told, _word)))
        return
    with cProfile.Profile(time.process_time) as seen:
        asyncio.run(crowd(told, _word))
    pstats.Stats(seen, stream=sys.stderr).sort_stats(profile).print_stats(45)


if __name__ == "__main__":
    main(*sys.argv[1:3])
