"""Speak ASGI to an edge, byte for byte: what a well-behaved client library would never send can be sent too."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import msgspec
from litestar.types import ASGIApp

from yumen.app.demo.shopper import Api
from yumen.kit.ids import new_id

HANG_S = 20.0
SECRET = ("token", "code", "encrypted_data")
Headers = Iterable[tuple[bytes, bytes]]


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass(frozen=True)
class Gate:
    """An edge that is open. Answers within 20 seconds or the test fails: nothing may hang."""

    app: ASGIApp

    async def ask(
        self,
        method: str,
        path: str,
        *,
        query: bytes = b"",
        headers: Headers = (),
        body: bytes = b"",
        json: object = None,
        token: str | None = None,
        key: str | None = None,
        language: str = "en",
    ) -> Answer:
        sent = [(b"host", b"gate"), *headers]
        names = {name for name, _ in sent}
        if json is not None:
            body = msgspec.json.encode(json)
            sent.append((b"content-type", b"application/json"))
        if token is not None:
            sent.append((b"authorization", f"Bearer {token}".encode()))
        if key is not None:
            sent.append((b"idempotency-key", key.encode()))
        if b"accept-language" not in names:
            sent.append((b"accept-language", language.encode()))
        if body and b"content-length" not in names and b"transfer-encoding" not in names:
            sent.append((b"content-length", str(len(body)).encode()))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "scheme": "http",
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 5000),
            "root_path": "",
            "method": method,
            "path": path,
            "raw_path": quote(path, safe="/%").encode(),
            "query_string": query,
            "headers": sent,
            "state": {},
        }
        async with asyncio.timeout(HANG_S):
            return await _exchange(self.app, scope, body)


async def _exchange(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Answer:
    answer, asked = Answer(), False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode().lower(): value.decode("latin-1") for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, send)  # type: ignore[arg-type]
    return answer


@asynccontextmanager
async def opened(app: ASGIApp) -> AsyncIterator[Gate]:
    """The edge between its start and its stop. A start that fails raises what the edge said."""
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    scope: Any = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    life = asyncio.ensure_future(app(scope, told.get, said.put))  # type: ignore[arg-type]
    await told.put({"type": "lifespan.startup"})
    begun = await said.get()
    assert begun["type"] == "lifespan.startup.complete", begun
    try:
        yield Gate(app)
    finally:
        await told.put({"type": "lifespan.shutdown"})
        assert (await said.get())["type"] == "lifespan.shutdown.complete"
        await life


@dataclass
class GateApi(Api):
    """The demo's shopper API without a socket: a visitor of the demo walks through the gate itself.

    `secrets` collects what must not be found anywhere afterwards: tokens that were answered, codes that were sent.
    """

    gate: Gate = field(kw_only=True)
    secrets: set[str] = field(default_factory=set, kw_only=True)

    async def ask(self, method: str, path: str, token: str = "", body: object = None) -> tuple[int, Any]:
        key = None if method == "GET" else new_id("key")
        answer = await self.gate.ask(method, path, json=body, token=token or None, key=key, language="zh-CN")
        said = answer.json() if answer.body else None
        self.secrets |= {
            each[name] for each in (body, said) if isinstance(each, dict) for name in SECRET if name in each
        }
        return answer.status, said
