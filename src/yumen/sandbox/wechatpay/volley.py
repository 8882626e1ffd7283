"""Pay very many orders at once and deliver their notices as fast as the receiver takes them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from itertools import islice
from random import Random
from time import perf_counter
from typing import Final

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.wechatpay.codes import VOLLEY_RUNS
from yumen.sandbox.wechatpay.lookup import get_merchant
from yumen.sandbox.wechatpay.payments import Payments
from yumen.sandbox.wechatpay.post import Postman
from yumen.sandbox.wechatpay.records import Merchant, Notice, Order
from yumen.sandbox.wechatpay.refunds import Refunds
from yumen.sandbox.wechatpay.shapes import VolleyAsk, VolleyShown
from yumen.sandbox.wechatpay.world import World

FORGERIES: Final = ("probe", "wrong_signature", "wrong_key", "unknown_serial", "merchant_serial", "stale", "truncated")
CHUNK: Final = 500
log = logging.getLogger("yumen.sandbox.wechatpay")
Shot = tuple[int, str]
"""Which notice, and how it is sent."""


class Volley:
    """One at a time. What is under way does not survive the sandbox's end; payments and refunds do."""

    def __init__(self, world: World, payments: Payments, refunds: Refunds, postman: Postman) -> None:
        self.world = world
        self.payments = payments
        self.refunds = refunds
        self.postman = postman
        self.shown = VolleyShown()
        self._task: asyncio.Task[None] | None = None

    def start(self, ask: Ask) -> VolleyShown:
        """Begin; ask for progress by `show`."""
        merchant, wish = get_merchant(self.world, ask), ask.body
        assert isinstance(wish, VolleyAsk)
        if self.shown.running:
            raise VOLLEY_RUNS()
        self.shown = VolleyShown(running=True)
        self._task = asyncio.create_task(self._run(merchant, wish, Random(wish.seed)))  # noqa: S311 - no secret
        return self.shown

    def show(self, _: Ask) -> VolleyShown:
        """How far it is."""
        return self.shown

    async def stay(self) -> None:
        """Be there until cancelled, and then end what is under way."""
        try:
            await asyncio.Event().wait()
        finally:
            if self._task is not None:
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, merchant: Merchant, wish: VolleyAsk, dice: Random) -> None:
        began = perf_counter()
        try:
            notices = await self._settle(merchant, self._chosen(merchant, wish), wish.refund_share, dice)
            shots = _shots(len(notices), wish, dice)
            self.shown.to_send = len(shots)
            taken = bytearray(len(notices))
            pending = iter(shots)
            turn = None if wish.rotate_at is None else int(len(shots) * wish.rotate_at)
            workers = [self._shoot(notices, pending, taken, turn) for _ in range(wish.concurrency)]
            await asyncio.gather(*workers)
            await self._hand_over(notices, taken)
        finally:
            self.shown.running, self.shown.seconds = False, perf_counter() - began
            log.info("volley over: %s", self.shown)

    def _chosen(self, merchant: Merchant, wish: VolleyAsk) -> list[Order]:
        if wish.numbers:
            named = [self.world.orders.get((merchant.mchid, number)) for number in wish.numbers]
            return [order for order in named if order is not None and not order.transaction_id]
        unpaid = (o for o in self.world.orders.values() if o.mchid == merchant.mchid and o.state == "NOTPAY")
        return list(islice(unpaid, wish.count))

    async def _settle(self, merchant: Merchant, orders: list[Order], refund_share: float, dice: Random) -> list[Notice]:
        """Pay them all, refund some; the notices, not noted anywhere."""
        notices: list[Notice] = []
        for number, order in enumerate(orders):
            self.payments.land(order, notify=False)
            notices.append(self.postman.unsaved(merchant, "payment", order.out_trade_no, ""))
            if dice.random() < refund_share:
                name = f"V{order.out_trade_no}"
                asked = {
                    "out_refund_no": name,
                    "amount": {"refund": order.total_fen},
                    "notify_url": order.notify_url,
                }
                self.refunds.settle(self.refunds.accept(merchant, order, asked), "SUCCESS", notify=False)
                notices.append(self.postman.unsaved(merchant, "refund", name, "SUCCESS"))
            self.shown.orders = number + 1
            if number % CHUNK == CHUNK - 1:
                self.world.journal.settle(lambda _: None)
                await asyncio.sleep(0)
        return notices

    async def _shoot(self, notices: list[Notice], shots: Iterator[Shot], taken: bytearray, turn: int | None) -> None:
        shown = self.shown
        for at, kind in shots:
            if turn is not None and shown.sent == turn:
                self._rotate()
            shown.sent += 1
            attempt = await self.postman.attempt(notices[at], kind)
            well = attempt.outcome == "taken"
            if kind != "genuine":
                shown.forged_sent += 1
                shown.forged_taken += well
                continue
            shown.taken += well
            shown.refused += not well
            if well:
                taken[at] = 1

    async def _hand_over(self, notices: list[Notice], taken: bytearray) -> None:
        """What nobody took goes the ordinary way."""
        now = self.world.now()
        for number, notice in enumerate(notices):
            if not taken[number]:
                self.shown.left_over += 1
                self.postman.put_back(notice, now + 15)
            if number % CHUNK == 0:
                await asyncio.sleep(0)
        self.world.journal.settle(lambda _: None)
        self.postman.wake()

    def _rotate(self) -> None:
        """A new platform certificate takes over at once; the old one stays in the list."""
        fresh, settings = self.world.add_platform_key("RSA"), self.world.settings
        settings.signing, settings.coming_share = [fresh.serial], 0.0
        self.world.save_settings()


def _shots(notices: int, wish: VolleyAsk, dice: Random) -> list[Shot]:
    """Every notice its number of times, the forged ones between, all shuffled."""
    most = max(wish.copies_min, wish.copies_max)
    shots: list[Shot] = []
    for at in range(notices):
        shots += [(at, "genuine")] * dice.randint(wish.copies_min, most)
    forged = int(len(shots) * wish.forged) if notices else 0
    shots += [(dice.randrange(notices), dice.choice(FORGERIES)) for _ in range(forged)]
    dice.shuffle(shots)
    return shots
