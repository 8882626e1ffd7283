"""Write a notification as it goes over the line, genuine or wrong in the way that was ordered."""

from __future__ import annotations

import json
import secrets
from typing import Final
from urllib.parse import urlsplit

import msgspec

from yumen.sandbox.wechatpay.aead import ALGORITHM, new_apiv3_key, nonce12, seal
from yumen.sandbox.wechatpay.beijing import written
from yumen.sandbox.wechatpay.calls import Fields
from yumen.sandbox.wechatpay.orders import transaction
from yumen.sandbox.wechatpay.post import Letter
from yumen.sandbox.wechatpay.records import Merchant, Notice, Order, Refund
from yumen.sandbox.wechatpay.refunds import ACCOUNT
from yumen.sandbox.wechatpay.signing import SPOILS, signed_headers, signer_of_notice
from yumen.sandbox.wechatpay.world import World

SUMMARY: Final = {
    "TRANSACTION.SUCCESS": "支付成功",
    "REFUND.SUCCESS": "退款成功",
    "REFUND.ABNORMAL": "退款异常",
    "REFUND.CLOSED": "退款关闭",
}
OTHER_MCHID: Final = "1900009999"


def write(world: World, merchant: Merchant, notice: Notice, kind: str = "genuine") -> Letter | None:
    """The notification, signed and sealed afresh; None if its order or refund is gone or names no address."""
    found = _resource(world, merchant, notice)
    if found is None:
        return None
    event_type, original, url, resource = found
    _falsify(resource, kind)
    key = new_apiv3_key() if kind == "other_apiv3_key" else merchant.apiv3_key
    nonce, plain = nonce12(), msgspec.json.encode(resource)
    sealed = {
        "original_type": original,
        "algorithm": ALGORITHM[merchant.scheme],
        "ciphertext": seal(merchant.scheme, key, nonce, original, plain),
        "associated_data": original,
        "nonce": nonce,
    }
    said: Fields = {
        "id": notice.id,
        "create_time": written(notice.made_at),
        "resource_type": "encrypt-resource",
        "event_type": event_type,
        "summary": SUMMARY[event_type],
        "resource": sealed,
    }
    if kind == "extra_fields":
        said["sandbox_" + secrets.token_hex(3)] = [1, {"a": None}]
    body = msgspec.json.encode(said)
    headers = signed_headers(world, merchant, signer_of_notice(world, merchant), body, kind if kind in SPOILS else "")
    if kind == "truncated":
        body = body[: len(body) // 2]
    if kind == "reserialised":
        body = json.dumps(said, ensure_ascii=False, indent=1).encode()
    return Letter(_address(merchant, url), (("Content-Type", "application/json"), *headers), body)


def refund_resource(order: Order, refund: Refund, status: str) -> Fields:
    """The decrypted resource of a refund notification: `refund_status`, and no currency."""
    said: Fields = {
        "mchid": refund.mchid,
        "transaction_id": refund.transaction_id,
        "out_trade_no": refund.out_trade_no,
        "refund_id": refund.refund_id,
        "out_refund_no": refund.out_refund_no,
        "refund_status": status,
        "user_received_account": ACCOUNT,
        "amount": {
            "total": order.total_fen,
            "refund": refund.refund_fen,
            "payer_total": order.total_fen - order.coupon_fen,
            "payer_refund": refund.payer_refund_fen,
        },
    }
    if status == "SUCCESS":
        said["success_time"] = written(refund.settled_at)
    return said


def _resource(world: World, merchant: Merchant, notice: Notice) -> tuple[str, str, str, Fields] | None:
    """Event type, original type, address and plain resource."""
    if notice.event == "payment":
        order = world.orders.get((merchant.mchid, notice.number))
        if order is None:
            return None
        said = transaction(order, merchant, full=True)
        if order.state == "REFUND":  # what was news then: a payment
            said["trade_state"], said["trade_state_desc"] = "SUCCESS", "支付成功"
        return "TRANSACTION.SUCCESS", "transaction", order.notify_url, said
    refund = world.refunds.get((merchant.mchid, notice.number))
    paid = world.orders.get((merchant.mchid, refund.out_trade_no)) if refund is not None else None
    if refund is None or paid is None:
        return None
    url = refund.notify_url or merchant.refund_notify_url
    return f"REFUND.{notice.status}", "refund", url, refund_resource(paid, refund, notice.status)


def _falsify(resource: Fields, kind: str) -> None:
    match kind:
        case "other_merchant":
            resource["mchid"] = OTHER_MCHID
        case "wrong_amount":
            resource["amount"] = resource["amount"] | {"total": resource["amount"]["total"] + 1}
        case "wrong_appid":
            resource["appid"] = "wx0123456789abcdef"
        case "unknown_order":
            resource["out_trade_no"] = "UNKNOWN" + secrets.token_hex(8)
        case "other_currency":
            resource["amount"] = resource["amount"] | {"currency": "USD", "payer_currency": "USD"}


def _address(merchant: Merchant, url: str) -> str:
    if not merchant.deliver_to:
        return url
    parts = urlsplit(url)
    return merchant.deliver_to.rstrip("/") + parts.path
