"""The secret store handed to `wechat`: small values of the system itself (tokens, push payloads), under a process key.

These are not values of one person whose key could be shredded; they live minutes to days and are deleted after use.
"""

from __future__ import annotations

import os
from typing import Final

from yumen.kit.crypto import BadTag, HmacSm3, Sm4Gcm, hmac_sm3
from yumen.kit.errors import Code
from yumen.security.keys import Keyring

CLOSED: Final = Code("secrets.unreadable", 500)

KEY_BYTES: Final = 32
INDEX_BYTES: Final = 16


class ProcessSecrets:
    """Seals with SM4-GCM bound to the context, indexes with HMAC-SM3. `key` is 32 bytes kept under the KMS."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Sm4Gcm(hmac_sm3(key, b"seal")[:16])
        self._index = HmacSm3(hmac_sm3(key, b"index"))

    @classmethod
    async def opened(cls, keyring: Keyring) -> ProcessSecrets:
        """Open the key, or make it the first time: one call to the KMS."""
        return cls(await keyring.secret("system-secrets", lambda: os.urandom(KEY_BYTES)))

    async def seal(self, context: str, plain: bytes) -> bytes:
        return self._cipher.seal(plain, context.encode())

    async def open(self, context: str, sealed: bytes) -> bytes:
        """Raises `secrets.unreadable` when the value was changed or moved to another context."""
        try:
            return self._cipher.open(sealed, context.encode())
        except (BadTag, ValueError) as damaged:
            raise CLOSED(context=context) from damaged

    async def index(self, context: str, plain: bytes) -> bytes:
        return self._index(context.encode() + b"\0" + plain)[:INDEX_BYTES]
