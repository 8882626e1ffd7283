"""Refuse what is too large before reading it: headers, query, body, nesting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from yumen.kit.errors import Code
from yumen.kit.web.addresses import Networks
from yumen.kit.web.rates import Rate

BODY_TOO_LARGE: Final = Code("request.body_too_large", 413)
BODY_BROKEN: Final = Code("request.malformed", 400)
HEADERS_TOO_LARGE: Final = Code("request.headers_too_large", 431)
TARGET_TOO_LONG: Final = Code("request.target_too_long", 414)
TARGET_INVALID: Final = Code("request.target_invalid", 400)

DIGITS_MAX: Final = 18
"""Of a Content-Length; Python refuses to read thousands."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may weigh, in bytes, and how often one address or one actor may ask.

    `bulk_max` holds for routes that take a file or masses, `body_max` for all others.
    """

    body_max: int = 64 * 1024
    bulk_max: int = 2 * 1024 * 1024
    headers_max: int = 16 * 1024
    target_max: int = 4 * 1024
    rates: Mapping[str, Rate] = field(default_factory=dict)
    proxies: Networks = ()


def check_head(scope: Mapping[str, Any], limits: Limits) -> None:
    """Look at target and headers before anything else does. Raises a `request.…` problem."""
    if len(scope["raw_path"] if scope.get("raw_path") else b"") + len(scope["query_string"]) > limits.target_max:
        raise TARGET_TOO_LONG()
    if any(ord(character) < 32 or ord(character) == 127 for character in scope["path"]):
        raise TARGET_INVALID()
    if sum(len(name) + len(value) for name, value in scope["headers"]) > limits.headers_max:
        raise HEADERS_TOO_LARGE()
    check_length(scope, limits.bulk_max)


def check_length(scope: Mapping[str, Any], bytes_max: int) -> None:
    """Believe a caller who says that the body is too long. Raises `request.body_too_large`."""
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or len(value) > DIGITS_MAX or int(value) > bytes_max):
            raise BODY_TOO_LARGE(at="#/headers/Content-Length", bytes_max=bytes_max)


class BodyLimit:
    """Count the body as it arrives, for callers that do not tell its length; refuse one that breaks off."""

    def __init__(self, receive: Callable[[], Awaitable[Any]], bytes_max: int) -> None:
        self._receive = receive
        self._left = bytes_max
        self._max = bytes_max
        self._whole = False

    def narrow(self, bytes_max: int) -> None:
        """Take less, before anything was read."""
        self._left = self._max = bytes_max

    async def __call__(self) -> Any:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message["body"])
            if self._left < 0:
                raise BODY_TOO_LARGE(bytes_max=self._max)
            self._whole = not message.get("more_body", False)
        elif not self._whole:
            raise BODY_BROKEN(at="")
        return message
