"""What the admin API takes and gives; shared by the server and its client."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from yumen.sandbox.wechatpay.records import (
    BillFault,
    KeyMode,
    Merchant,
    NoticeEvent,
    NoticeTrouble,
    NoticeTroubleKind,
    Quirks,
    Scheme,
    Share,
    Trouble,
)

Name = Annotated[str, Meta(min_length=1, max_length=100)]
AppId = Annotated[str, Meta(pattern="^wx[0-9a-f]{16}$")]
ApiV3Key = Annotated[str, Meta(pattern="^[0-9A-Za-z]{32}$")]
Pem = Annotated[str, Meta(max_length=8000)]
Url = Annotated[str, Meta(max_length=500)]
Fen = Annotated[int, Meta(ge=0, le=10**12)]


class Shape(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body of ours: unknown fields are refused."""


class NewMerchant(Shape):
    """Create a merchant; what is left out is made up, the merchant's private key too."""

    name: Name = "Sandbox shop 沙箱商城"
    mchid: Annotated[str, Meta(pattern="^[0-9]{8,10}$")] | UnsetType = UNSET
    appids: list[AppId] = []
    certificate_pem: Pem = ""
    """The merchant's certificate (RSA or SM2), or a bare public key together with `serial_no`."""
    serial_no: Annotated[str, Meta(pattern="^[0-9A-F]{40}$")] | UnsetType = UNSET
    apiv3_key: ApiV3Key | UnsetType = UNSET
    scheme: Scheme = "RSA"
    key_mode: KeyMode = "public_key"
    deliver_to: Url = ""


class MerchantChange(Shape):
    """Change a merchant; what is left out stays."""

    name: Name | UnsetType = UNSET
    appids: list[AppId] | UnsetType = UNSET
    certificate_pem: Pem | UnsetType = UNSET
    serial_no: Annotated[str, Meta(pattern="^[0-9A-F]{40}$")] | UnsetType = UNSET
    apiv3_key: ApiV3Key | UnsetType = UNSET
    key_mode: KeyMode | UnsetType = UNSET
    public_key_share: Share | UnsetType = UNSET
    deliver_to: Url | UnsetType = UNSET
    refund_notify_url: Url | UnsetType = UNSET
    notice_timeout_s: Annotated[float, Meta(gt=0, le=60)] | UnsetType = UNSET
    refund_after_s: Annotated[float, Meta(ge=0)] | UnsetType | None = UNSET
    refund_outcome: Literal["SUCCESS", "CLOSED", "ABNORMAL"] | UnsetType = UNSET
    refund_spacing_s: Annotated[float, Meta(ge=0)] | UnsetType = UNSET
    fee_per_million: Annotated[int, Meta(ge=0, le=1_000_000)] | UnsetType = UNSET
    withdrawn_fen: Fen | UnsetType = UNSET
    rates: dict[str, Annotated[int, Meta(ge=0)]] | UnsetType = UNSET
    rates_on: bool | UnsetType = UNSET
    quirks: Quirks | UnsetType = UNSET
    troubles: list[Trouble] | UnsetType = UNSET
    notice_troubles: list[NoticeTrouble] | UnsetType = UNSET


class NewOrder(Shape):
    """An order put in without the API, as if the merchant had placed it."""

    out_trade_no: Annotated[str, Meta(pattern=r"^[0-9A-Za-z_\-|*]{6,32}$")]
    total_fen: Annotated[int, Meta(ge=1)]
    openid: Annotated[str, Meta(min_length=1, max_length=128)]
    notify_url: Url
    appid: AppId | UnsetType = UNSET
    description: Annotated[str, Meta(min_length=1, max_length=127)] = "SANDBOX"
    attach: Annotated[str, Meta(max_length=128)] | UnsetType = UNSET


class NewOrders(Shape):
    """Many orders at once."""

    orders: Annotated[list[NewOrder], Meta(min_length=1, max_length=100_000)]


class PayAsk(Shape):
    """The payer pays. `late`: although the order is closed or its time is over. `paid_at` moves nothing but the time
    of this payment (seconds since 1970), for the boundary of a day."""

    openid: Annotated[str, Meta(max_length=128)] = ""
    bank_type: Annotated[str, Meta(pattern="^[A-Z_]{1,32}$")] = "OTHERS"
    coupon_fen: Fen = 0
    coupon_cash: bool = False
    late: bool = False
    notify: bool = True
    paid_at: float | UnsetType = UNSET


class FailAsk(Shape):
    """The payment fails: the order stays NOTPAY, or goes into any other state, an unknown one too."""

    state: Annotated[str, Meta(pattern="^[A-Z_]{1,32}$")] = "NOTPAY"


class RaceAsk(Shape):
    """The payment lands just before the merchant's close call (`pay`), just after it (`pay_late`), or not."""

    at_close: Literal["", "pay", "pay_late"] = "pay"


class CashierAsk(Shape, kw_only=True):
    """wx.requestPayment on the payer's phone, with the words of the mini-program's API."""

    appid: Annotated[str, Meta(max_length=32)]
    timeStamp: Annotated[str, Meta(max_length=32)]  # noqa: N815 - Tencent's name
    nonceStr: Annotated[str, Meta(max_length=64)]  # noqa: N815
    package: Annotated[str, Meta(max_length=128)]
    signType: Annotated[str, Meta(max_length=16)] = "RSA"  # noqa: N815
    paySign: Annotated[str, Meta(max_length=2000)]  # noqa: N815
    openid: Annotated[str, Meta(max_length=128)]
    outcome: Literal["pay", "cancel", "wrong_password"] = "pay"
    bank_type: Annotated[str, Meta(pattern="^[A-Z_]{1,32}$")] = "OTHERS"


class CashierSaid(Shape):
    """What the phone tells the mini-program."""

    errMsg: str  # noqa: N815
    out_trade_no: str = ""


class SettleAsk(Shape):
    """How a refund ends."""

    status: Literal["SUCCESS", "CLOSED", "ABNORMAL"] = "SUCCESS"
    notify: bool = True


class HandRefund(Shape):
    """A refund made by hand in the merchant platform, with a number the merchant's system never saw."""

    refund_fen: Annotated[int, Meta(ge=1)]
    out_refund_no: Annotated[str, Meta(max_length=64)] | UnsetType = UNSET


class SendAsk(Shape, kw_only=True):
    """Send a notification about an order or refund now, once, in this way."""

    kind: Literal["genuine"] | NoticeTroubleKind = "genuine"
    event: NoticeEvent = "payment"
    number: Annotated[str, Meta(min_length=1, max_length=64)]
    status: Literal["SUCCESS", "CLOSED", "ABNORMAL"] | UnsetType = UNSET


class RotationAsk(Shape):
    """Rotate the platform certificate: the coming one signs this share. `retire` removes the old one."""

    share: Share = 0.0
    retire: bool = False


class RotationShown(Shape):
    """Which certificates there are (serials), which sign."""

    certificates: list[str]
    signing: list[str]
    coming_share: float


class NewFaults(Shape):
    """What is wrong with that day's bill from now on; an empty list makes it right again."""

    faults: list[BillFault]


class BillShown(Shape):
    """One day's trade bill as it is now. `rows` without those planted or left out."""

    mchid: str
    date: str
    closed: bool
    faults: list[BillFault]
    payments: int
    refunds: int
    hash_value: str


class VolleyAsk(Shape):
    """Pay many orders at once and deliver the notices at once: each some times, shuffled, with forged ones between."""

    numbers: list[str] = []
    """out_trade_nos; empty: the first `count` unpaid orders."""
    count: Annotated[int, Meta(ge=0, le=5_000_000)] = 0
    copies_min: Annotated[int, Meta(ge=0, le=20)] = 1
    copies_max: Annotated[int, Meta(ge=0, le=20)] = 1
    forged: Share = 0.0
    """Forged notices, as a share of the genuine copies."""
    refund_share: Share = 0.0
    """This share of the orders is refunded in full at once; those notices fly along."""
    rotate_at: Share | None = None
    """The platform certificate is replaced when this share has been sent."""
    concurrency: Annotated[int, Meta(ge=1, le=2000)] = 64
    seed: int = 1


class VolleyShown(Shape):
    """How far it is. `left_over` notices that nobody took went to the ordinary schedule."""

    running: bool = False
    orders: int = 0
    to_send: int = 0
    sent: int = 0
    taken: int = 0
    refused: int = 0
    forged_sent: int = 0
    forged_taken: int = 0
    left_over: int = 0
    seconds: float = 0.0


class ClockAsk(Shape):
    """Move the sandbox's clock: on by seconds, or to an offset from real time."""

    advance_s: float | UnsetType = UNSET
    offset_s: float | UnsetType = UNSET


class SettingsChange(Shape):
    """Default vantage of callers; which WeChat sandbox hears of payments (its admin address, loopback; empty: none)."""

    vantage: str | UnsetType = UNSET
    wechat_admin_url: Annotated[str, Meta(max_length=200)] | UnsetType = UNSET


class ResetAsk(Shape):
    """Forget everything, optionally with another seed."""

    seed: int | UnsetType = UNSET


class Counted(Shape):
    """How many calls ended so."""

    endpoint: str
    outcome: str
    calls: int


class Metrics(Shape):
    """Counts since the start."""

    calls: list[Counted]
    orders: dict[str, int]
    refunds: dict[str, int]
    notices: dict[str, int]


class Overview(Shape):
    """The sandbox at a glance."""

    notice: str
    seed: int
    now: float
    offset_s: float
    vantage: str
    merchants: list[Merchant]
    orders: int
    refunds: int
    calls: int
    notices_waiting: int


class Made(Shape):
    """How many."""

    count: int
