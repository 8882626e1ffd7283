"""What the admin API takes and gives; shared by the server and its client."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from yumen.sandbox.wechat.records import (
    App,
    Cipher,
    Person,
    PushFormat,
    PushMode,
    PushRules,
    Quirks,
    SessionRules,
    Signing,
    TokenFamily,
    Trouble,
)
from yumen.sandbox.wechat.trade_records import TradeRules

Count = Annotated[int, Meta(ge=1, le=100_000)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]


class Shape(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A body of ours: unknown fields are refused."""


class NewApp(Shape):
    """Create an app; what is left out is made up."""

    name: Name = "Sandbox shop 沙箱商城"
    appid: Annotated[str, Meta(pattern="^wx[0-9a-f]{16}$")] | UnsetType = UNSET
    secret: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")] | UnsetType = UNSET
    original_id: Annotated[str, Meta(pattern="^gh_[0-9a-f]{12}$")] | UnsetType = UNSET
    open_platform: Annotated[str, Meta(max_length=100)] = ""


class AppChange(Shape):
    """Change an app; what is left out stays."""

    name: Name | UnsetType = UNSET
    secret: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")] | UnsetType = UNSET
    secret_frozen: bool | UnsetType = UNSET
    allow_list: list[Annotated[str, Meta(max_length=60)]] | UnsetType = UNSET
    egress_ip: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET
    vantage: str | UnsetType = UNSET
    phone_calls_left: Annotated[int, Meta(ge=0)] | UnsetType | None = UNSET
    daily_limits: dict[str, Annotated[int, Meta(ge=0)]] | UnsetType = UNSET
    quirks: Quirks | UnsetType = UNSET
    troubles: list[Trouble] | UnsetType = UNSET
    push_rules: PushRules | UnsetType = UNSET
    trade_rules: TradeRules | UnsetType = UNSET


class NewPush(Shape):
    """The console's message push form. With `verify` the URL is asked first, as WeChat does."""

    url: Annotated[str, Meta(max_length=500)]
    token: Annotated[str, Meta(pattern="^[A-Za-z0-9]{3,32}$")]
    encoding_aes_key: Annotated[str, Meta(pattern="^[A-Za-z0-9]{43}$")]
    mode: PushMode = "secure"
    format: PushFormat = "json"
    verify: bool = True


class NewSecurity(Shape):
    """Turn API security on. `developer_public` is a PEM public key (RSA or SM2)."""

    cipher: Cipher = "AES256_GCM"
    signing: Signing = "RSAwithSHA256"
    developer_public: Annotated[str, Meta(max_length=4000)] = ""


class SecurityShown(Shape):
    """What the console shows and the developer needs."""

    symmetric_sn: str
    symmetric_key: str
    developer_sn: str
    platform_sn: str
    platform_public: str
    """A certificate in PEM, or for SM2 a public key in PEM."""
    previous_platform_sn: str = ""


class NewPeople(Shape):
    """How many more made-up people to let in."""

    count: Count = 1


class PersonChange(Shape):
    """Mark a person."""

    high_risk: bool | UnsetType = UNSET


class LoginAsk(Shape):
    """Many login codes at once: for these people, or for the first `count` people (made when missing)."""

    people: list[str] = []
    count: Annotated[int, Meta(ge=0, le=100_000)] = 0


class LoginPressed(Shape):
    """What wx.login gives."""

    person: str
    code: str


class PhonePressed(Shape):
    """What the phone button's event carries. With the quota out: errno 1400001 and nothing else."""

    errMsg: str  # noqa: N815 - Tencent's name
    errno: int = 0
    code: str = ""
    encryptedData: str = ""  # noqa: N815
    iv: str = ""


class ProfilePressed(Shape):
    """What wx.getUserInfo gives."""

    rawData: str  # noqa: N815
    signature: str
    encryptedData: str  # noqa: N815
    iv: str


class MemberShown(Shape):
    """A person as one app knows them."""

    person: str
    openid: str
    unionid: str
    session_key: str
    logins: int
    revoked: list[str]


class RevokeAsk(Shape):
    """Which information the person takes back (RevokeInfo codes; 8 = phone number)."""

    info: list[str] = msgspec.field(default_factory=lambda: ["8"])


class EventAsk(Shape, kw_only=True):
    """Push something about a person."""

    event: str = "user_info_modified"
    person: str
    info: list[str] = msgspec.field(default_factory=lambda: ["8"])
    content: Annotated[str, Meta(max_length=2000)] = "你好"


class TradeTold(Shape):
    """The payment side tells of a payment."""

    transaction_id: Annotated[str, Meta(min_length=1, max_length=32)]
    openid: Annotated[str, Meta(min_length=1, max_length=128)]
    mchid: Annotated[str, Meta(min_length=1, max_length=32)]
    out_trade_no: Annotated[str, Meta(min_length=1, max_length=32)]
    description: Annotated[str, Meta(max_length=127)] = ""
    paid_fen: Annotated[int, Meta(ge=0)] = 0


class TemplateWish(Shape):
    """A subscribe message template of the console."""

    id: Annotated[str, Meta(min_length=1, max_length=100)]
    keys: Annotated[list[str], Meta(min_length=1, max_length=5)]


class SubscribeAsk(Shape):
    """A person's answer to one template."""

    template: Annotated[str, Meta(min_length=1, max_length=100)]
    accepted: bool = True


class PushesMade(Shape):
    """Which pushes were handed in; two with the duplicates switch, none without a push address."""

    pushes: list[str]


class KillAsk(Shape):
    """Which family of access tokens to end at once."""

    family: TokenFamily = "stable"


class Killed(Shape):
    """How many tokens that ended."""

    tokens: int


class ClockAsk(Shape):
    """Move the sandbox's clock on, or set how far it is ahead of real time."""

    advance_s: float | UnsetType = UNSET
    offset_s: float | UnsetType = UNSET


class SettingsChange(Shape):
    """Of the whole sandbox."""

    vantage: str | UnsetType = UNSET
    session_rules: SessionRules | UnsetType = UNSET


class ResetAsk(Shape):
    """Forget everything; begin with this seed (or the same)."""

    seed: int | UnsetType = UNSET


class Overview(Shape):
    """The sandbox at a glance."""

    notice: str
    seed: int
    now: float
    offset_s: float
    vantage: str
    session_rules: SessionRules
    apps: list[App]
    people: int
    calls: int
    pushes_waiting: int


class PeoplePage(Shape):
    """Some of the people."""

    total: int
    people: list[Person]


class Counted(Shape):
    """How often a path answered with a code since the sandbox started."""

    path: str
    errcode: int
    calls: int


class Metrics(Shape):
    """Figures since the sandbox started."""

    calls: list[Counted]
    login_codes: int
    tokens: int
    pushes: dict[str, int]
