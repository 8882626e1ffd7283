"""Cut secrets and personal values out of what the call log keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

HIDDEN: Final = frozenset(
    (
        "secret",
        "appsecret",
        "access_token",
        "session_key",
        "signature",
        "phoneNumber",
        "purePhoneNumber",
        "phone_info",
        "encrypted_data",
    )
)
MASK: Final = "***"
TEXT_MAX: Final = 2000
_SHORTENED: Final = frozenset({"js_code", "code"})


def redact_query(query: Mapping[str, str]) -> str:
    """The query as readable text, secrets masked, one-time codes cut to six characters."""
    return "&".join([f"{name[:100]}={_shown(name, value)}" for name, value in query.items()])[:TEXT_MAX]


def redact_json(body: bytes) -> str:
    """A JSON body with secrets masked; anything else only by its length."""
    if not body:
        return ""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"({len(body)} bytes)"
    return msgspec.json.encode(_without_secrets(value)).decode()[:TEXT_MAX]


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if name in HIDDEN else _shown(name, inner) if isinstance(inner, str) else _without_secrets(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value


def _shown(name: str, value: str) -> str:
    if name in HIDDEN:
        return MASK
    return value[:6] + "…" if name in _SHORTENED and len(value) > 6 else value[:200]
