"""What WeChat's shipping management knows of the parcels: asked of the sandbox, as its console would show it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from yumen.app.demo.errands import Bought
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.trade_records import SHIPPED, Trade

WAIT_MAX, WAIT_S = 600, 0.1
TRADES_MAX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Told:
    """Trades that WeChat has as shipped, and the parcels it lists in them."""

    trades: int
    parcels: int


async def until_told(wechat: Admin, appid: str, bought: Sequence[Bought]) -> Told:
    """Wait until every parcel of today was taken over there. Raises TimeoutError."""
    sent = sum(each.parcels for each in bought)
    before = counted(await wechat.trades(appid, TRADES_MAX), bought)
    for _ in range(WAIT_MAX):
        if before.parcels >= sent:
            return before
        await asyncio.sleep(WAIT_S)
        before = counted(await wechat.trades(appid, TRADES_MAX), bought)
    raise TimeoutError(f"parcels {before.parcels}/{sent}")


def counted(trades: Sequence[Trade], bought: Sequence[Bought]) -> Told:
    """Of the trades of these buyers, those that are shipped as a whole."""
    openids = {each.buyer.openid for each in bought}
    shipped = [trade for trade in trades if trade.openid in openids and trade.state == SHIPPED]
    return Told(len(shipped), sum(len(trade.parcels) for trade in shipped))
