"""Let money arrive: the one place where an order becomes paid, and a notification about it is made."""

from __future__ import annotations

from typing import Final

from yumen.sandbox.wechatpay.herald import Herald
from yumen.sandbox.wechatpay.post import Postman
from yumen.sandbox.wechatpay.records import Notice, Order
from yumen.sandbox.wechatpay.world import World

WALLET: Final = "OTHERS"


class Payments:
    """Payments and the news of them."""

    def __init__(self, world: World, postman: Postman, herald: Herald) -> None:
        self.world = world
        self.postman = postman
        self.herald = herald

    def land(
        self,
        order: Order,
        *,
        bank_type: str = WALLET,
        coupon_fen: int = 0,
        coupon_cash: bool = False,
        notify: bool = True,
        paid_at: float | None = None,
    ) -> list[Notice]:
        """The order is paid now, whatever its state was; answers the notices made."""
        order.state = "SUCCESS"
        order.transaction_id = self.world.transaction_id()
        order.paid_at = self.world.now() if paid_at is None else paid_at
        order.bank_type = bank_type
        order.coupon_fen, order.coupon_cash = coupon_fen, coupon_cash
        self.world.save_order(order)
        self.herald.paid(order)
        if not notify:
            return []
        return self.postman.post(self.world.merchants[order.mchid], "payment", order.out_trade_no)
