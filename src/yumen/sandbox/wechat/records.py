"""The nouns of the simulated WeChat, as they lie in the state file. Times are the sandbox's own, in seconds."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from yumen.sandbox.kit.memory import BasicSettings
from yumen.sandbox.wechat.trade_records import TradeRules

PushMode = Literal["plain", "compatible", "secure"]
PushFormat = Literal["json", "xml"]
TroubleKind = Literal["errcode", "cut", "lost", "silent", "slow", "html_502"]
TokenFamily = Literal["plain", "stable"]
Cipher = Literal["AES256_GCM", "SM4_GCM"]
Signing = Literal["RSAwithSHA256", "SM2withSM3"]


class Trouble(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A misbehaviour: which kind, on which path (empty = all), for which share of calls, how many times more.

    `errcode` answers that code before anything happens; `cut` resets before anything happens; `lost` lets it happen
    and resets instead of answering; `silent` lets it happen and never answers; `slow` adds `delay_ms`; `html_502` is
    a gateway's page.
    """

    kind: TroubleKind
    path: str = ""
    share: float = 1.0
    left: int | None = None
    errcode: int = -1
    delay_ms: int = 0


class Quirks(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Ways in which real answers vary. All off: as the present documentation shows them."""

    text_plain: bool = False
    extra_fields: bool = False
    country_code_number: bool = False
    used_code_40029: bool = False
    create_time_text: bool = False


class PushTarget(msgspec.Struct, kw_only=True):
    """The console's message push settings of one app, accepted after the URL was verified."""

    url: str
    token: str
    encoding_aes_key: str
    mode: PushMode
    format: PushFormat


class PushRules(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How deliveries behave. The spacing of attempts is not published: `retry_after_s` is an assumption."""

    timeout_s: float = 5.0
    retry_after_s: float = 5.0
    attempts_max: int = 3
    duplicates: bool = False
    reorder_s: float = 0.0
    """Every second push is held back by so much."""
    late_s: float = 0.0
    """Every push is held back by so much; hours are possible, by the sandbox's clock."""


class SessionRules(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """When `session_key` changes. Real values are unknown: all are assumptions."""

    rotate_after_s: float = 60.0
    """A login press may rotate a key older than this."""
    rotate_percent: int = 50
    idle_s: float = 3 * 86400.0


class KeyPair(msgspec.Struct, kw_only=True):
    """An asymmetric key under the console's number (`sn`). PEM for RSA, hex for SM2 (public 64 bytes, private 32)."""

    sn: str
    public: str
    private: str = ""


class Security(msgspec.Struct, kw_only=True):
    """The console's API security settings of one app (encryption and signing of server calls)."""

    cipher: Cipher
    signing: Signing
    symmetric_sn: str = ""
    symmetric_key: str = ""
    """Base64 of 32 bytes (AES) or 16 bytes (SM4)."""
    developer: KeyPair | None = None
    platform: KeyPair
    previous_platform: KeyPair | None = None
    """Set during certificate rotation: answers carry the `-Deprecated` pair too."""


class App(msgspec.Struct, kw_only=True):
    """One mini-program."""

    appid: str
    secret: str
    name: str
    original_id: str
    open_platform: str = ""
    """Apps with the same name here share unionids; empty: not bound, no unionid."""
    secret_frozen: bool = False
    allow_list: list[str] = []
    egress_ip: str = "127.0.0.1"
    """The address from which WeChat sees this app's backend come."""
    vantage: str = "none"
    phone_calls_left: int | None = None
    daily_limits: dict[str, int] = {}
    quirks: Quirks = msgspec.field(default_factory=Quirks)
    troubles: list[Trouble] = []
    push: PushTarget | None = None
    push_rules: PushRules = msgspec.field(default_factory=PushRules)
    security: Security | None = None
    trade_rules: TradeRules = msgspec.field(default_factory=TradeRules)
    templates: dict[str, list[str]] = {}
    """Subscribe message templates by id: the keys of their data."""


class Person(msgspec.Struct, kw_only=True):
    """A made-up WeChat user."""

    id: str
    number: int
    name: str
    nickname: str
    country_code: str
    pure_phone: str
    phone: str
    birthday: str
    province: str
    district: str
    high_risk: bool = False
    cancelled_at: float | None = None


class Member(msgspec.Struct, kw_only=True):
    """A person as one app knows them: the openid and its one session key."""

    openid: str
    appid: str
    person: str
    unionid: str = ""
    session_key: str = ""
    key_made_at: float = 0.0
    used_at: float = 0.0
    logins: int = 0
    revoked: list[str] = []


class Code(msgspec.Struct, kw_only=True):
    """A one-time code: from wx.login or from the phone button."""

    code: str
    appid: str
    openid: str
    made_at: float
    used_at: float | None = None


class Token(msgspec.Struct, kw_only=True):
    """An access token. It works until `dead_at`; `expires_at` is its own two hours."""

    value: str
    appid: str
    family: TokenFamily
    made_at: float
    expires_at: float
    dead_at: float


class Ledger(msgspec.Struct, kw_only=True):
    """What one app used today and this month, by Beijing's calendar."""

    appid: str
    day: int = 0
    used: dict[str, int] = {}
    forced: int = 0
    month: str = ""
    clears: int = 0
    path_clears: int = 0
    forced_at: float = 0.0
    paid_phone_calls: int = 0


class SealedNote(msgspec.Struct, kw_only=True):
    """That an encryptedData of this hash was given out."""

    hash: str
    appid: str
    made_at: float


class Attempt(msgspec.Struct, kw_only=True):
    """One try to deliver a push."""

    at: float
    outcome: str
    status: int = 0
    cost_ms: int = 0


class Push(msgspec.Struct, kw_only=True):
    """A message on its way to a backend."""

    id: str
    appid: str
    openid: str
    event: str
    message: dict[str, Any]
    due_at: float
    state: Literal["waiting", "delivered", "dropped"] = "waiting"
    attempts: list[Attempt] = []


class Settings(BasicSettings, kw_only=True):
    """Of the sandbox itself."""

    people: int = 0
    pushes: int = 0
    session_rules: SessionRules = msgspec.field(default_factory=SessionRules)
