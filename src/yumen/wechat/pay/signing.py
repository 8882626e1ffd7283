"""Sign what goes to WeChat Pay, and what the mini-program hands to wx.requestPayment.

A request is five lines, each ended by one LF: method, path with query exactly as sent, Unix seconds, nonce, body.
RSA is RSASSA-PKCS1-v1_5 with SHA-256; SM is SM2 with SM3 and the default user id, DER. Both base64.
Source: pay.weixin.qq.com, 签名生成 and 小程序调起支付; the SM scheme by wechatpay-java (shangmi).
"""

from __future__ import annotations

import asyncio
import secrets
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from yumen.kit.crypto import Sign, Sm2PrivateKey, rsa_signing

NONCE_HEX_BYTES: Final = 16
"""32 characters, the longest that WeChat Pay takes."""
PENS_MAX: Final = 2
"""Signatures that are made at a time."""
_PENS: Final = ThreadPoolExecutor(PENS_MAX, thread_name_prefix="pen")


class Suite(StrEnum):
    """Which algorithms a merchant has arranged; the value is the scheme in `Authorization`."""

    RSA = "WECHATPAY2-SHA256-RSA2048"
    SM = "WECHATPAY2-SM2-WITH-SM3"


class Signer(Protocol):
    """A merchant's private key."""

    @property
    def suite(self) -> Suite: ...

    def sign(self, message: bytes) -> str:
        """The signature in base64."""
        ...


@dataclass(frozen=True, slots=True)
class RsaSigner:
    """Deterministic: the same message has one signature."""

    key: RSAPrivateKey = field(repr=False)
    _signing: Sign = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_signing", rsa_signing(self.key))

    @property
    def suite(self) -> Suite:
        return Suite.RSA

    def sign(self, message: bytes) -> str:
        return b64encode(self._signing(message)).decode()


@dataclass(frozen=True, slots=True)
class SmSigner:
    """Each signature differs."""

    key: Sm2PrivateKey = field(repr=False)

    @property
    def suite(self) -> Suite:
        return Suite.SM

    def sign(self, message: bytes) -> str:
        return b64encode(self.key.sign(message)).decode()


def new_nonce() -> str:
    """32 random characters."""
    return secrets.token_hex(NONCE_HEX_BYTES)


def request_message(method: str, target: str, timestamp: int, nonce: str, body: bytes) -> bytes:
    """The five lines of a request. `target` is path and query, already percent-encoded; no body is an empty line."""
    return f"{method}\n{target}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def answer_message(timestamp: str, nonce: str, body: bytes) -> bytes:
    """The three lines of an answer or notification; the texts and bytes as they came."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def pay_message(appid: str, timestamp: str, nonce: str, package: str) -> bytes:
    """The four lines of wx.requestPayment; `package` is the whole `prepay_id=…`."""
    return f"{appid}\n{timestamp}\n{nonce}\n{package}\n".encode()


async def sign_aside(signer: Signer, message: bytes) -> str:
    """The signature, made in a thread: libcrypto lets everybody else go on meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_PENS, signer.sign, message)


async def authorization(signer: Signer, mchid: str, serial: str, message: bytes, timestamp: int, nonce: str) -> str:
    """The value of the header `Authorization` for a message made with the same time and nonce."""
    return (
        f'{signer.suite} mchid="{mchid}",nonce_str="{nonce}",timestamp="{timestamp}",'
        f'serial_no="{serial}",signature="{await sign_aside(signer, message)}"'
    )
