"""The WeChat Pay sandbox behind the face of the small till: every call is HTTP, signed and verified both ways.

Its clock is the story's own. Faults are troubles of the sandbox: a call that is cut before or after it took effect, an
error, an answer whose signature is wrong.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.stories.customer.orders.till import MCHID
from yumen.kit import settings
from yumen.kit.clock import Clock
from yumen.kit.http import Http, HttpSettings
from yumen.kit.settings import Secret
from yumen.sandbox.wechatpay import notices
from yumen.sandbox.wechatpay.client import Admin
from yumen.sandbox.wechatpay.records import Merchant, Notice, Order, Trouble
from yumen.sandbox.wechatpay.server import PLAY, Handlers, Options, Staff, employ, serving
from yumen.sandbox.wechatpay.world import World, open_world
from yumen.wechat import pay as wechat_pay
from yumen.wechat.pay import Pay

TROUBLES = {"before": "cut", "after": "lost", "error": "error"}
DONE = ("SUCCESS", "REFUND")


class Faults:
    """What befalls the next calls, one each."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant

    def append(self, fault: str) -> None:
        self._merchant.troubles = [*self._merchant.troubles, Trouble(kind=TROUBLES[fault], left=1)]  # type: ignore[arg-type]

    def clear(self) -> None:
        self._merchant.troubles = []


class StoryClock:
    """The sandbox's clock, moved by the story's."""

    def __init__(self, story: Clock) -> None:
        self._story = story

    @property
    def offset_s(self) -> float:
        return self._story.offset.total_seconds()

    def now(self) -> float:
        return self._story.now().timestamp()


@dataclass
class SandboxTill:
    """What a life sees of WeChat Pay."""

    world: World
    staff: Staff
    merchant: Merchant
    client: Pay
    faults: Faults

    def pay(self) -> Pay:
        return self.client

    @property
    def trades(self) -> dict[str, dict[str, Any]]:
        return {
            order.out_trade_no: {"trade_state": order.state, "amount": {"total": order.total_fen}}
            for order in self.world.orders.values()
        }

    @property
    def refunds(self) -> dict[str, dict[str, Any]]:
        return {
            one.out_refund_no: {"status": one.status, "amount": {"refund": one.refund_fen}}
            for one in self.world.refunds.values()
        }

    def take(self, out_trade_no: str) -> bool:
        """The shopper pays; False when the order cannot be paid any more."""
        order = self._order(out_trade_no)
        if order.state != "NOTPAY":
            return False
        self.staff.volley.payments.land(order, notify=False)
        return True

    def settle(self, out_refund_no: str, status: str = "SUCCESS") -> None:
        """What becomes of a refund in the end."""
        found = self.world.refunds[self.merchant.mchid, out_refund_no]
        if found.status in ("PROCESSING", "ABNORMAL"):
            self.staff.refunds.settle(found, status, notify=False)  # type: ignore[arg-type]

    def paid_notice(self, paid: str, /, **changed: Any) -> tuple[dict[str, str], bytes]:
        """Headers and body of a notification, freshly signed; of another amount, if anything is to be changed."""
        return self._written(Notice(id="n", mchid=self.merchant.mchid, event="payment", number=paid), changed)

    def refund_notice(self, made: str, /) -> tuple[dict[str, str], bytes]:
        """Of a refund that has come to an end: one that had not does so now, since no other is told of."""
        self.settle(made)
        status = self.world.refunds[self.merchant.mchid, made].status
        return self._written(Notice(id="n", mchid=self.merchant.mchid, event="refund", number=made, status=status), {})

    def _written(self, notice: Notice, changed: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        notice.made_at = self.world.now()
        letter = notices.write(self.world, self.merchant, notice, "wrong_amount" if changed else "genuine")
        assert letter is not None
        return {name.lower(): value for name, value in letter.headers}, letter.body

    def _order(self, out_trade_no: str) -> Order:
        return self.world.orders[self.merchant.mchid, out_trade_no]


@asynccontextmanager
async def sandbox_till(folder: Path, appid: str, clock: Clock) -> AsyncIterator[SandboxTill]:
    """A sandbox of its own with one merchant, in certificate mode; and our client of it. The folder is there."""
    world = open_world(folder / "wechatpay.db")
    world.clock = StoryClock(clock)  # type: ignore[assignment]
    staff = employ(world)
    async with (
        serving(PLAY, Options(folder / "wechatpay.db"), world, Handlers(staff.gate, staff.page), ()) as addresses,
        Admin(addresses.admin) as admin,
        Http(HttpSettings(circuit_failures_max=500)) as http,
    ):
        made = await admin.create_merchant(mchid=MCHID, appids=[appid], key_mode="certificate")
        await admin.change_merchant(made.mchid, refund_after_s=None, rates_on=False)
        given = settings.Merchant(
            apps=("velvet",), mchid=made.mchid, serial=made.serial_no, private_key=Secret(made.private_pem),
            apiv3_key=Secret(made.apiv3_key), base_urls=(addresses.api,),
        )  # fmt: skip
        ours = wechat_pay.from_settings(given, {appid}, f"https://hooks.velvet.example/hooks/wechatpay/{made.mchid}")
        merchant = world.merchants[made.mchid]
        yield SandboxTill(world, staff, merchant, Pay([ours], http), Faults(merchant))
