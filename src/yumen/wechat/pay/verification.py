"""Is this answer or notification WeChat Pay's, and fresh? Nothing of it is read before that is settled.

Order: headers → clock → key by serial → signature. Every refusal is the one problem `wechat_pay.unverified`, with the
same status, so that a forger learns nothing; `why` is for our logs and counters. A small share of real traffic is a
probe: a signature made wrong on purpose (`WECHATPAY/SIGNTEST/`), which has to be refused like any other.
Source: pay.weixin.qq.com, 如何验证签名 and 应对签名探测.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from yumen.kit.errors import Code, Problem
from yumen.wechat.pay.platform import PlatformKey
from yumen.wechat.pay.signing import Suite, answer_message

UNVERIFIED: Final = Code("wechat_pay.unverified", 401)

WINDOW_S: Final = 300
PROBE: Final = "WECHATPAY/SIGNTEST/"
TIMESTAMP: Final = re.compile(r"[0-9]{1,12}", re.ASCII)
NONCE: Final = re.compile(r"[!-~]{1,128}", re.ASCII)
SIGNATURE: Final = re.compile(r"[!-~]{1,2048}", re.ASCII)
SERIAL: Final = re.compile(r"[0-9A-Za-z_]{1,128}", re.ASCII)

FindKey = Callable[[str], Awaitable[PlatformKey | None]]
"""A living key of WeChat Pay's by its serial, or none."""


class Why(StrEnum):
    """Why it was refused."""

    HEADER_MISSING = "header_missing"
    HEADER_MALFORMED = "header_malformed"
    CLOCK = "clock"
    SUITE = "suite"
    SERIAL_UNKNOWN = "serial_unknown"
    PROBE = "probe"
    SIGNATURE = "signature"


class Unverified(Problem):
    """Not WeChat Pay's, as far as we can see; or a probe."""

    def __init__(self, why: Why) -> None:
        super().__init__(UNVERIFIED, None, {"why": why.value})
        self.why = why


@dataclass(frozen=True, slots=True)
class Seal:
    """The signature headers of one message, their shape checked."""

    timestamp: str
    nonce: str
    signature: str = field(repr=False)
    serial: str
    suite: Suite


def seal_of(headers: Mapping[str, str]) -> Seal:
    """Read the headers, whatever the case of their names. Raises Unverified."""
    lower = {name.lower(): value for name, value in headers.items()}
    try:
        timestamp, nonce, signature, serial = (
            lower[f"wechatpay-{name}"] for name in ("timestamp", "nonce", "signature", "serial")
        )
    except KeyError:
        raise Unverified(Why.HEADER_MISSING) from None
    shapes = ((TIMESTAMP, timestamp), (NONCE, nonce), (SIGNATURE, signature), (SERIAL, serial))
    if not all(shape.fullmatch(value) for shape, value in shapes):
        raise Unverified(Why.HEADER_MALFORMED)
    try:
        suite = Suite(lower.get("wechatpay-signature-type", Suite.RSA))
    except ValueError:
        raise Unverified(Why.SUITE) from None
    return Seal(timestamp, nonce, signature, serial, suite)


async def verify(headers: Mapping[str, str], body: bytes, find_key: FindKey, now: datetime) -> None:
    """Judge the raw bytes that came; `now` is the real time. Raises Unverified."""
    seal = seal_of(headers)
    if abs(now.timestamp() - int(seal.timestamp)) >= WINDOW_S:
        raise Unverified(Why.CLOCK)
    key = await find_key(seal.serial)
    if key is None:
        raise Unverified(Why.SERIAL_UNKNOWN)
    if key.verifier.suite is not seal.suite:
        raise Unverified(Why.SUITE)
    if not key.verifier.verify(answer_message(seal.timestamp, seal.nonce, body), seal.signature):
        raise Unverified(Why.PROBE if seal.signature.startswith(PROBE) else Why.SIGNATURE)
