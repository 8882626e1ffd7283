"""One call of the public API as an endpoint sees it, and what an endpoint answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.troubles import Course
from yumen.sandbox.salesforce.judging import Judge
from yumen.sandbox.salesforce.records import Session
from yumen.sandbox.salesforce.refusals import Refusal
from yumen.sandbox.salesforce.world import World


@dataclass(slots=True)
class Reply:
    """What an endpoint says: JSON, or bytes of another kind."""

    body: Any = None
    status: int = 200
    kind: str = "application/json;charset=UTF-8"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Call:
    """The request, the time, and once admitted the session. `body` is unpacked; `parts` are those of the path."""

    world: World
    request: Request
    now: float
    body: bytes = b""
    version: str = ""
    session: Session | None = None
    course: Course = field(default_factory=Course)
    parts: Mapping[str, str] = field(default_factory=dict)

    def part(self, name: str) -> str:
        """A part of the path, percent-decoding undone."""
        return unquote(self.parts[name])

    def json(self) -> dict[str, Any]:
        """The body as an object. Raises Refusal (400 JSON_PARSER_ERROR)."""
        try:
            value = msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Refusal(400, "JSON_PARSER_ERROR", "Unexpected character or end of input") from None
        if not isinstance(value, dict):
            raise Refusal(400, "JSON_PARSER_ERROR", "Cannot deserialize request body: an object is expected")
        return value

    def judge(self) -> Judge:
        """Who judges this call's records."""
        rule = self.request.headers.get("sforce-duplicate-rule-header", "").replace(" ", "").lower()
        return Judge(self.world, allow_save="allowsave=true" in rule, refuse_record=self.course.refuse_record)
