"""Signature and encryption of message push, as Tencent defines them (消息推送, 加解密说明).

AES-256-CBC, key = base64(EncodingAESKey + "="), IV = the key's first 16 bytes, plain text = 16 random bytes ‖ length
(uint32, big endian) ‖ message ‖ appid, padded as PKCS#7 to blocks of 32.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK_BYTES: Final = 32
RANDOM_BYTES: Final = 16
LENGTH_BYTES: Final = 4


class BadPush(ValueError):
    """It does not open under this key, or was made for another app."""


def signature(*parts: str) -> str:
    """hex(SHA-1) over the parts, sorted byte by byte and joined: Tencent's definition, not our choice of hash."""
    joined = b"".join(sorted(part.encode("utf-8", "surrogatepass") for part in parts))
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Is the given signature the one over these parts? In constant time."""
    return hmac.compare_digest(signature(*parts).encode(), given.encode("utf-8", "surrogatepass"))


def decrypt(encrypted: str, encoding_aes_key: str, appid: str) -> bytes:
    """The message. Raises BadPush."""
    padded = _opened(encrypted, _key(encoding_aes_key))
    pad = padded[-1]
    if not 1 <= pad <= BLOCK_BYTES or padded[-pad:] != bytes([pad]) * pad:
        raise BadPush("padding")
    inner = padded[RANDOM_BYTES:-pad]
    length = int.from_bytes(inner[:LENGTH_BYTES])
    message, owner = inner[LENGTH_BYTES : LENGTH_BYTES + length], inner[LENGTH_BYTES + length :]
    if len(inner) < LENGTH_BYTES or len(message) != length:
        raise BadPush("length")
    if not hmac.compare_digest(owner, appid.encode()):
        raise BadPush("appid")
    return message


def _key(encoding_aes_key: str) -> bytes:
    """Leniently: the last character's low bits need not be zero in keys made by hand."""
    try:
        key = base64.b64decode(encoding_aes_key + "=")
    except ValueError:
        raise BadPush("key") from None
    if len(key) != BLOCK_BYTES:
        raise BadPush("key")
    return key


def _opened(encrypted: str, key: bytes) -> bytes:
    try:
        sealed = base64.b64decode(encrypted, validate=True)
    except ValueError:
        raise BadPush("base64") from None
    if not sealed or len(sealed) % RANDOM_BYTES:
        raise BadPush("blocks")
    opener = Cipher(AES256(key), CBC(key[:RANDOM_BYTES])).decryptor()
    return opener.update(sealed) + opener.finalize()
