"""What the mini-program hands over under the session_key: signatures, and encryptedData.

Whatever is wrong with encryptedData (padding, JSON, age, another app's watermark) means to the shopper: the session
expired, log in again. It is never more than that, and never says which.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC

from yumen.wechat.answers import PhoneInfo, Watermark
from yumen.wechat.errors import SESSION_EXPIRED

BLOCK_BYTES: Final = 16
ENCRYPTED_MAX_CHARS: Final = 16_384
AGE_MAX: Final = timedelta(minutes=10)
AHEAD_MAX: Final = timedelta(minutes=5)

K = TypeVar("K")


class _Marked(msgspec.Struct):
    watermark: Watermark


def session_signature(session_key: str, body: bytes) -> str:
    """hex(HMAC-SHA256(session_key, body)); the key is the base64 text as received (用户登录态签名)."""
    return hmac.new(session_key.encode(), body, hashlib.sha256).hexdigest()


def raw_data_signature(raw_data: str, session_key: str) -> str:
    """hex(SHA-1(rawData ‖ session_key)): Tencent's definition, not our choice of hash (开放数据校验与解密)."""
    return hashlib.sha1(f"{raw_data}{session_key}".encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def raw_data_is_genuine(raw_data: str, signature: str, session_key: str) -> bool:
    """Did WeChat sign exactly this rawData for this session?"""
    expected = raw_data_signature(raw_data, session_key)
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def decrypt(encrypted_data: str, iv: str, session_key: str, appid: str, now: datetime) -> dict[str, Any]:
    """The JSON object in encryptedData. `now` is the real time. Raises `wechat.session_expired`."""
    return _checked(encrypted_data, iv, session_key, appid, now, dict)


def decrypt_phone(encrypted_data: str, iv: str, session_key: str, appid: str, now: datetime) -> PhoneInfo:
    """The number in the encryptedData of the old getPhoneNumber. Raises `wechat.session_expired`."""
    return _checked(encrypted_data, iv, session_key, appid, now, PhoneInfo)


def _checked(encrypted_data: str, iv: str, session_key: str, appid: str, now: datetime, kind: type[K]) -> K:
    try:
        plain = _plain(encrypted_data, iv, session_key)
        watermark = msgspec.json.decode(plain, type=_Marked, strict=False).watermark
        decoded = msgspec.json.decode(plain, type=kind, strict=False)
        age = now.timestamp() - watermark.timestamp
    except (ValueError, OverflowError, RecursionError):
        raise SESSION_EXPIRED(at="/encrypted_data") from None
    fresh = -AHEAD_MAX.total_seconds() <= age <= AGE_MAX.total_seconds()
    if watermark.appid != appid or not fresh:
        raise SESSION_EXPIRED(at="/encrypted_data")
    return decoded


def _plain(encrypted_data: str, iv: str, session_key: str) -> bytes:
    """AES-128-CBC, PKCS#7. Raises ValueError for anything that does not open."""
    if len(encrypted_data) > ENCRYPTED_MAX_CHARS:
        raise ValueError("too long")
    try:
        key, start, sealed = (base64.b64decode(text, validate=True) for text in (session_key, iv, encrypted_data))
    except binascii.Error:
        raise ValueError("no base64") from None
    if not sealed or len(sealed) % BLOCK_BYTES:
        raise ValueError("no whole blocks")
    opener = Cipher(AES128(key), CBC(start)).decryptor()
    padded = opener.update(sealed) + opener.finalize()
    pad = padded[-1]
    if not 1 <= pad <= BLOCK_BYTES or padded[-pad:] != bytes([pad]) * pad:
        raise ValueError("bad padding")
    return padded[:-pad]
