"""The SM variant of API v3: SM2 signatures with SM3 (DER, user id 1234567812345678), SM2 keys and certificates.

After Tencent's `wechatpay-java` shangmi module. Certificates are written here by hand, because the X.509 library at
hand knows no SM2 keys.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Final

import gmssl_pyx

_SPKI_HEAD: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_SM2_WITH_SM3: Final = bytes.fromhex("300a06082a811ccf55018375")
_COMMON_NAME: Final = bytes.fromhex("0603550403")


class BadSm2Key(ValueError):
    """This text holds no SM2 public key."""


def new_pair() -> tuple[str, str]:
    """Private and public key, hex."""
    public, private = gmssl_pyx.sm2_key_generate()
    return private.hex(), public.hex()


def sign(private: str, public: str, message: bytes) -> str:
    """Base64 of the DER signature; another one each time."""
    return base64.b64encode(gmssl_pyx.sm2_sign(bytes.fromhex(private), bytes.fromhex(public), message)).decode()


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Is it this key's signature?"""
    try:
        return bool(gmssl_pyx.sm2_verify(public, message, signature))
    except gmssl_pyx.GmsslInnerError:
        return False


def read_public(pem: str) -> bytes:
    """The 64 bytes of the SM2 key in a PEM certificate or public key. Raises BadSm2Key."""
    text = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
    try:
        der = base64.b64decode(text)
    except ValueError:
        raise BadSm2Key from None
    at = der.find(_SPKI_HEAD)
    public = der[at + len(_SPKI_HEAD) : at + len(_SPKI_HEAD) + 64]
    if at < 0 or len(public) != 64:
        raise BadSm2Key
    try:
        gmssl_pyx.normalize_sm2_public_key(public)
    except gmssl_pyx.InvalidValueError:
        raise BadSm2Key from None
    return public


def self_signed(private: str, public: str, name: str, serial: int, begins: datetime, ends: datetime) -> str:
    """A certificate in PEM: X.509 version 3, curve SM2, signature SM2 with SM3."""
    attribute = _der(0x30, _COMMON_NAME + _der(0x0C, name.encode()))
    subject = _der(0x30, _der(0x31, attribute))
    validity = _der(0x30, _time(begins) + _time(ends))
    head = _der(0xA0, _der(0x02, b"\x02")) + _der(0x02, serial.to_bytes((serial.bit_length() + 8) // 8))
    spki = _SPKI_HEAD + bytes.fromhex(public)
    body = _der(0x30, head + _SM2_WITH_SM3 + subject + validity + subject + spki)
    signature = gmssl_pyx.sm2_sign(bytes.fromhex(private), bytes.fromhex(public), body)
    text = base64.encodebytes(_der(0x30, body + _SM2_WITH_SM3 + _der(0x03, b"\x00" + signature))).decode()
    return f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n"


def _time(at: datetime) -> bytes:
    return _der(0x17, at.strftime("%y%m%d%H%M%SZ").encode())


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    long = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(long))) + long + content
