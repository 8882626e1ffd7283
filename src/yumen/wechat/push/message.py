"""A pushed message as loose values, and how to read them: numbers may come as text and text as numbers."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

Value: TypeAlias = "str | int | float | bool | list[Value] | dict[str, Value] | None"
Message: TypeAlias = "dict[str, Value]"

TEXT_MAX: Final = 2048
TIME_MAX_S: Final = 1 << 40


class BadJson(ValueError):
    """Not a JSON object."""


def parse_json(body: bytes) -> Message:
    """Raises BadJson."""
    try:
        decoded = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadJson(type(error).__name__) from None
    if not isinstance(decoded, dict):
        raise BadJson("no object")
    return decoded


def text_of(message: Message, *names: str) -> str:
    """The first of these fields that is there, as text of bounded length; empty when none is text or number."""
    for name in names:
        value = message.get(name)
        if isinstance(value, str):
            return value[:TEXT_MAX]
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)[:TEXT_MAX]
    return ""


def seconds_of(message: Message, name: str) -> int:
    """A Unix time in seconds, 0 when it is none."""
    text = text_of(message, name)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


def canonical(value: Value) -> bytes:
    """The same bytes for the same value, whatever order its fields came in."""
    return msgspec.json.encode(value, order="deterministic")
