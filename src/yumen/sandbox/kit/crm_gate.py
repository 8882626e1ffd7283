"""Answer the public port of a CRM sandbox: strike, keep the letter, answer, keep the records, note the call, pack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Generic, TypeVar
from urllib.parse import unquote

import msgspec

from yumen.sandbox.kit.crm_memory import CrmMemory, CrmSettings
from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.packing import packed
from yumen.sandbox.kit.redaction import Redaction
from yumen.sandbox.kit.troubles import Course, strike

W_co = TypeVar("W_co", bound=CrmMemory[CrmSettings], covariant=True)


@dataclass(slots=True)
class CrmCall(Generic[W_co]):
    """One call: the request, the time, its unpacked body, what befalls it, the parts of its path."""

    world: W_co
    request: Request
    now: float
    body: bytes = b""
    course: Course = field(default_factory=Course)
    parts: Mapping[str, str] = field(default_factory=dict)

    def part(self, name: str) -> str:
        """A part of the path, percent-decoding undone."""
        return unquote(self.parts[name])


Q = TypeVar("Q", bound=CrmCall[CrmMemory[CrmSettings]])


class CrmGate(Generic[W_co, Q]):
    """The handler; a CRM says what a call is, how it is answered, and who called."""

    redaction: Redaction

    def __init__(self, world: W_co) -> None:
        self.world = world
        self.encode = msgspec.json.Encoder(enc_hook=str).encode

    def begin(self, request: Request, course: Course) -> Q:
        """A call."""
        raise NotImplementedError

    def respond(self, call: Q) -> tuple[Answer, str]:
        """The answer, and the path without values for the log."""
        raise NotImplementedError

    def caller(self, call: Q) -> str:
        """Who called, for the log; empty while unknown."""
        raise NotImplementedError

    def __call__(self, request: Request) -> Answer:
        """Answer one call."""
        began = perf_counter()
        world = self.world
        course = strike(world.settings.troubles, request.method, request.path, world.dice)
        call = self.begin(request, course)
        if course.remarks:
            world.save_settings()
        world.arrivals.file(call.now, request)
        given, where = course.answer, "(not reached)"
        if given is None:
            given, where = self.respond(call)
            world.arrivals.flush()
            world.shelf.flush()
            given.fate = course.fate
        self._note(call, given, where, began)
        given.wait_s += course.wait_s
        return packed(given, request.headers)

    def encoded(self, call: Q, body: Any) -> bytes:
        """A body as it goes out: half of it where so ordered."""
        data = b"" if body is None else body if isinstance(body, bytes) else self.encode(body)
        return data[: len(data) // 2] if "half" in call.course.spoils else data

    def _note(self, call: Q, given: Answer, where: str, began: float) -> None:
        self.world.metrics[where, given.status] += 1
        row = LogRow(
            at=call.now,
            tenant=self.caller(call),
            method=call.request.method,
            path=where,
            query="",
            body="",
            answer=self.redaction.json(given.body[:10_000]) if given.status >= 400 else "",
            code=given.status,
            trace="",
            cost_us=int((perf_counter() - began) * 1e6),
            caller="",
            remark=" ".join(call.course.remarks),
        )
        self.world.journal.log(row)


def object_of(body: bytes) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
