"""Cut personal values and sealed ones out of what the call log keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

HIDDEN: Final = frozenset(
    ("openid", "token", "bank_account", "real_name", "ciphertext", "download_url", "sign_message")
)
MASK: Final = "***"
TEXT_MAX: Final = 2000


def redact_query(query: Mapping[str, str]) -> str:
    """The query as readable text, secrets masked."""
    shown = [f"{name[:100]}={MASK if name in HIDDEN else value[:200]}" for name, value in query.items()]
    return "&".join(shown)[:TEXT_MAX]


def redact_json(body: bytes) -> str:
    """A JSON body with hidden values masked; anything else only by its length."""
    if not body:
        return ""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"({len(body)} bytes)"
    return msgspec.json.encode(_without_hidden(value)).decode()[:TEXT_MAX]


def _without_hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: MASK if name in HIDDEN else _without_hidden(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_hidden(inner) for inner in value[:50]]
    return value[:200] if isinstance(value, str) else value
