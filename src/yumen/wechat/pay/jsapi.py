"""Order, ask, close: JSAPI payment for mini-programs and official accounts.

The body of an order is made from its values only, so that a repeat says the same byte for byte; WeChat Pay refuses a
number whose parameters changed. Source: pay.weixin.qq.com, JSAPI/小程序下单 (4012791897) and the pages beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import quote

import msgspec

from yumen.kit.clock import SHANGHAI
from yumen.kit.errors import Code
from yumen.wechat.pay.answers import PrepayAnswer, Transaction
from yumen.wechat.pay.client import Line, Pay
from yumen.wechat.pay.errors import Call, unverified
from yumen.wechat.pay.signing import Suite, new_nonce, pay_message, sign_aside
from yumen.wechat.pay.transport import Outgoing

ORDER_REFUSED: Final = Code("wechat_pay.order_refused", 422)

OUT_TRADE_NO: Final = re.compile(r"[0-9A-Za-z_\-|*]{6,32}", re.ASCII)
TRANSACTION_ID: Final = re.compile(r"[0-9]{1,32}", re.ASCII)
PREPAY_ID: Final = re.compile(r"[!-~]{1,64}", re.ASCII)
DESCRIPTION_CHARS_MAX: Final = 127
ATTACH_CHARS_MAX: Final = 128
OPENID_CHARS_MAX: Final = 128
TOTAL_FEN_MAX: Final = 1_000_000_000_00
UNENCODED: Final = "*@"
_SUPPLEMENTARY: Final = re.compile(r"[\U00010000-\U0010ffff\x00-\x1f]")
_ORDERS: Final = "/v3/pay/transactions"


@dataclass(frozen=True, slots=True)
class Order:
    """What the shopper shall pay. `expires_at` may never change for one `out_trade_no`; neither may the rest."""

    appid: str
    openid: str = field(repr=False)
    out_trade_no: str
    description: str
    total_fen: int
    expires_at: datetime | None = None
    attach: str = ""


@dataclass(frozen=True, slots=True)
class PaymentParameters:
    """What the mini-program gives to wx.requestPayment; for the official account's bridge `appid` is given too."""

    appid: str
    timestamp: str
    nonce: str
    package: str
    sign_type: str
    pay_sign: str = field(repr=False)

    def for_mini(self) -> dict[str, str]:
        """The argument of wx.requestPayment, without the callbacks."""
        return {
            "timeStamp": self.timestamp,
            "nonceStr": self.nonce,
            "package": self.package,
            "signType": self.sign_type,
            "paySign": self.pay_sign,
        }


@dataclass(frozen=True, slots=True)
class Prepay:
    """An order that can be paid: its id lives two hours, whatever the order's own expiry."""

    prepay_id: str
    parameters: PaymentParameters


async def prepay(pay: Pay, mchid: str, order: Order) -> Prepay:
    """Order at one of the app's merchants. May be repeated with the same order for a fresh id.

    Raises `wechat_pay.order_refused` for what WeChat Pay would refuse, `wechat_pay.merchant_unknown`; NotSent,
    Rejected, Unsettled: see `errors.next_of`.
    """
    line = pay.line(mchid)
    outgoing = Outgoing("POST", f"{_ORDERS}/jsapi", order_body(line, order))
    answer = await line.ask(Call.ORDER, outgoing, PrepayAnswer)
    if not PREPAY_ID.fullmatch(answer.prepay_id):
        raise unverified(Call.ORDER, "prepay_id")
    return Prepay(answer.prepay_id, await payment_parameters(line, order.appid, answer.prepay_id))


def order_body(line: Line, order: Order) -> bytes:
    """The JSON of an order: the same values, the same bytes. Raises `wechat_pay.order_refused`."""
    _check(order)
    if order.appid not in line.merchant.appids:
        raise ORDER_REFUSED(why="app")
    body: dict[str, object] = {
        "appid": order.appid,
        "mchid": line.merchant.mchid,
        "description": plain(order.description, DESCRIPTION_CHARS_MAX),
        "out_trade_no": order.out_trade_no,
    }
    if order.expires_at is not None:
        body["time_expire"] = order.expires_at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    if order.attach:
        body["attach"] = order.attach
    body["notify_url"] = line.merchant.notify_url
    body["amount"] = {"total": order.total_fen, "currency": "CNY"}
    body["payer"] = {"openid": order.openid}
    return msgspec.json.encode(body)


async def payment_parameters(line: Line, appid: str, prepay_id: str) -> PaymentParameters:
    """Sign for wx.requestPayment; fresh on every call, as often as the shopper taps."""
    timestamp, nonce, package = str(int(line.now().timestamp())), new_nonce(), f"prepay_id={prepay_id}"
    sign_type = "RSA" if line.merchant.suite is Suite.RSA else "SM2"
    signature = await sign_aside(line.merchant.signer, pay_message(appid, timestamp, nonce, package))
    return PaymentParameters(appid, timestamp, nonce, package, sign_type, signature)


async def query_by_out_trade_no(pay: Pay, mchid: str, out_trade_no: str) -> Transaction:
    """Our order as WeChat Pay has it. Raises NotSent, Unsettled; Rejected with `Next.ABSENT` when it has none."""
    line = pay.line(mchid)
    transaction = await _query(line, f"out-trade-no/{encoded(OUT_TRADE_NO, out_trade_no)}")
    if transaction.out_trade_no != out_trade_no:
        raise unverified(Call.QUERY, "another_order")
    return transaction


async def query_by_transaction_id(pay: Pay, mchid: str, transaction_id: str) -> Transaction:
    """A paid order by WeChat Pay's number. Raises as `query_by_out_trade_no`."""
    line = pay.line(mchid)
    transaction = await _query(line, f"id/{encoded(TRANSACTION_ID, transaction_id)}")
    if transaction.transaction_id != transaction_id:
        raise unverified(Call.QUERY, "another_order")
    return transaction


async def close(pay: Pay, mchid: str, out_trade_no: str) -> None:
    """Nobody can pay it any more. May be repeated. Ask afterwards: a payment may have been under way and wins.

    Raises NotSent, Unsettled; Rejected with `Next.ASK` when it is paid.
    """
    target = f"{_ORDERS}/out-trade-no/{encoded(OUT_TRADE_NO, out_trade_no)}/close"
    body = msgspec.json.encode({"mchid": pay.merchants.get(mchid).mchid})
    await pay.line(mchid).tell(Call.CLOSE, Outgoing("POST", target, body))


def plain(text: str, chars_max: int) -> str:
    """Without control and supplementary-plane characters (emoji), which WeChat Pay refuses, and not too long."""
    return _SUPPLEMENTARY.sub("", text)[:chars_max]


def encoded(shape: re.Pattern[str], number: str) -> str:
    """A business number for a path. Raises `wechat_pay.order_refused` when it cannot be one."""
    if not shape.fullmatch(number):
        raise ORDER_REFUSED(why="number")
    return quote(number, safe=UNENCODED)


async def _query(line: Line, path: str) -> Transaction:
    outgoing = Outgoing("GET", f"{_ORDERS}/{path}?mchid={line.merchant.mchid}")
    transaction = await line.ask(Call.QUERY, outgoing, Transaction)
    if transaction.mchid != line.merchant.mchid:
        raise unverified(Call.QUERY, "another_merchant")
    return transaction


def _check(order: Order) -> None:
    faults = {
        "number": not OUT_TRADE_NO.fullmatch(order.out_trade_no),
        "amount": not 1 <= order.total_fen <= TOTAL_FEN_MAX,
        "description": not plain(order.description, DESCRIPTION_CHARS_MAX).strip(),
        "attach": len(order.attach) > ATTACH_CHARS_MAX or plain(order.attach, ATTACH_CHARS_MAX) != order.attach,
        "payer": not 1 <= len(order.openid) <= OPENID_CHARS_MAX,
    }
    for why, wrong in faults.items():
        if wrong:
            raise ORDER_REFUSED(why=why)
