"""Do what payers do, and what befalls payments, refunds and notifications by hand."""

from __future__ import annotations

import secrets
from itertools import islice

from msgspec import UNSET

from yumen.sandbox.kit.json_api import Ask
from yumen.sandbox.wechatpay.cashier import pay_sign_fits
from yumen.sandbox.wechatpay.codes import (
    COUPON_UNFIT,
    NOTICE_UNKNOWN,
    ORDER_EXISTS,
    ORDER_STATE_UNFIT,
    PAYER_UNFIT,
    REFUND_SETTLED,
    REFUND_TOO_HIGH,
)
from yumen.sandbox.wechatpay.lookup import get_merchant, get_order, get_refund
from yumen.sandbox.wechatpay.orders import PREPAY_LIFE_S, WEEK_S, Orders
from yumen.sandbox.wechatpay.payments import Payments
from yumen.sandbox.wechatpay.post import Postman
from yumen.sandbox.wechatpay.records import Attempt, Notice, Order, Refund
from yumen.sandbox.wechatpay.refunds import Refunds
from yumen.sandbox.wechatpay.shapes import (
    CashierAsk,
    CashierSaid,
    FailAsk,
    HandRefund,
    Made,
    NewOrders,
    PayAsk,
    RaceAsk,
    SendAsk,
    SettleAsk,
)
from yumen.sandbox.wechatpay.world import World


class PayerDesk:
    """Payers, orders, refunds and notices."""

    def __init__(self, world: World, orders: Orders, payments: Payments, refunds: Refunds, postman: Postman) -> None:
        self.world = world
        self.orders = orders
        self.payments = payments
        self.refunds = refunds
        self.postman = postman

    def list_orders(self, ask: Ask) -> list[Order]:
        """The newest first, `?limit=`, `?state=`."""
        merchant, state = get_merchant(self.world, ask), ask.request.query.get("state", "")
        found = (o for o in reversed(self.world.orders.values()) if o.mchid == merchant.mchid)
        return list(islice((o for o in found if state in ("", o.state)), ask.number("limit", 100, 1000)))

    def show_order(self, ask: Ask) -> Order:
        """One order."""
        return self.orders.settled(get_order(self.world, ask), self.world.now())

    def put_orders(self, ask: Ask) -> Made:
        """Orders as if the merchant had placed them."""
        merchant, wish = get_merchant(self.world, ask), ask.body
        assert isinstance(wish, NewOrders)
        now = self.world.now()
        for number, new in enumerate(wish.orders):
            if (merchant.mchid, new.out_trade_no) in self.world.orders:
                raise ORDER_EXISTS(at=f"/orders/{number}")
            order = Order(
                mchid=merchant.mchid,
                out_trade_no=new.out_trade_no,
                appid=merchant.appids[0] if new.appid is UNSET else new.appid,
                openid=new.openid,
                description=new.description,
                notify_url=new.notify_url,
                total_fen=new.total_fen,
                asked="",
                made_at=now,
                expires_at=now + WEEK_S,
                attach=None if new.attach is UNSET else new.attach,
            )
            self.world.save_order(order)
        return Made(count=len(wish.orders))

    def pay(self, ask: Ask) -> Order:
        """The payer pays this order."""
        order, wish = self.show_order(ask), ask.body
        assert isinstance(wish, PayAsk)
        now = self.world.now()
        payable = order.state in {"NOTPAY", "USERPAYING", "PAYERROR"} and now < order.expires_at
        if order.transaction_id or not (payable or wish.late):
            raise ORDER_STATE_UNFIT(state=order.state)
        if wish.openid not in ("", order.openid):
            raise PAYER_UNFIT(at="/openid")
        if wish.coupon_fen > order.total_fen:
            raise COUPON_UNFIT(at="/coupon_fen")
        self.payments.land(
            order,
            bank_type=wish.bank_type,
            coupon_fen=wish.coupon_fen,
            coupon_cash=wish.coupon_cash,
            notify=wish.notify,
            paid_at=None if wish.paid_at is UNSET else wish.paid_at,
        )
        return order

    def fail(self, ask: Ask) -> Order:
        """The payment fails."""
        order, wish = self.show_order(ask), ask.body
        assert isinstance(wish, FailAsk)
        if order.transaction_id:
            raise ORDER_STATE_UNFIT(state=order.state)
        order.state = wish.state
        return self.world.save_order(order)

    def race(self, ask: Ask) -> Order:
        """A payment will land around the close."""
        order, wish = self.show_order(ask), ask.body
        assert isinstance(wish, RaceAsk)
        order.at_close = wish.at_close
        return self.world.save_order(order)

    def cashier(self, ask: Ask) -> CashierSaid:
        """wx.requestPayment: checks paySign, prepay_id and payer, then does as told."""
        wish: CashierAsk = ask.body
        order = self.world.by_prepay.get(wish.package.removeprefix("prepay_id="))
        if order is None or not wish.package.startswith("prepay_id="):
            return _failed("total_fee or prepay_id invalid")
        if order.appid != wish.appid or not pay_sign_fits(self.world.merchants[order.mchid], wish):
            return _failed("支付验证签名失败")
        now = self.world.now()
        if self.orders.settled(order, now).state not in {"NOTPAY", "PAYERROR"} or now >= order.expires_at:
            return _failed("该订单已支付或已关闭")
        if now - order.prepaid_at > PREPAY_LIFE_S or order.prepay_id != wish.package[10:]:
            return _failed("prepay_id已过期")
        if order.openid != wish.openid:
            return _failed("支付人与下单人不一致")
        match wish.outcome:
            case "cancel":
                return CashierSaid(errMsg="requestPayment:fail cancel", out_trade_no=order.out_trade_no)
            case "wrong_password":
                return _failed("密码错误")
        self.payments.land(order, bank_type=wish.bank_type)
        return CashierSaid(errMsg="requestPayment:ok", out_trade_no=order.out_trade_no)

    def list_refunds(self, ask: Ask) -> list[Refund]:
        """The newest first, `?limit=`, `?status=`."""
        self.refunds.settle_due()
        merchant, status = get_merchant(self.world, ask), ask.request.query.get("status", "")
        found = (r for r in reversed(self.world.refunds.values()) if r.mchid == merchant.mchid)
        return list(islice((r for r in found if status in ("", r.status)), ask.number("limit", 100, 1000)))

    def show_refund(self, ask: Ask) -> Refund:
        """One refund."""
        self.refunds.settle_due()
        return get_refund(self.world, ask)

    def settle_refund(self, ask: Ask) -> Refund:
        """The refund ends so."""
        refund, wish = self.show_refund(ask), ask.body
        assert isinstance(wish, SettleAsk)
        if refund.status in {"SUCCESS", "CLOSED"}:
            raise REFUND_SETTLED()
        self.refunds.settle(refund, wish.status, notify=wish.notify)
        return refund

    def refund_by_hand(self, ask: Ask) -> Refund:
        """A refund from the merchant platform."""
        order, wish = self.show_order(ask), ask.body
        assert isinstance(wish, HandRefund)
        if not order.transaction_id or order.refunded_fen + wish.refund_fen > order.total_fen:
            raise REFUND_TOO_HIGH(at="/refund_fen")
        number = f"HAND{secrets.token_hex(10)}" if wish.out_refund_no is UNSET else wish.out_refund_no
        if (order.mchid, number) in self.world.refunds:
            raise ORDER_EXISTS(at="/out_refund_no")
        asked = {"out_refund_no": number, "amount": {"refund": wish.refund_fen}}
        return self.refunds.accept(self.world.merchants[order.mchid], order, asked, by_hand=True)

    def list_notices(self, ask: Ask) -> list[Notice]:
        """The newest first with their attempts, `?limit=`, `?number=`."""
        number = ask.request.query.get("number", "")
        found = (n for n in reversed(self.world.notices.values()) if number in ("", n.number))
        return list(islice(found, ask.number("limit", 100, 1000)))

    async def send(self, ask: Ask) -> Attempt:
        """One notification about an order or refund, now; answers what the receiver did. It is not tried again."""
        merchant, wish = get_merchant(self.world, ask), ask.body
        assert isinstance(wish, SendAsk)
        refund = self.world.refunds.get((merchant.mchid, wish.number))
        status = wish.status if wish.status is not UNSET else refund.status if refund else "SUCCESS"
        status = "SUCCESS" if status == "PROCESSING" else status
        notice = self.postman.unsaved(merchant, wish.event, wish.number, status)
        return await self.postman.attempt(notice, wish.kind)

    def hurry(self, _: Ask) -> Made:
        """All waiting notices are due now."""
        return Made(count=self.postman.hurry())

    def resend(self, ask: Ask) -> Notice:
        """This notice again, whatever became of it."""
        notice = self.world.notices.get(ask.parts["id"])
        if notice is None:
            raise NOTICE_UNKNOWN()
        self.postman.put_back(notice, self.world.now())
        self.postman.wake()
        return notice


def _failed(reason: str) -> CashierSaid:
    return CashierSaid(errMsg=f"requestPayment:fail ({reason})")
