"""Sign and encrypt pushed messages as WeChat does, and check what a backend answers."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from yumen.sandbox.wechat.records import PushTarget

_BLOCK = 32


def sign(*parts: str) -> str:
    """hex(sha1(concat(sort(parts)))), for `signature` (token, timestamp, nonce) and `msg_signature` (+ Encrypt)."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - Tencent's choice


def encrypt(encoding_aes_key: str, appid: str, message: bytes, random16: bytes | None = None) -> str:
    """AES-256-CBC over random(16) | length(4, big-endian) | message | appid, padded to blocks of 32; base64."""
    key = base64.b64decode(encoding_aes_key + "=")
    head = secrets.token_hex(8).encode() if random16 is None else random16
    plain = head + len(message).to_bytes(4) + message + appid.encode()
    pad = _BLOCK - len(plain) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(encoding_aes_key: str, sealed: str) -> tuple[bytes, str]:
    """The message and the appid behind it. Raises ValueError."""
    key = base64.b64decode(encoding_aes_key + "=")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
    plain = plain[: -plain[-1]]
    end = 20 + int.from_bytes(plain[16:20])
    return plain[20:end], plain[end:].decode()


def written(message: Mapping[str, Any], target: PushTarget) -> bytes:
    """The message as JSON, or as XML with CDATA for texts."""
    if target.format == "json":
        return msgspec.json.encode(message)
    return f"<xml>{''.join(_element(name, value) for name, value in message.items())}</xml>".encode()


def envelope(
    message: Mapping[str, Any], target: PushTarget, appid: str, openid: str, timestamp: str
) -> tuple[dict[str, str], bytes]:
    """Query and body of one delivery. Signatures and random bytes are new each time."""
    nonce = str(secrets.randbelow(2_000_000_000))
    query = {"signature": sign(target.token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}
    if openid:
        query["openid"] = openid
    if target.mode == "plain":
        return query, written(message, target)
    sealed = encrypt(target.encoding_aes_key, appid, written(message, target))
    query |= {"encrypt_type": "aes", "msg_signature": sign(target.token, timestamp, nonce, sealed)}
    outer = dict(message) if target.mode == "compatible" else {"ToUserName": message["ToUserName"]}
    return query, written({**outer, "Encrypt": sealed}, target)


def acknowledged(body: bytes) -> bool:
    """Does this answer count as received: empty, `success`, or an encrypted or XML reply?"""
    text = body.strip()
    return text in (b"", b"success") or text.startswith(b"<xml>") or (text.startswith(b"{") and b'"Encrypt"' in text)


def _element(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(inner, v) for inner, v in value.items())}</{name}>"
    if isinstance(value, str):
        return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"
