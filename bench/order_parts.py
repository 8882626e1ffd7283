"""Where the processor time of a paid order goes: `python -m bench.order_parts FILE`, after a word on stdin.

Each part is done for all orders before the next one begins, so that what Python and PostgreSQL spend on it is its own.
Signing and verifying are done without a network; what the call to WeChat Pay costs beside them is seen through HTTP.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvloop

from bench import order_shop
from bench.order_crowd import HOME, Buyer
from bench.processes import Process, leave
from yumen.customer.orders import cashier, checkout, hooks, placing
from yumen.customer.orders.cashier import Wanted
from yumen.customer.orders.neighbours import Shop
from yumen.customer.orders.placing import Ask
from yumen.customer.orders.ready import Readying
from yumen.kit.ids import SubjectId, new_id
from yumen.security import vault
from yumen.wechat import pay as wechat_pay
from yumen.wechat.pay import PaidNotice, Pay

WARM = 100


class Parts:
    """The parts of a paid order, each for the order of a number."""

    def __init__(self, buyer: Buyer) -> None:
        self.buyer, self.work = buyer, buyer.house.work
        self.pay, self.shop = self.work.use(Pay), self.work.use(Shop)
        self.handler = buyer.app.handler
        self.offers: dict[int, Any] = {}
        self.orders: dict[int, Any] = {}
        self.told: dict[int, Any] = {}
        self.notices: dict[int, Any] = {}

    def all(self) -> dict[str, Callable[[int], Awaitable[None]]]:
        return {
            "price shown": self.price,
            "priced, pieces taken, order, lines, leaf": self.place,
            "… of which sealing": self.seal,
            "attempt": self.intend,
            "two signatures": self.sign,
            "prepay id": self.note,
            "notice verified, opened": self.read,
            "paid, sold, points, leaves": self.book,
        }

    async def price(self, number: int) -> None:
        person, wish, actor = self.buyer.wish(number)
        self.offers[number] = await placing.offered(self.work, actor, person, wish)

    async def place(self, number: int) -> None:
        person, wish, actor = self.buyer.wish(number)
        fen = self.offers[number].total_fen
        draft = checkout.Draft(person, self.buyer.app.key, wish, fen, new_id("rsv"), HOME)
        self.orders[number] = await placing.placed(self.work, Ask(actor, draft, None))

    async def seal(self, number: int) -> None:
        """Without the database, whose keys are at hand by now."""
        person, wish, _ = self.buyer.wish(number)
        draft = checkout.Draft(person, self.buyer.app.key, wish, 0, "", HOME)
        keeper = self.work.use(vault.Vault)
        for subject, field, value in checkout.to_seal(draft, HOME):
            keys = await keeper.keyring.ensure_keys([subject], field.retention)
            keeper.seal(keys[subject], field, value)

    async def intend(self, number: int) -> None:
        person, _, actor = self.buyer.wish(number)
        wanted = Wanted(person, self.orders[number], order_shop.MCHID, order_shop.APPID, self.buyer.app.key)
        self.orders[number], _ = await cashier.intend(self.work, actor, wanted)

    async def sign(self, number: int) -> None:
        line = self.pay.line(order_shop.MCHID)
        line.merchant.signer.sign(self.orders[number].id.encode() * 10)
        await wechat_pay.payment_parameters(line, order_shop.APPID, "wx201410272009395522657a690389285100")

    async def note(self, number: int) -> None:
        told = (self.orders[number].id, "wx201410272009395522657a690389285100")
        await self.shop.lanes.of(Readying, self.work).do(self.handler, told)

    async def read(self, number: int) -> None:
        self.notices[number] = await wechat_pay.read_notification(self.pay, order_shop.MCHID, *self.told[number])

    async def book(self, number: int) -> None:
        notice: PaidNotice = self.notices[number]
        assert await hooks.book_plainly(self.work, self.handler, notice.transaction)

    def notify(self, platform: Any) -> None:
        """WeChat Pay's word for every order, which counts for nothing."""
        for number, attempt in self.orders.items():
            fen, name = attempt.amount_fen, attempt.id
            self.told[number] = order_shop.paid_notice(platform, name, f"42{name[4:]}", fen, "oBench")


async def measured(told: dict[str, Any], waiting: Callable[[], Awaitable[None]]) -> dict[str, tuple[float, float]]:
    """Milliseconds of Python and of PostgreSQL an order, by part."""
    keys, database = order_shop.Keys(told["merchant_key"], told["platform_key"]), Process(told["database"])
    platform, spent = order_shop.private_key(keys.platform), {}
    async with order_shop.opened(order_shop.settings_of(told["urls"], Path(told["folder"]), keys)) as house:
        parts = Parts(Buyer(house, [SubjectId(one) for one in told["people"]], await order_shop.skus_of(house, 8)))
        await waiting()
        for name, act in parts.all().items():
            if act == parts.read:
                parts.notify(platform)
            await _each(range(WARM), told["together"], act)
            python_s, postgres_s = time.process_time(), database.cpu_s()
            await _each(range(WARM, WARM + told["orders"]), told["together"], act)
            each_ms = 1e3 / told["orders"]
            spent[name] = ((time.process_time() - python_s) * each_ms, (database.cpu_s() - postgres_s) * each_ms)
    return spent


async def _each(numbers: range, together: int, act: Callable[[int], Awaitable[None]]) -> None:
    waiting = iter(numbers)

    async def one() -> None:
        for number in waiting:
            await act(number)

    await asyncio.gather(*(one() for _ in range(together)))


async def _word() -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    leave(file, uvloop.run(measured(json.loads(file.read_text()), _word)))
