"""Read what WeChat Pay reports: verified as raw bytes, then parsed, then opened, then checked to be this merchant's.

A notice may come twice, late, out of order, or never; what it says is WeChat Pay's word about a state, and the story
that gets it asks whether amount, app and order are right. Answer within five seconds: 200 or 204 when it is kept,
4xx or 5xx to have it sent again. Source: pay.weixin.qq.com, 支付成功回调通知 and 退款结果通知.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, TypeVar

import msgspec
from msgspec import Meta, field

from yumen.kit.errors import Code
from yumen.wechat.pay.answers import RefundAmount, RefundState, Transaction, decoded, moment, refund_state
from yumen.wechat.pay.client import Pay
from yumen.wechat.pay.sealed import Resource, open_resource

MALFORMED: Final = Code("wechat_pay.notification_malformed", 400)
FOREIGN: Final = Code("wechat_pay.notification_foreign", 403)

BODY_MAX_BYTES: Final = 1_200_000
PAID: Final = "TRANSACTION.SUCCESS"
REFUNDS: Final = frozenset({"REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED"})

T = TypeVar("T")
Short = Annotated[str, Meta(max_length=64)]


class Envelope(msgspec.Struct):
    """The body as it comes: everything that matters is sealed in `resource`."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    event_type: Short
    resource: Resource
    create_time: Short = ""


class RefundReport(msgspec.Struct, frozen=True):
    """The sealed part of a refund's notice; it names its state otherwise than the query does."""

    mchid: str
    refund_id: str
    out_refund_no: str
    transaction_id: str
    out_trade_no: str
    said_state: str = field(name="refund_status")
    amount: RefundAmount
    said_success_time: str = field(name="success_time", default="")

    @property
    def state(self) -> RefundState:
        return refund_state(self.said_state)

    @property
    def success_time(self) -> datetime | None:
        return moment(self.said_success_time)


class Owned(msgspec.Struct):
    """Whose it is, of an event that we do not know."""

    mchid: str


@dataclass(frozen=True, slots=True)
class PaidNotice:
    """An order was paid, says WeChat Pay. `id` may differ between repeats: tell them apart by the numbers inside."""

    id: str
    mchid: str
    transaction: Transaction


@dataclass(frozen=True, slots=True)
class RefundNotice:
    """A refund moved on, perhaps one that was made by hand in the merchant platform."""

    id: str
    mchid: str
    event_type: str
    refund: RefundReport


@dataclass(frozen=True, slots=True)
class OtherNotice:
    """An event of a product that we do not use: to be kept as having come, and answered with success."""

    id: str
    mchid: str
    event_type: str


Notice = PaidNotice | RefundNotice | OtherNotice


async def read_notification(pay: Pay, mchid: str, headers: Mapping[str, str], body: bytes) -> Notice:
    """What was reported at this merchant's address; `body` are the raw bytes.

    Raises `wechat_pay.merchant_unknown`, `wechat_pay.unverified` (`Unverified`, probes too),
    `wechat_pay.notification_malformed`, `wechat_pay.unopened` (our API v3 key is wrong),
    `wechat_pay.notification_foreign` (another merchant's or app's).
    """
    line = pay.line(mchid)
    if len(body) > BODY_MAX_BYTES:
        raise MALFORMED()
    await line.verify(headers, body)
    envelope = _understood(body, Envelope)
    plain = open_resource(line.merchant.apiv3_keys, envelope.resource)
    notice = _notice(envelope, plain)
    if notice.mchid != mchid:
        raise FOREIGN(why="merchant")
    if isinstance(notice, PaidNotice) and notice.transaction.appid not in line.merchant.appids:
        raise FOREIGN(why="app")
    return notice


def _notice(envelope: Envelope, plain: bytes) -> Notice:
    if envelope.event_type == PAID:
        transaction = _understood(plain, Transaction)
        return PaidNotice(envelope.id, transaction.mchid, transaction)
    if envelope.event_type in REFUNDS:
        report = _understood(plain, RefundReport)
        return RefundNotice(envelope.id, report.mchid, envelope.event_type, report)
    return OtherNotice(envelope.id, _understood(plain, Owned).mchid, envelope.event_type)


def _understood(body: bytes, kind: type[T]) -> T:
    found = decoded(body, kind)
    if found is None:
        raise MALFORMED()
    return found
