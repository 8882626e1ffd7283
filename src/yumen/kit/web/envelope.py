"""What surrounds every request: its id, its limits, its security headers, and the one line it leaves in the log.

A log line holds ids, codes and a shortened address; never a query, a body, a header or a name.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, Final

import msgspec
from litestar.types import ASGIApp, Receive, Send

from yumen.kit.errors import Code, Problem
from yumen.kit.i18n import negotiate
from yumen.kit.ids import is_id, new_id
from yumen.kit.web.addresses import forwarded, shorten
from yumen.kit.web.limits import BodyLimit, Limits, check_head
from yumen.kit.web.problems import INTERNAL, MEDIA_TYPE, body_of

DRAINING: Final = Code("server.draining", 503)
HEADERS: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"strict-transport-security", b"max-age=63072000; includeSubDomains"),
]
QUIET: Final = frozenset({"/livez", "/readyz"})
"""Paths that are asked every few seconds and leave no line when all is well."""


class LogLine(msgspec.Struct, omit_defaults=True):
    """One request."""

    at: str
    edge: str
    request_id: str
    method: str
    route: str
    status: int
    ms: float
    peer: str
    actor: str = ""
    code: str = ""
    failure: str = ""


def to_stdout(line: bytes) -> None:
    """One line, one write."""
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


class Envelope:
    """The outermost ASGI layer of one edge (`shopper`, `staff` or `hooks`)."""

    def __init__(self, app: ASGIApp, edge: str, limits: Limits, log: Callable[[bytes], None] = to_stdout) -> None:
        self._app = app
        self._edge = edge
        self._limits = limits
        self.log = log
        self._encode = msgspec.json.Encoder().encode
        self.in_flight = 0

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        state = self._prepare(scope)
        status = 0

        async def sending(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                present = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    (b"x-request-id", state["request_id"].encode()),
                    *((name, value) for name, value in HEADERS if name not in present),
                ]
            await send(message)

        self.in_flight += 1
        try:
            check_head(scope, self._limits)
            state["body"] = BodyLimit(receive, self._limits.bulk_max)
            await self._app(scope, state["body"], sending)
        except Problem as problem:
            state["code"] = problem.code.name
            await self._refuse(problem, scope, sending)
        except Exception as failure:
            state["failure"] = failure
            if status == 0:
                await self._refuse(INTERNAL(), scope, sending)
        finally:
            self.in_flight -= 1
            self._line(scope, state, status, started)

    def _prepare(self, scope: Any) -> dict[str, Any]:
        headers = {name: value for name, value in scope["headers"] if name in _READ}
        asked = headers.get(b"x-request-id", b"").decode("latin-1")
        client = scope.get("client")
        state: dict[str, Any] = scope.setdefault("state", {})
        state["request_id"] = asked if is_id(asked, "req") else new_id("req")
        state["peer"] = forwarded(
            headers.get(b"x-forwarded-for", b"").decode("latin-1"), client[0] if client else "", self._limits.proxies
        )
        return state

    async def _refuse(self, problem: Problem, scope: Any, send: Callable[[Any], Any]) -> None:
        """Answer without the application, for what never reached it."""
        accept = next((value for name, value in scope["headers"] if name == b"accept-language"), b"").decode("latin-1")
        body = self._encode(body_of(problem, negotiate(accept), scope["state"]["request_id"]))
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": problem.code.status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})

    def _line(self, scope: Any, state: dict[str, Any], status: int, started: float) -> None:
        if scope["path"] in QUIET and status == 200:
            return
        actor = state.get("actor")
        failure = state.get("failure")
        line = LogLine(
            at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            edge=self._edge,
            request_id=state["request_id"],
            method=scope["method"],
            route=str(scope.get("path_template") or "-"),
            status=status,
            ms=round((time.perf_counter() - started) * 1000, 1),
            peer=shorten(state["peer"]).shortened,
            actor="" if actor is None else actor.id,
            code=state.get("code", ""),
            failure="" if failure is None else where(failure),
        )
        self.log(self._encode(line))


def where(failure: BaseException) -> str:
    """The kind of a failure and the places it came through: files and lines, never its text."""
    frames = traceback.extract_tb(failure.__traceback__)[-6:]
    places = " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(failure).__name__} {places}"


_READ: Final = frozenset({b"x-request-id", b"x-forwarded-for"})
