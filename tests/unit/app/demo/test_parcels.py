"""Which parcels count as told: those of today's buyers, in trades that are shipped as a whole."""

from __future__ import annotations

from tests.unit.app.demo.test_summary import bought
from yumen.app.demo.errands import Errand
from yumen.app.demo.parcels import Told, counted, until_told
from yumen.sandbox.wechat.trade_records import SHIPPED, TO_SHIP, Trade, TradeParcel


def trade(openid: str, state: int, parcels: int) -> Trade:
    listed = [TradeParcel(tracking_no=f"YT{number:06d}") for number in range(parcels)]
    names = {"transaction_id": f"{openid}{state}", "appid": "wx0", "mchid": "19", "out_trade_no": "no1"}
    return Trade(openid=openid, state=state, parcels=listed, **names)


def test_trades_of_others_and_those_not_shipped_whole_do_not_count():
    trades = [trade("oOne", SHIPPED, 2), trade("oOne", TO_SHIP, 1), trade("oOther", SHIPPED, 3)]
    assert counted(trades, [bought(Errand.SPLIT, 100, 100, 0, 1)]) == Told(1, 2)


async def test_the_wait_is_over_when_every_parcel_is_known():
    class Wechat:
        asked = 0

        async def trades(self, appid: str, limit: int) -> list[Trade]:
            self.asked += 1
            return [trade("oOne", SHIPPED, 2)] if self.asked > 2 else []

    wechat = Wechat()
    told = await until_told(wechat, "wx0", [bought(Errand.SPLIT, 100, 100, 0, 1)])  # type: ignore[arg-type]
    assert (told, wechat.asked) == (Told(1, 2), 3)
