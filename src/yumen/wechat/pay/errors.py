"""What WeChat Pay's refusals mean: whether the call was acted on, and what may be done next.

Decided on HTTP status and code, never on the message; codes are compared without underscores, since both spellings
occur. A failure is NotSent, Rejected or Unsettled of `kit.errors`; `next_of` says what may be done about it.
Source: the error tables of pay.weixin.qq.com (order, query, close, refund, bills), old pages and new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from yumen.kit.errors import NotSent, Rejected, Unsettled

Failure = NotSent | Rejected | Unsettled


class Call(StrEnum):
    """What was asked of WeChat Pay."""

    ORDER = "order"
    QUERY = "query"
    CLOSE = "close"
    REFUND = "refund"
    REFUND_QUERY = "refund_query"
    BILL = "bill"
    CERTIFICATES = "certificates"


class Outcome(StrEnum):
    """Was it acted on?"""

    NOT_SENT = "not_sent"
    REJECTED = "rejected"
    UNSETTLED = "unsettled"


class Next(StrEnum):
    """What may be done about a failure."""

    AGAIN = "again"
    """The same number with the same parameters, later."""
    ASK = "ask"
    """Query first; what it says decides."""
    NEW_NUMBER = "new_number"
    """This number is spent: the same purpose needs another one."""
    ABSENT = "absent"
    """WeChat Pay has no such order or refund."""
    LATER = "later"
    """Not made yet: half an hour."""
    NOTHING = "nothing"
    """A day without any movement: a normal answer."""
    OTHER_WAY = "other_way"
    """Impossible for this person: pay back or be paid otherwise."""
    CONFIGURE = "configure"
    """The settings or the merchant platform are wrong."""
    BUG = "bug"
    """Never the same again."""


KINDS: Final[Mapping[Outcome, type[NotSent] | type[Rejected] | type[Unsettled]]] = {
    Outcome.NOT_SENT: NotSent,
    Outcome.REJECTED: Rejected,
    Outcome.UNSETTLED: Unsettled,
}


@dataclass(frozen=True, slots=True)
class Ruling:
    outcome: Outcome
    next: Next


_BUG: Final = Ruling(Outcome.REJECTED, Next.BUG)
_CONFIGURE: Final = Ruling(Outcome.REJECTED, Next.CONFIGURE)
_ABSENT: Final = Ruling(Outcome.REJECTED, Next.ABSENT)
_ASK: Final = Ruling(Outcome.REJECTED, Next.ASK)
_SPENT: Final = Ruling(Outcome.REJECTED, Next.NEW_NUMBER)
_OTHER_WAY: Final = Ruling(Outcome.REJECTED, Next.OTHER_WAY)
_SLOWER: Final = Ruling(Outcome.NOT_SENT, Next.AGAIN)
_UNKNOWN: Final = Ruling(Outcome.UNSETTLED, Next.ASK)
_MAY_BE_DONE: Final = Ruling(Outcome.UNSETTLED, Next.AGAIN)

RULINGS: Final[Mapping[str, Ruling]] = {
    "PARAM_ERROR": _BUG,
    "INVALID_REQUEST": _BUG,
    "INVALID_TRANSACTIONID": _BUG,
    "APPID_MCHID_NOT_MATCH": _CONFIGURE,
    "MCH_NOT_EXISTS": _CONFIGURE,
    "SIGN_ERROR": _CONFIGURE,
    "NO_AUTH": _CONFIGURE,
    "ORDER_CLOSED": _SPENT,
    "ORDER_PAID": _ASK,
    "OUT_TRADE_NO_USED": _ASK,
    "TRADE_ERROR": _ASK,
    "NO_STATEMENT_EXIST": Ruling(Outcome.REJECTED, Next.NOTHING),
    "STATEMENT_CREATING": Ruling(Outcome.NOT_SENT, Next.LATER),
    "NOT_ENOUGH": _SLOWER,
    "USER_ACCOUNT_ABNORMAL": _OTHER_WAY,
    "ACCOUNT_ERROR": _OTHER_WAY,
    "OPENID_MISMATCH": _BUG,
    "RULE_LIMIT": _SLOWER,
    "REQUEST_BLOCKED": _OTHER_WAY,
    "ORDER_NOT_EXIST": _ABSENT,
    "RESOURCE_NOT_EXISTS": _ABSENT,
    "FREQUENCY_LIMITED": _SLOWER,
    "FREQUENCY_LIMIT_EXCEED": _SLOWER,
    "RATELIMIT_EXCEEDED": _SLOWER,
    "RATE_LIMITED": _SLOWER,
    "SYSTEM_ERROR": _UNKNOWN,
    "BANK_ERROR": _UNKNOWN,
    "USER_PAYING": _UNKNOWN,
}

EXCEPTIONS: Final[Mapping[tuple[Call, str], Ruling]] = {
    (Call.ORDER, "INVALID_REQUEST"): _ASK,
    (Call.REFUND, "NOT_ENOUGH"): _MAY_BE_DONE,
    (Call.REFUND, "FREQUENCY_LIMITED"): _MAY_BE_DONE,
    (Call.REFUND, "FREQUENCY_LIMIT_EXCEED"): _MAY_BE_DONE,
    (Call.REFUND, "RATELIMIT_EXCEEDED"): _MAY_BE_DONE,
    (Call.REFUND, "RATE_LIMITED"): _MAY_BE_DONE,
    (Call.CERTIFICATES, "RESOURCE_NOT_EXISTS"): _CONFIGURE,
}
"""Where a code means something else: an order repeated with other parameters is refused as INVALID_REQUEST and may be
paid; a refund that came too fast, or found too little money, may be accepted all the same."""

_PLAIN: Final = {name.replace("_", ""): name for name in RULINGS}
_TOO_MANY: Final = 429
_SERVER: Final = 500


def spelled(code: str) -> str:
    """The spelling of our table (`ORDERPAID` is `ORDER_PAID`); an unknown code stays as it is."""
    return _PLAIN.get(code.replace("_", "").upper(), code)


def ruling_of(call: Call, status: int, code: str) -> Ruling:
    """Known codes by the table; unknown ones by status: 429 wait, 5xx nobody knows, else refused."""
    name = spelled(code)
    known = EXCEPTIONS.get((call, name)) or RULINGS.get(name)
    if known is not None:
        return known
    if status == _TOO_MANY:
        return _MAY_BE_DONE if call is Call.REFUND else _SLOWER
    return _UNKNOWN if status >= _SERVER or status < 400 else _BUG


def failure_of(call: Call, status: int, code: str, request_id: str = "") -> Failure:
    """The failure to raise. `upstream` is WeChat Pay's code as we spell it; no text of theirs goes with it."""
    ruling = ruling_of(call, status, code)
    kind = KINDS[ruling.outcome]
    facts = {"call": call.value, "status": status, "next": ruling.next.value, "request_id": request_id}
    return kind(f"wechat_pay.{ruling.outcome}", spelled(code), **facts)


def unverified(call: Call, why: str, request_id: str = "") -> Unsettled:
    """An answer that is not signed as it should be decides nothing about money."""
    return Unsettled("wechat_pay.answer_unverified", why, call=call.value, next=Next.ASK.value, request_id=request_id)


def next_of(failure: Failure) -> Next:
    """What may be done, also about failures of the network: not sent again, else ask."""
    said = failure.facts.get("next")
    if said is not None:
        return Next(str(said))
    if isinstance(failure, NotSent):
        return Next.AGAIN
    return Next.ASK if isinstance(failure, Unsettled) else Next.BUG
