"""The nouns of the simulated WeChat Pay, as they lie in the state file. Times are the sandbox's own, in seconds."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from yumen.sandbox.kit.memory import BasicSettings

Scheme = Literal["RSA", "SM2"]
KeyMode = Literal["certificate", "public_key", "both"]
NoticeEvent = Literal["payment", "refund"]
TroubleKind = Literal[
    "error",
    "error_after",
    "cut",
    "lost",
    "silent",
    "silent_before",
    "slow",
    "html_502",
    "probe",
    "probe_undecodable",
    "wrong_signature",
    "wrong_key",
    "unknown_serial",
    "merchant_serial",
    "stale",
    "future",
    "unsigned",
    "lowercase_headers",
    "extra_fields",
]
NoticeTroubleKind = Literal[
    "lose",
    "delay",
    "duplicate",
    "probe",
    "probe_undecodable",
    "wrong_signature",
    "wrong_key",
    "unknown_serial",
    "merchant_serial",
    "stale",
    "future",
    "missing_header",
    "lowercase_headers",
    "truncated",
    "reserialised",
    "other_apiv3_key",
    "other_merchant",
    "wrong_amount",
    "wrong_appid",
    "unknown_order",
    "other_currency",
    "extra_fields",
]
BillFaultKind = Literal[
    "missing_row",
    "extra_row",
    "row_twice",
    "amount",
    "fee",
    "state",
    "summary",
    "wrong_hash",
    "truncated",
    "truncated_gzip",
    "no_bom",
    "lf_only",
    "old_columns",
    "column_added",
    "creating",
]
RefundStatus = Literal["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL"]
Share = Annotated[float, Meta(ge=0, le=1)]
Times = Annotated[int, Meta(ge=1)]


class Trouble(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A misbehaviour of the API: kind, endpoint (empty = all), share of the calls, how many times more.

    `error` answers status and code before anything happens, `error_after` after it happened; `cut` and `silent_before`
    drop the call before anything happens, `lost` and `silent` after; the others spoil the answer's signature or shape.
    """

    kind: TroubleKind
    endpoint: str = ""
    share: Share = 1.0
    left: Times | None = None
    status: Annotated[int, Meta(ge=400, le=599)] = 500
    code: Annotated[str, Meta(max_length=64)] = "SYSTEM_ERROR"
    delay_ms: Annotated[int, Meta(ge=0, le=600_000)] = 0


class NoticeTrouble(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A misbehaviour of notifications. `lose`, `delay`, `duplicate` befall a notice, the others one attempt of it."""

    kind: NoticeTroubleKind
    event: Literal["", "payment", "refund"] = ""
    share: Share = 1.0
    left: Times | None = None
    delay_s: Annotated[float, Meta(ge=0, le=1e8)] = 0.0
    copies: Annotated[int, Meta(ge=1, le=20)] = 1


class BillFault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is wrong with one day's bill. `number` is the out_trade_no or out_refund_no of the row it is about."""

    kind: BillFaultKind
    number: Annotated[str, Meta(max_length=64)] = ""
    fen: int = 100
    """How far an amount is off, or what an extra row is about."""
    left: Times | None = None
    """`creating` and `wrong_hash`: for how many calls."""


class Bill(msgspec.Struct, kw_only=True):
    """One day of one merchant: whether it was closed on demand, and what is wrong with it."""

    mchid: str
    date: str
    closed: bool = False
    faults: list[BillFault] = []


class Quirks(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Ways in which the real service varies. All off: as today's documentation shows it."""

    refuse_http_notify_url: bool = False
    refuse_nonce_reuse: bool = False
    old_error_codes: bool = False
    milliseconds: bool = False
    extra_fields: bool = False
    empty_payer: bool = False


class Merchant(msgspec.Struct, kw_only=True):
    """One merchant number with its keys. `private_pem` only where the sandbox made the key."""

    mchid: str
    name: str
    appids: list[str]
    serial_no: str
    certificate_pem: str
    private_pem: str = ""
    apiv3_key: str
    former_apiv3_key: str = ""
    scheme: Scheme = "RSA"
    key_mode: KeyMode = "public_key"
    public_key_id: str = ""
    public_key_pem: str = ""
    public_key_share: Share = 1.0
    """Which part of the notifications the public key signs while both are in use."""
    public_key_primes: list[int] = []
    deliver_to: str = ""
    """Notifications go to this loopback address, with the path of the notify_url; empty: to the notify_url itself."""
    refund_notify_url: str = ""
    """Where refund notifications go that bring no notify_url of their own; the merchant platform's setting."""
    notice_timeout_s: float = 5.0
    refund_after_s: float | None = 5.0
    """A refund settles by itself after so long; None: by hand."""
    refund_outcome: Literal["SUCCESS", "CLOSED", "ABNORMAL"] = "SUCCESS"
    refund_spacing_s: float = 60.0
    fee_per_million: int = 6000
    withdrawn_fen: int = 0
    rates: dict[str, int] = {}
    """Calls a second by endpoint, instead of the usual ones; 0 = no limit."""
    rates_on: bool = True
    quirks: Quirks = msgspec.field(default_factory=Quirks)
    troubles: list[Trouble] = []
    notice_troubles: list[NoticeTrouble] = []


class Order(msgspec.Struct, kw_only=True, gc=False):
    """A payment order. `asked` is the digest of its parameters; `expires_at` is the end of the payer's time."""

    mchid: str
    out_trade_no: str
    appid: str
    openid: str
    description: str
    notify_url: str
    total_fen: int
    asked: str
    made_at: float
    expires_at: float
    attach: str | None = None
    device_id: str = ""
    prepay_id: str = ""
    prepaid_at: float = 0.0
    state: str = "NOTPAY"
    at_close: str = ""
    """`pay`: the payment lands just before a close; `pay_late`: just after it."""
    transaction_id: str = ""
    paid_at: float = 0.0
    bank_type: str = ""
    coupon_fen: int = 0
    coupon_cash: bool = False
    refunded_fen: int = 0
    refunds: int = 0
    refund_asked_at: float = 0.0


class Refund(msgspec.Struct, kw_only=True, gc=False):
    """A refund of an order."""

    mchid: str
    out_refund_no: str
    refund_id: str
    out_trade_no: str
    transaction_id: str
    refund_fen: int
    total_fen: int
    asked: str
    made_at: float
    notify_url: str = ""
    by_hand: bool = False
    payer_refund_fen: int = 0
    status: RefundStatus = "PROCESSING"
    settled_at: float = 0.0
    settles_at: float | None = None
    channel: str = "ORIGINAL"


class Attempt(msgspec.Struct, kw_only=True, gc=False):
    """One try to deliver a notification. `kind` is `genuine` or what was wrong with it on purpose."""

    at: float
    outcome: str
    kind: str = "genuine"
    status: int = 0
    cost_ms: int = 0


class Notice(msgspec.Struct, kw_only=True, gc=False):
    """A notification on its way. What it says is taken from the order or refund when it is sent."""

    id: str
    mchid: str
    event: NoticeEvent
    number: str
    """out_trade_no or out_refund_no."""
    state: Literal["waiting", "delivered", "given_up", "lost"] = "waiting"
    made_at: float = 0.0
    due_at: float = 0.0
    status: str = ""
    """Of a refund: what it was when the notice was made."""
    attempts: list[Attempt] = []


class PlatformKey(msgspec.Struct, kw_only=True):
    """A platform certificate and its key (RSA: the primes; SM2: hex)."""

    serial: str
    scheme: Scheme
    certificate_pem: str
    effective_at: float
    expires_at: float
    primes: list[int] = []
    sm2_private: str = ""
    sm2_public: str = ""


class Settings(BasicSettings, kw_only=True):
    """Of the sandbox itself."""

    counter: int = 0
    wechat_admin_url: str = ""
    """The admin address of a WeChat sandbox that is told of payments, for shipping management; empty: none."""
    signing: list[str] = msgspec.field(default_factory=list)
    """Serials of the RSA certificates in use, the present one first, the coming one second."""
    coming_share: float = 0.0
