"""A scripted recipient on the loopback, and a client that reaches it."""

import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from yumen.gateway.connectors import Record
from yumen.kit.http import Http, HttpSettings


@dataclass(frozen=True)
class Asked:
    """One request as it arrived, unpacked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        from urllib.parse import parse_qsl

        return dict(parse_qsl(self.body.decode()))


Answerer = Callable[[Asked], Any]
DROP = object()
"""An answerer gives this back to have the connection reset after the request was read."""


@dataclass
class FakeRecipient:
    """Asks `answer` what to say: JSON content, (status, content), (status, content, headers), or DROP."""

    answer: Answerer = lambda asked: (404, None)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def calls(self, method: str, part: str = "") -> list[Asked]:
        return [asked for asked in self.asked if asked.method == method and part in asked.path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = Asked(
            request.method,
            request.path,
            dict(request.query),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
            request.transport.get_extra_info("peername"),
        )
        self.asked.append(asked)
        said = self.answer(asked)
        if isinstance(said, Awaitable):
            said = await said
        if said is DROP:
            request.transport.abort()
            return web.Response()
        status, content, headers = (*said, {})[:3] if isinstance(said, tuple) else (200, said, {})
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        if "gzip" in asked.headers.get("accept-encoding", "") and len(body) > 200 and "Content-Encoding" not in headers:
            body, headers = gzip.compress(body), {**headers, "Content-Encoding": "gzip"}
        return web.Response(status=status, body=body, headers=headers)


@pytest.fixture
async def recipient() -> AsyncIterator[FakeRecipient]:
    fake = FakeRecipient()
    app = web.Application(client_max_size=64 << 20)
    app.router.add_route("*", "/{path:.*}", fake.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield fake
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(HttpSettings(circuit_failures_max=50)) as http:
        yield http


@pytest.fixture
def make_record() -> Callable[..., Record]:
    def make(number: int = 1, version: int = 1, **values: Any) -> Record:
        return Record(f"trf_{number}_{version}", f"M{number:05}", version, values or {"Given": f"Mei{number}"})

    return make


@pytest.fixture
def drop() -> object:
    return DROP
