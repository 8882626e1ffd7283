"""WeChat Pay of a flood: the sandbox's own world, writing and signing each notice afresh when it is sent."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import msgspec

from bench import order_shop
from tests.stories.customer.orders.flood_books import amount_of
from yumen.sandbox.wechatpay import notices
from yumen.sandbox.wechatpay.client import Admin
from yumen.sandbox.wechatpay.records import Merchant, Notice, Order, Refund
from yumen.sandbox.wechatpay.server import PLAY, Handlers, Options, employ, serving
from yumen.sandbox.wechatpay.volley import FORGERIES
from yumen.sandbox.wechatpay.world import World, open_world

KINDS = ("genuine", *FORGERIES, "other_merchant", "wrong_amount", "unknown_order")
"""Those after the forgeries are signed and sealed well, and wrong in what they say; the last two of payments only."""
ANSWERED = {"wrong_amount", "unknown_order"}
"""Answered with success, since sending them again would change nothing; and booked nowhere."""
Shots = list[int]


@dataclass
class Platform:
    """WeChat Pay of this run: its state, the one merchant, and where its API is."""

    world: World
    merchant: Merchant
    api: str
    begun_at: float = field(default_factory=time.time)

    def frame(self, number: int, shot: int) -> bytes:
        """The notice as it goes to a process: written, sealed and signed now."""
        at, kind = divmod(shot, len(KINDS))
        letter = self._letter(at, KINDS[kind])
        packed = msgspec.msgpack.encode((number, dict(letter.headers), letter.body))
        return len(packed).to_bytes(4) + packed

    def _letter(self, at: int, kind: str) -> notices.Letter:
        """`at` is the number of a payment, or minus that of a refund."""
        world, mchid, number = self.world, self.merchant.mchid, abs(at)
        name, fen = f"pay_{number:026d}", amount_of(number)
        world.orders[mchid, name] = Order(
            mchid=mchid, out_trade_no=name, appid=order_shop.APPID, openid="oFlood", description="x",
            notify_url="https://shop.example/pay", total_fen=fen, asked="", made_at=self.begun_at,
            expires_at=self.begun_at, state="SUCCESS", transaction_id=f"42{number:026d}", paid_at=self.begun_at,
            bank_type="OTHERS",
        )  # fmt: skip
        notice = Notice(id=f"{at}", mchid=mchid, event="payment", number=name, made_at=self.begun_at)
        if at < 0:
            notice.event, notice.number, notice.status = "refund", f"ref_{number:026d}", "SUCCESS"
            world.refunds[mchid, notice.number] = Refund(
                mchid=mchid, out_refund_no=notice.number, refund_id=f"50{number:026d}", out_trade_no=name,
                transaction_id=f"42{number:026d}", refund_fen=fen, total_fen=fen, asked="", made_at=self.begun_at,
                notify_url="https://shop.example/pay", payer_refund_fen=fen, status="SUCCESS",
                settled_at=self.begun_at,
            )  # fmt: skip
        letter = notices.write(world, self.merchant, notice, kind)
        world.orders.clear()
        world.refunds.clear()
        assert letter is not None
        return letter

    def announce(self) -> None:
        """A coming platform certificate is in the list from now on; the old one still signs."""
        self.world.settings.signing.append(self.world.add_platform_key("RSA").serial)

    def rotate(self) -> None:
        """The coming certificate signs from now on."""
        del self.world.settings.signing[0]


@asynccontextmanager
async def platform_at(folder: Path) -> AsyncIterator[Platform]:
    """The sandbox, its API open for the list of certificates."""
    world = open_world(folder / "wechatpay.db")
    staff = employ(world)
    async with (
        serving(PLAY, Options(folder / "wechatpay.db"), world, Handlers(staff.gate, staff.page), ()) as addresses,
        Admin(addresses.admin) as admin,
    ):
        made = await admin.create_merchant(appids=[order_shop.APPID], key_mode="certificate")
        yield Platform(world, world.merchants[made.mchid], addresses.api)


def shots_of(numbers: Iterable[int], dice: Random, forged: float, copies: tuple[int, int]) -> Shots:
    """Each notice its number of times, forged ones between, all shuffled."""
    shots: Shots = []
    for at in numbers:
        for _ in range(dice.randint(*copies)):
            shots.append(at * len(KINDS))
            if dice.random() < forged:
                shots.append(at * len(KINDS) + dice.randrange(1, len(KINDS) - len(ANSWERED) * (at < 0)))
    dice.shuffle(shots)
    return shots


def told_of(platform: Platform, urls: dict[str, str], folder: Path, keys: order_shop.Keys) -> dict[str, object]:
    """What a process must know."""
    merchant = platform.merchant
    return {
        "urls": urls, "folder": str(folder), "keys": {"merchant": keys.merchant, "platform": keys.platform},
        "api": platform.api, "mchid": merchant.mchid, "serial": merchant.serial_no,
        "private_key": merchant.private_pem, "apiv3_key": merchant.apiv3_key,
    }  # fmt: skip
