"""Refunds: accepted first, settled later, once per out_refund_no."""

from __future__ import annotations

import base64
import heapq
from typing import Final, Literal
from urllib.parse import unquote

from yumen.sandbox.wechatpay import fields as shapes
from yumen.sandbox.wechatpay.beijing import written
from yumen.sandbox.wechatpay.calls import Call, Fields, Said, read_fields
from yumen.sandbox.wechatpay.fields import bad
from yumen.sandbox.wechatpay.herald import Herald
from yumen.sandbox.wechatpay.keys import quick
from yumen.sandbox.wechatpay.orders import check_notify_url, digest_of
from yumen.sandbox.wechatpay.post import Postman
from yumen.sandbox.wechatpay.records import Merchant, Order, Refund
from yumen.sandbox.wechatpay.refusals import Refusal
from yumen.sandbox.wechatpay.world import World

ACCOUNT: Final = "支付用户零钱"
YEAR_S: Final = 365 * 86400.0
PARTS_MAX: Final = 50
Outcome = Literal["SUCCESS", "CLOSED", "ABNORMAL"]


class Refunds:
    """The endpoints about refunds, and their settling."""

    def __init__(self, world: World, postman: Postman, herald: Herald) -> None:
        self.world = world
        self.postman = postman
        self.herald = herald
        self._timed: list[tuple[float, str, str]] = []
        self.forget()

    def forget(self) -> None:
        """Read anew what will settle by itself, after a start or a reset."""
        open_ones = [r for r in self.world.refunds.values() if r.status == "PROCESSING" and r.settles_at is not None]
        self._timed = [(r.settles_at or 0.0, r.mchid, r.out_refund_no) for r in open_ones]
        heapq.heapify(self._timed)

    def create(self, call: Call) -> Said:
        """`POST /v3/refund/domestic/refunds`."""
        merchant, asked = call.known(), read_fields(call.request)
        _check_body(merchant, asked)
        digest = digest_of(asked)
        known = self.world.refunds.get((merchant.mchid, asked["out_refund_no"]))
        if known is not None:
            if known.asked != digest:
                raise Refusal("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
            return self._told(known)
        order = self._order(merchant, asked)
        self._check_money(merchant, order, asked["amount"], call.now)
        return self._told(self.accept(merchant, order, asked, digest))

    def accept(
        self, merchant: Merchant, order: Order, asked: Fields, digest: str = "", *, by_hand: bool = False
    ) -> Refund:
        """Take the refund on; it settles by the merchant's rule."""
        world, fen = self.world, asked["amount"]["refund"]
        now, paid = world.now(), order.total_fen - order.coupon_fen
        refund = Refund(
            mchid=merchant.mchid,
            out_refund_no=asked["out_refund_no"],
            refund_id=world.transaction_id("5030"),
            out_trade_no=order.out_trade_no,
            transaction_id=order.transaction_id,
            refund_fen=fen,
            payer_refund_fen=fen * paid // order.total_fen,
            total_fen=order.total_fen,
            asked=digest,
            notify_url=asked.get("notify_url", ""),
            by_hand=by_hand,
            made_at=now,
            settles_at=None if merchant.refund_after_s is None else now + merchant.refund_after_s,
        )
        order.state, order.refunds, order.refund_asked_at = "REFUND", order.refunds + 1, now
        order.refunded_fen += fen
        world.save_order(order)
        world.save_refund(refund)
        if refund.settles_at is not None:
            heapq.heappush(self._timed, (refund.settles_at, refund.mchid, refund.out_refund_no))
        return refund

    def ask(self, call: Call) -> Said:
        """`GET /v3/refund/domestic/refunds/{out_refund_no}`."""
        self.settle_due()
        refund = self.world.refunds.get((call.known().mchid, unquote(call.part)))
        if refund is None:
            raise Refusal("RESOURCE_NOT_EXISTS", "退款单不存在")
        return self._told(refund)

    def apply_abnormal(self, call: Call) -> Said:
        """`POST …/{refund_id}/apply-abnormal-refund`: pay it out another way."""
        merchant, asked = call.known(), read_fields(call.request)
        shapes.ABNORMAL.check(asked)
        refund = self.world.refunds.get((merchant.mchid, asked["out_refund_no"]))
        if refund is None or refund.refund_id != unquote(call.part):
            raise Refusal("RESOURCE_NOT_EXISTS", "退款单不存在")
        if refund.status != "ABNORMAL":
            raise Refusal("INVALID_REQUEST", "退款单状态不是异常，无法处理")
        if asked["type"] == "USER_BANK_CARD":
            for name in ("bank_type", "bank_account", "real_name"):
                if name not in asked:
                    raise bad(f"/{name}", None, "缺少必填参数")
            for name in ("bank_account", "real_name"):
                self._open(call, merchant, f"/{name}", asked[name])
        refund.status, refund.channel = "PROCESSING", "OTHER_BANKCARD"
        if merchant.refund_after_s is not None:
            refund.settles_at = call.now + merchant.refund_after_s
            heapq.heappush(self._timed, (refund.settles_at, refund.mchid, refund.out_refund_no))
        self.world.save_refund(refund)
        return self._told(refund)

    def settle_due(self) -> None:
        """Settle what is due by the sandbox's clock."""
        now = self.world.now()
        if not self._timed or self._timed[0][0] > now:
            return
        while self._timed and self._timed[0][0] <= now:
            _, mchid, number = heapq.heappop(self._timed)
            refund, merchant = self.world.refunds.get((mchid, number)), self.world.merchants.get(mchid)
            if refund is None or merchant is None or refund.status != "PROCESSING" or refund.settles_at is None:
                continue
            if refund.settles_at <= now:
                again = refund.channel != "ORIGINAL"
                self.settle(refund, "SUCCESS" if again else merchant.refund_outcome, at=refund.settles_at)
        self.world.journal.settle(lambda _: None)

    def settle(self, refund: Refund, outcome: Outcome, *, at: float | None = None, notify: bool = True) -> None:
        """The refund ends so, and the merchant is told."""
        refund.status, refund.settles_at = outcome, None
        refund.settled_at = self.world.now() if at is None else at
        if outcome == "CLOSED":
            self.world.balances[refund.mchid] += refund.refund_fen
            order = self.world.orders[refund.mchid, refund.out_trade_no]
            order.refunded_fen -= refund.refund_fen
            self.world.save_order(order)
        self.world.save_refund(refund)
        if outcome == "SUCCESS":
            self.herald.refunded(self.world.orders[refund.mchid, refund.out_trade_no])
        merchant = self.world.merchants[refund.mchid]
        if notify and (refund.notify_url or merchant.refund_notify_url):
            self.postman.post(merchant, "refund", refund.out_refund_no, outcome)

    def _order(self, merchant: Merchant, asked: Fields) -> Order:
        if "transaction_id" in asked:
            order = self.world.by_transaction.get(asked["transaction_id"])
        else:
            order = self.world.orders.get((merchant.mchid, asked["out_trade_no"]))
        if order is None or order.mchid != merchant.mchid or not order.transaction_id:
            raise Refusal("RESOURCE_NOT_EXISTS", "订单不存在或未支付")
        return order

    def _check_money(self, merchant: Merchant, order: Order, amount: Fields, now: float) -> None:
        if amount["total"] != order.total_fen:
            raise Refusal("INVALID_REQUEST", "订单总金额与支付时不一致")
        if order.refunded_fen + amount["refund"] > order.total_fen:
            raise Refusal("INVALID_REQUEST", "累计退款金额大于支付金额")
        if now - order.paid_at > YEAR_S:
            raise Refusal("INVALID_REQUEST", "订单已超过可退款的最大期限")
        if order.refunds >= PARTS_MAX:
            raise Refusal("INVALID_REQUEST", "退款次数超过限制")
        if order.refunds and now - order.refund_asked_at < merchant.refund_spacing_s:
            raise Refusal("FREQUENCY_LIMITED", "同一笔订单的多次退款需间隔1分钟")
        if self.world.balances[merchant.mchid] - merchant.withdrawn_fen < amount["refund"]:
            raise Refusal("NOT_ENOUGH")

    def _told(self, refund: Refund) -> Said:
        return Said(refund_object(self.world.orders[refund.mchid, refund.out_trade_no], refund))

    def _open(self, call: Call, merchant: Merchant, at: str, sealed: str) -> None:
        """A sensitive field must be sealed for the key that the request's Wechatpay-Serial names."""
        serial = call.request.headers.get("wechatpay-serial", "")
        key = self.world.platform.get(serial)
        primes = merchant.public_key_primes if serial == merchant.public_key_id else key.primes if key else []
        try:
            opened = quick(tuple(primes)).open_oaep_sha1(base64.b64decode(sealed, validate=True)) if primes else None
        except ValueError:
            opened = None
        if opened is None:
            raise bad(at, None, "敏感信息解密失败，请检查Wechatpay-Serial")


def refund_object(order: Order, refund: Refund) -> Fields:
    """The refund as answers tell it: `status`, and a currency."""
    payer_total = order.total_fen - order.coupon_fen
    unsettled = 0 if order.coupon_cash else order.coupon_fen
    settlement_refund = refund.refund_fen if order.coupon_cash else refund.payer_refund_fen
    said: Fields = {
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.out_trade_no,
        "channel": refund.channel,
        "user_received_account": ACCOUNT,
        "create_time": written(refund.made_at),
        "status": refund.status,
        "funds_account": "UNSETTLED",
        "amount": {
            "total": order.total_fen,
            "refund": refund.refund_fen,
            "from": [],
            "payer_total": payer_total,
            "payer_refund": refund.payer_refund_fen,
            "settlement_refund": settlement_refund,
            "settlement_total": order.total_fen - unsettled,
            "discount_refund": refund.refund_fen - refund.payer_refund_fen,
            "currency": "CNY",
            "refund_fee": 0,
        },
        "promotion_detail": [],
    }
    if refund.status == "SUCCESS":
        said["success_time"] = written(refund.settled_at)
    return said


def _check_body(merchant: Merchant, asked: Fields) -> None:
    shapes.REFUND.check(asked)
    if "transaction_id" not in asked and "out_trade_no" not in asked:
        raise bad("/transaction_id", None, "transaction_id与out_trade_no须二选一")
    amount = asked["amount"]
    if amount["refund"] > amount["total"]:
        raise bad("/amount/refund", amount["refund"], "退款金额不能大于订单金额")
    if "from" in amount:
        accounts = [part["account"] for part in amount["from"]]
        total = sum(part["amount"] for part in amount["from"])
        if len(set(accounts)) != len(accounts) or total != amount["refund"]:
            raise bad("/amount/from", None, "出资账户及金额不正确")
    if "notify_url" in asked:
        check_notify_url(merchant, asked["notify_url"])
