"""Tell the WeChat sandbox of payments and whole refunds, as the two houses tell each other inside: for shipping.

Off until settings name the admin address of a WeChat sandbox. What cannot be told is tried again for a while; what is
dropped then shipping management never knows (10060001), as happens in earnest.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import Final

import msgspec

from yumen.sandbox.kit.rounds import Rounds
from yumen.sandbox.kit.sender import NoLoopback, Sender
from yumen.sandbox.wechatpay.records import Order
from yumen.sandbox.wechatpay.world import World

TRIES_MAX: Final = 60
RETRY_S: Final = 1.0
TIMEOUT_S: Final = 5.0
QUEUE_MAX: Final = 100_000
POLL_S: Final = 0.5
JSON: Final = ("Content-Type", "application/json")
GOOD: Final = 300
log = logging.getLogger("yumen.sandbox.wechatpay")


@dataclass(frozen=True, slots=True)
class News:
    """One thing to tell."""

    path: str
    body: bytes


class Herald(Rounds):
    """Takes news and tells it in order, one after another."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self._news: deque[News] = deque(maxlen=QUEUE_MAX)
        self._sender = Sender()

    def paid(self, order: Order) -> None:
        """An order was paid."""
        told = {
            "transaction_id": order.transaction_id,
            "openid": order.openid,
            "mchid": order.mchid,
            "out_trade_no": order.out_trade_no,
            "description": order.description[:127],
            "paid_fen": order.total_fen,
        }
        self._tell(f"/api/apps/{order.appid}/trades", msgspec.json.encode(told))

    def refunded(self, order: Order) -> None:
        """A refund of the order settled; told when nothing of the payment is left."""
        if order.refunded_fen >= order.total_fen:
            self._tell(f"/api/apps/{order.appid}/trades/{order.transaction_id}/refund", b"{}")

    def start_due(self) -> float:
        """Begin telling where there is something to tell."""
        if self._news and "herald" not in self._on_the_way:
            task = asyncio.create_task(self._tell_all())
            self._on_the_way["herald"] = task
            task.add_done_callback(lambda _: self.arrived("herald"))
        return POLL_S

    async def let_go(self) -> None:
        """Close the connections."""
        self._sender.close()

    def _tell(self, path: str, body: bytes) -> None:
        if self.world.settings.wechat_admin_url:
            self._news.append(News(path, body))
            self.wake()

    async def _tell_all(self) -> None:
        while self._news:
            news, url = self._news.popleft(), self.world.settings.wechat_admin_url
            for _ in range(TRIES_MAX):
                try:
                    status = await self._sender.post(url + news.path, (JSON,), news.body, TIMEOUT_S)
                except NoLoopback:
                    break
                except (TimeoutError, OSError):
                    await asyncio.sleep(RETRY_S)
                    continue
                if status >= GOOD:
                    log.warning("the WeChat sandbox does not take %s: %d", news.path, status)
                break
