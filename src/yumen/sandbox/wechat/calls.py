"""One call of the public API as an endpoint sees it, and reading fields out of it as WeChat does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.world import World

Fields = dict[str, Any]


@dataclass(slots=True)
class Call:
    """The request, the world, the time, and (once known) the app. `fields` is the JSON body of a POST."""

    world: World
    request: Request
    now: float
    caller_ip: str
    app: App | None = None
    fields: Fields | None = None

    def known_app(self) -> App:
        """The app that the token named."""
        assert self.app is not None
        return self.app

    def text(self, name: str) -> str:
        """A field of the query, or of the body where there is one; anything but text is a format error (47001)."""
        if self.fields is None:
            return self.request.query.get(name, "")
        value = self.fields.get(name, "")
        if not isinstance(value, str):
            raise Refusal(47001)
        return value

    def flag(self, name: str) -> bool:
        """A boolean field of the body, false if absent."""
        value = (self.fields or {}).get(name, False)
        if not isinstance(value, bool):
            raise Refusal(47001)
        return value


def read_fields(body: bytes) -> Fields:
    """The JSON object of a POST body: 44002 if empty, 47001 if it is anything else (a form, a list, not UTF-8)."""
    if not body.strip():
        raise Refusal(44002)
    try:
        fields = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refusal(47001) from None
    if not isinstance(fields, dict):
        raise Refusal(47001)
    return fields
