"""What WeChat answers, typed, with Tencent's field names on the wire."""

from __future__ import annotations

import msgspec
from msgspec import field


class Session(msgspec.Struct):
    """code2Session. `session_key` is base64 of 16 bytes and never leaves the server; `unionid` only if bound."""

    openid: str
    session_key: str
    unionid: str = ""

    def __repr__(self) -> str:
        """Neither the person nor the key."""
        return "Session(…)"


class Watermark(msgspec.Struct):
    """When and for which app WeChat made it; `timestamp` in seconds."""

    timestamp: int
    appid: str


class PhoneInfo(msgspec.Struct):
    """`phone_info` of getPhoneNumber and of the old encryptedData. The country code came as a number once."""

    phone_number: str = field(name="phoneNumber")
    pure_phone_number: str = field(name="purePhoneNumber")
    country_code_any: str | int = field(name="countryCode")
    watermark: Watermark

    @property
    def country_code(self) -> str:
        return str(self.country_code_any).lstrip("+")

    def __repr__(self) -> str:
        """Never the number."""
        return "PhoneInfo(…)"


class PhoneAnswer(msgspec.Struct):
    phone_info: PhoneInfo


class Empty(msgspec.Struct):
    """Only the verdict counts."""


class Addresses(msgspec.Struct):
    """getcallbackip and get_api_domain_ip: addresses and networks."""

    ip_list: list[str]


class Resolved(msgspec.Struct):
    ip: str
    real_operator: str = ""


class Pinged(msgspec.Struct):
    ip: str
    from_operator: str = ""
    package_loss: str = ""
    time: str = ""


class CallbackCheck(msgspec.Struct):
    """callback/check: how the host of the push address looks from WeChat."""

    dns: list[Resolved] = []
    ping: list[Pinged] = []


class Quota(msgspec.Struct):
    daily_limit: int = 0
    used: int = 0
    remain: int = 0


class QuotaAnswer(msgspec.Struct):
    quota: Quota
