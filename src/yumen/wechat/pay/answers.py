"""What WeChat Pay answers, typed, with its field names on the wire. New fields and absent optional ones are normal.

Nothing personal shows in a repr: the payer's openid is read only where somebody asks for it by name.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

import msgspec
from msgspec import field

from yumen.kit.http import Answer
from yumen.wechat.pay.errors import Call, Failure, failure_of

REQUEST_ID: Final = re.compile(r"[0-9A-Za-z-]{1,128}", re.ASCII)
CODE: Final = re.compile(r"[0-9A-Z_]{1,64}", re.ASCII)

T = TypeVar("T")


class TradeState(StrEnum):
    """What WeChat Pay says of an order. Anything else it may say one day counts as not final."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"
    REVOKED = "REVOKED"
    USERPAYING = "USERPAYING"
    PAYERROR = "PAYERROR"
    OTHER = "OTHER"


class RefundState(StrEnum):
    """ABNORMAL is not final: the card was void or frozen, and the refund may still succeed."""

    SUCCESS = "SUCCESS"
    CLOSED = "CLOSED"
    PROCESSING = "PROCESSING"
    ABNORMAL = "ABNORMAL"
    OTHER = "OTHER"


TRADE_STATES: Final = frozenset(TradeState)
REFUND_STATES: Final = frozenset(RefundState)


class Amount(msgspec.Struct, frozen=True):
    """Fen. Compare `total` with the order, never `payer_total`: coupons make it smaller, down to 0."""

    total: int
    payer_total: int | None = None
    currency: str = "CNY"
    payer_currency: str = "CNY"


class Payer(msgspec.Struct, frozen=True):
    openid: str = ""

    def __repr__(self) -> str:
        """Never the person."""
        return "Payer(…)"


class Transaction(msgspec.Struct, frozen=True):
    """An order as WeChat Pay has it. `transaction_id`, `success_time`, `amount` and `payer` come with payment."""

    appid: str
    mchid: str
    out_trade_no: str
    said_state: str = field(name="trade_state")
    transaction_id: str = ""
    trade_type: str = ""
    bank_type: str = ""
    attach: str = ""
    said_success_time: str = field(name="success_time", default="")
    amount: Amount | None = None
    payer: Payer = Payer()

    @property
    def state(self) -> TradeState:
        return TradeState(self.said_state) if self.said_state in TRADE_STATES else TradeState.OTHER

    @property
    def success_time(self) -> datetime | None:
        return moment(self.said_success_time)

    @property
    def is_paid(self) -> bool:
        """Money came in, even if some of it went back since: REFUND does not say how much."""
        return self.state in {TradeState.SUCCESS, TradeState.REFUND}

    def __repr__(self) -> str:
        """Numbers and state only."""
        return f"Transaction({self.out_trade_no!r}, {self.said_state})"


class RefundAmount(msgspec.Struct, frozen=True):
    """Fen."""

    total: int
    refund: int
    payer_total: int | None = None
    payer_refund: int | None = None


class Refund(msgspec.Struct, frozen=True):
    """A refund as WeChat Pay has it. The account that gets the money back is personal and not read."""

    refund_id: str
    out_refund_no: str
    transaction_id: str
    out_trade_no: str
    said_state: str = field(name="status")
    amount: RefundAmount
    channel: str = ""
    funds_account: str = ""
    said_success_time: str = field(name="success_time", default="")

    @property
    def success_time(self) -> datetime | None:
        return moment(self.said_success_time)

    @property
    def state(self) -> RefundState:
        return refund_state(self.said_state)


class PrepayAnswer(msgspec.Struct):
    prepay_id: str


class BillAnswer(msgspec.Struct):
    hash_type: str
    hash_value: str
    download_url: str


class Refusal(msgspec.Struct):
    code: str = ""


def refund_state(said: str) -> RefundState:
    """What was said, or OTHER: WeChat Pay may say something new one day."""
    return RefundState(said) if said in REFUND_STATES else RefundState.OTHER


def moment(said: str) -> datetime | None:
    """An RFC 3339 time with zone, milliseconds or not; None when it is absent or unreadable."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def decoded(body: bytes, kind: type[T]) -> T | None:
    """Leniently: unknown fields are skipped; None when it is no such object at all."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def request_id(answer: Answer) -> str:
    """What WeChat Pay's support asks for; empty when it is none."""
    said = answer.headers.get("request-id", "")
    return said if REQUEST_ID.fullmatch(said) else ""


def read_failure(call: Call, answer: Answer) -> Failure:
    """The failure an answer other than success means. Codes that are none are dropped, with every text of theirs."""
    refusal = decoded(answer.body, Refusal)
    code = refusal.code if refusal is not None and CODE.fullmatch(refusal.code) else ""
    return failure_of(call, answer.status, code, request_id(answer))
