"""Cut secrets and personal values out of what a call log keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

MASK: Final = "***"
TEXT_MAX: Final = 2000
VALUE_MAX: Final = 200
ENTRIES_MAX: Final = 50


class Redaction:
    """Which names are hidden, and which are cut to six characters."""

    def __init__(self, hidden: frozenset[str], shortened: frozenset[str] = frozenset()) -> None:
        self.hidden = hidden
        self.shortened = shortened

    def query(self, query: Mapping[str, str]) -> str:
        """The query as readable text."""
        return "&".join([f"{name[:100]}={self._shown(name, value)}" for name, value in query.items()])[:TEXT_MAX]

    def json(self, body: bytes) -> str:
        """A JSON body; anything else only by its length."""
        if not body:
            return ""
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return f"({len(body)} bytes)"
        return msgspec.json.encode(self._shown("", value)).decode()[:TEXT_MAX]

    def _shown(self, name: str, value: Any) -> Any:
        if name in self.hidden:
            return MASK
        match value:
            case dict():
                return {inner: self._shown(inner, one) for inner, one in value.items()}
            case list():
                return [self._shown("", one) for one in value[:ENTRIES_MAX]]
            case str() if name in self.shortened and len(value) > 6:
                return value[:6] + "…"
            case str():
                return value[:VALUE_MAX]
        return value
