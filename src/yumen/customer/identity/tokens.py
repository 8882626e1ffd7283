"""Make and hash session tokens, and seal `session_key` so that only the token opens it.

A token is `ys_` and 32 random bytes in base64url; only its SM3 is stored. WeChat's `session_key` is sealed under
HMAC-SM3(token, "session_key"), so that neither database, nor both, open it (WeChat: never send it to the client).
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from os import urandom
from typing import Final

from yumen.kit.crypto import BadTag, Sm4Gcm, hmac_sm3, sm3

PREFIX: Final = "ys_"
TOKEN_BYTES: Final = 32
_SHAPE: Final = re.compile(r"ys_[A-Za-z0-9_-]{43}")
_KEY_BYTES: Final = 16


def new_token() -> str:
    """46 characters, 256 random bits."""
    return PREFIX + urlsafe_b64encode(urandom(TOKEN_BYTES)).rstrip(b"=").decode()


def is_token(text: str) -> bool:
    return _SHAPE.fullmatch(text) is not None


def hash_of(token: str) -> bytes:
    """What is stored instead of the token: its SM3, 32 bytes. The token is random, so no salt is needed."""
    return sm3(token.encode())


def seal_session_key(token: str, session: str, session_key: str) -> bytes:
    """Seal under the token's own key, bound to the session's id (`ses_…`)."""
    return _cipher(token).seal(session_key.encode(), session.encode())


def open_session_key(token: str, session: str, sealed: bytes | None) -> str | None:
    """The session_key, or None when there is none or another token sealed it."""
    if sealed is None:
        return None
    try:
        return _cipher(token).open(sealed, session.encode()).decode()
    except BadTag:
        return None


def _cipher(token: str) -> Sm4Gcm:
    return Sm4Gcm(hmac_sm3(token.encode(), b"session_key")[:_KEY_BYTES])
