"""Orders as the merchant sees them: place, ask, close."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from yumen.sandbox.kit.wire import is_loopback
from yumen.sandbox.wechatpay import fields as shapes
from yumen.sandbox.wechatpay.beijing import digits, read_time, written
from yumen.sandbox.wechatpay.calls import Call, Fields, Said, read_fields
from yumen.sandbox.wechatpay.fields import bad
from yumen.sandbox.wechatpay.payments import Payments
from yumen.sandbox.wechatpay.records import Merchant, Order
from yumen.sandbox.wechatpay.refusals import Refusal
from yumen.sandbox.wechatpay.world import World

WEEK_S: Final = 7 * 86400.0
EXPIRE_LEAST_S: Final = 60.0
EXPIRE_MOST_S: Final = 90 * 86400.0
DETAIL_MAX_BYTES: Final = 6000
PREPAY_LIFE_S: Final = 7200.0
STATE_WORDS: Final = {
    "NOTPAY": "订单未支付",
    "SUCCESS": "支付成功",
    "CLOSED": "订单已关闭",
    "REFUND": "订单发生过退款，退款详情请查询退款单",
    "REVOKED": "订单已撤销",
    "USERPAYING": "需要用户输入支付密码",
    "PAYERROR": "支付失败，请重新下单支付",
}
_MARKED: Final = frozenset(("SUCCESS", "REFUND"))


class Orders:
    """The endpoints about orders."""

    def __init__(self, world: World, payments: Payments) -> None:
        self.world = world
        self.payments = payments

    def place(self, call: Call) -> Said:
        """`POST /v3/pay/transactions/jsapi`."""
        asked = read_fields(call.request)
        check_order(call.known(), asked)
        order = self.world.orders.get((asked["mchid"], asked["out_trade_no"]))
        digest = digest_of(asked)
        if order is None:
            order = new_order(asked, digest, call.now)
        else:
            _check_again(self.settled(order, call.now), asked, digest)
        give_prepay_id(order, call.now)
        self.world.save_order(order)
        return Said({"prepay_id": order.prepay_id})

    def ask_by_number(self, call: Call) -> Said:
        """`GET /v3/pay/transactions/out-trade-no/{out_trade_no}`."""
        merchant = _own(call)
        order = self.world.orders.get((merchant.mchid, unquote(call.part)))
        return self._told(call, order)

    def ask_by_transaction(self, call: Call) -> Said:
        """`GET /v3/pay/transactions/id/{transaction_id}`."""
        merchant = _own(call)
        order = self.world.by_transaction.get(unquote(call.part))
        return self._told(call, order if order is not None and order.mchid == merchant.mchid else None)

    def close(self, call: Call) -> Said:
        """`POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close`: 204, and again 204."""
        merchant, asked = call.known(), read_fields(call.request)
        shapes.CLOSE.check(asked)
        if asked["mchid"] != merchant.mchid:
            raise bad("/mchid", asked["mchid"], "mchid与签名商户号不一致")
        order = self.world.orders.get((merchant.mchid, unquote(call.part)))
        if order is None:
            raise Refusal("ORDER_NOT_EXIST")
        race, order.at_close = order.at_close, ""
        if race == "pay" and order.state == "NOTPAY":
            self.payments.land(order)
        if self.settled(order, call.now).state in _MARKED:
            raise Refusal("ORDERPAID")
        if order.state != "CLOSED":
            order.state = "CLOSED"
            self.world.save_order(order)
        if race == "pay_late":
            self.payments.land(order)
        return Said()

    def settled(self, order: Order, now: float) -> Order:
        """The order, closed by the platform if its week is over."""
        if order.state == "NOTPAY" and now >= max(order.expires_at, order.made_at + WEEK_S):
            order.state = "CLOSED"
            self.world.save_order(order)
        return order

    def _told(self, call: Call, order: Order | None) -> Said:
        if order is None:
            raise Refusal("ORDER_NOT_EXIST")
        return Said(transaction(self.settled(order, call.now), call.known()))


def check_order(merchant: Merchant, asked: Fields) -> None:
    """Everything that can be said of an order's body alone. Raises Refusal."""
    shapes.ORDER.check(asked)
    if asked["mchid"] != merchant.mchid:
        raise bad("/mchid", asked["mchid"], "mchid与签名商户号不一致")
    if asked["appid"] not in merchant.appids:
        raise Refusal("APPID_MCHID_NOT_MATCH")
    if asked["amount"].get("currency", "CNY") != "CNY":
        raise bad("/amount/currency", asked["amount"]["currency"], "Currency code is invalid")
    if "time_expire" in asked and read_time(asked["time_expire"]) is None:
        raise bad("/time_expire", asked["time_expire"], "time_expire须为带时区的RFC3339格式")
    check_notify_url(merchant, asked["notify_url"])
    if "detail" in asked and len(msgspec.json.encode(asked["detail"])) > DETAIL_MAX_BYTES:
        raise bad("/detail", None, "detail超过长度限制")
    address = asked.get("scene_info", {}).get("payer_client_ip", "127.0.0.1")
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise bad("/scene_info/payer_client_ip", address, "payer_client_ip不是合法的IP") from None


def check_notify_url(merchant: Merchant, url: str) -> None:
    """https, with a host and no query; http to a loopback address passes while its switch is off. Raises Refusal."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise bad("/notify_url", url, "notify_url不是合法的URL") from None
    local = parts.scheme == "http" and is_loopback(host) and not merchant.quirks.refuse_http_notify_url
    if not host or (parts.scheme != "https" and not local) or "?" in url or "#" in url:
        raise bad("/notify_url", url, "notify_url须为https，且不能携带参数")


def digest_of(asked: Fields) -> str:
    """What a repeated call is compared with: every parameter, in any order."""
    return hashlib.sha256(msgspec.json.encode(asked, order="deterministic")).hexdigest()[:32]


def new_order(asked: Fields, digest: str, now: float) -> Order:
    """The order of a checked body."""
    expires = read_time(asked["time_expire"]) if "time_expire" in asked else now + WEEK_S
    assert expires is not None
    return Order(
        mchid=asked["mchid"],
        out_trade_no=asked["out_trade_no"],
        appid=asked["appid"],
        openid=asked["payer"]["openid"],
        description=asked["description"],
        notify_url=asked["notify_url"],
        total_fen=asked["amount"]["total"],
        attach=asked.get("attach"),
        device_id=asked.get("scene_info", {}).get("device_id", ""),
        asked=digest,
        made_at=now,
        expires_at=min(max(expires, now + EXPIRE_LEAST_S), now + EXPIRE_MOST_S),
    )


def give_prepay_id(order: Order, now: float) -> None:
    """A fresh prepay_id, good for two hours."""
    order.prepay_id = f"wx{digits(now)}{secrets.token_hex(9)}0000"[:36]
    order.prepaid_at = now


def transaction(order: Order, merchant: Merchant, *, full: bool = False) -> Fields:
    """The transaction object of answers and, `full`, of notifications."""
    said: Fields = {"appid": order.appid, "mchid": order.mchid, "out_trade_no": order.out_trade_no}
    said["trade_state"] = order.state
    said["trade_state_desc"] = STATE_WORDS.get(order.state, order.state)
    amount: Fields = {"total": order.total_fen, "currency": "CNY"}
    said["amount"] = amount
    if order.transaction_id:
        said["transaction_id"] = order.transaction_id
        said["trade_type"] = "JSAPI"
        said["bank_type"] = order.bank_type
        said["success_time"] = written(order.paid_at, milliseconds=merchant.quirks.milliseconds)
        said["payer"] = {"openid": order.openid}
        amount["payer_total"], amount["payer_currency"] = order.total_fen - order.coupon_fen, "CNY"
        if order.attach is not None:
            said["attach"] = order.attach
        if order.coupon_fen:
            said["promotion_detail"] = [_coupon(order)]
    elif merchant.quirks.empty_payer:
        said["payer"] = {}
    if order.device_id and not full:
        said["scene_info"] = {"device_id": order.device_id}
    if merchant.quirks.extra_fields:
        said["sandbox_" + secrets.token_hex(3)] = {"new": True}
    return said


def _coupon(order: Order) -> Fields:
    return {
        "coupon_id": "109519",
        "name": "单品惠-6",
        "scope": "GLOBAL",
        "type": "CASH" if order.coupon_cash else "NOCASH",
        "amount": order.coupon_fen,
        "stock_id": "931386",
        "wechatpay_contribute": 0,
        "merchant_contribute": order.coupon_fen,
        "other_contribute": 0,
        "currency": "CNY",
    }


def _check_again(order: Order, asked: Fields, digest: str) -> None:
    """The same number once more: only unpaid, and only with the same parameters."""
    if order.state in _MARKED:
        raise Refusal("ORDERPAID")
    if order.state in {"CLOSED", "REVOKED"}:
        raise Refusal("ORDER_CLOSED")
    if order.asked == digest:
        return
    if order.total_fen != asked["amount"]["total"] or order.openid != asked["payer"]["openid"]:
        raise Refusal("OUT_TRADE_NO_USED")
    raise Refusal("INVALID_REQUEST", "请求重入时，参数与首次请求时不一致")


def _own(call: Call) -> Merchant:
    merchant, named = call.known(), call.request.query.get("mchid", "")
    if named != merchant.mchid:
        raise Refusal("PARAM_ERROR", "mchid与签名商户号不一致", field="mchid", value=named[:32], location="query")
    return merchant
