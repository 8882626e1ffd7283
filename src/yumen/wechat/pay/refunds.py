"""Pay back, and ask what became of it. An accepted refund is not a done one.

The same `out_refund_no` with the same values is one refund, however often it is sent; a new number after an unknown
outcome risks a second one. Source: pay.weixin.qq.com, 退款申请 (4012552567), 查询单笔退款 and
发起异常退款 (4013071193).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

import msgspec

from yumen.kit.errors import Code
from yumen.wechat.pay.answers import Refund
from yumen.wechat.pay.client import Pay
from yumen.wechat.pay.errors import Call, unverified
from yumen.wechat.pay.jsapi import OUT_TRADE_NO, TOTAL_FEN_MAX, encoded, plain
from yumen.wechat.pay.sealed import encrypt_field
from yumen.wechat.pay.transport import Outgoing

REFUND_REFUSED: Final = Code("wechat_pay.refund_refused", 422)

OUT_REFUND_NO: Final = re.compile(r"[0-9A-Za-z_\-|*@]{1,64}", re.ASCII)
REFUND_ID: Final = re.compile(r"[0-9]{1,32}", re.ASCII)
REASON_CHARS_MAX: Final = 80
_REFUNDS: Final = "/v3/refund/domestic/refunds"


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """How much of which order goes back. `reason` is shown to the shopper; none of this may change for one number."""

    out_refund_no: str
    out_trade_no: str
    refund_fen: int
    total_fen: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A bank card of the shopper's own, for money that cannot go back the way it came."""

    bank_type: str
    account: str = field(repr=False)
    holder: str = field(repr=False)


async def refund(pay: Pay, mchid: str, order: RefundOrder) -> Refund:
    """Ask for it; the answer is its present state, mostly PROCESSING.

    Raises `wechat_pay.refund_refused`; NotSent, Rejected, Unsettled. After Unsettled ask `query_refund`, and when it
    is absent send the same again.
    """
    outgoing = Outgoing("POST", _REFUNDS, refund_body(pay, mchid, order))
    found = await pay.line(mchid).ask(Call.REFUND, outgoing, Refund)
    if (found.out_refund_no, found.out_trade_no) != (order.out_refund_no, order.out_trade_no):
        raise unverified(Call.REFUND, "another_refund")
    return found


def refund_body(pay: Pay, mchid: str, order: RefundOrder) -> bytes:
    """The JSON of a refund: the same values, the same bytes. Raises `wechat_pay.refund_refused`."""
    _check(order)
    body: dict[str, object] = {"out_trade_no": order.out_trade_no, "out_refund_no": order.out_refund_no}
    reason = plain(order.reason, REASON_CHARS_MAX)
    if reason:
        body["reason"] = reason
    body["notify_url"] = pay.merchants.get(mchid).notify_url
    body["amount"] = {"refund": order.refund_fen, "total": order.total_fen, "currency": "CNY"}
    return msgspec.json.encode(body)


async def query_refund(pay: Pay, mchid: str, out_refund_no: str) -> Refund:
    """A refund as WeChat Pay has it. Raises NotSent, Unsettled; Rejected with `Next.ABSENT` when it has none."""
    target = f"{_REFUNDS}/{encoded(OUT_REFUND_NO, out_refund_no)}"
    found = await pay.line(mchid).ask(Call.REFUND_QUERY, Outgoing("GET", target), Refund)
    if found.out_refund_no != out_refund_no:
        raise unverified(Call.REFUND_QUERY, "another_refund")
    return found


async def pay_out_abnormal(pay: Pay, mchid: str, refund_id: str, out_refund_no: str, card: Card | None) -> Refund:
    """Send an ABNORMAL refund on: to the shopper's card, or (None) to the merchant's own account, to be paid by hand.

    Card number and name go out encrypted under WeChat Pay's key. Raises as `refund`, and `wechat_pay.field_too_long`;
    Rejected("wechat_pay.no_key").
    """
    line = pay.line(mchid)
    body = {"out_refund_no": out_refund_no, "type": "MERCHANT_BANK_CARD" if card is None else "USER_BANK_CARD"}
    serial = ""
    if card is not None:
        key = await line.keys.for_encryption()
        serial = key.serial
        body |= {
            "bank_type": card.bank_type,
            "bank_account": encrypt_field(key, card.account),
            "real_name": encrypt_field(key, card.holder),
        }
    target = f"{_REFUNDS}/{encoded(REFUND_ID, refund_id)}/apply-abnormal-refund"
    found = await line.ask(Call.REFUND, Outgoing("POST", target, msgspec.json.encode(body), serial), Refund)
    if found.out_refund_no != out_refund_no:
        raise unverified(Call.REFUND, "another_refund")
    return found


def _check(order: RefundOrder) -> None:
    if not OUT_REFUND_NO.fullmatch(order.out_refund_no) or not OUT_TRADE_NO.fullmatch(order.out_trade_no):
        raise REFUND_REFUSED(why="number")
    if not 1 <= order.refund_fen <= order.total_fen <= TOTAL_FEN_MAX:
        raise REFUND_REFUSED(why="amount")
