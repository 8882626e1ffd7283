"""A peer on the loopback that answers as a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from yumen.kit.http import Http, HttpSettings


@dataclass
class Peer:
    """A server with one programmable route; keeps what it was asked."""

    asked: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
    url: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        self.bodies.append(await request.read())
        return await self.answer(request) if self.answer else web.Response(text="hello")


async def serve(peer: Peer, host: str = "127.0.0.1") -> tuple[web.AppRunner, str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", peer.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    return runner, f"http://{host}:{site._server.sockets[0].getsockname()[1]}"


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    peer = Peer()
    runner, peer.url = await serve(peer)
    yield peer
    await runner.cleanup()


@pytest.fixture
async def other_peer() -> AsyncIterator[Peer]:
    """A peer at another address of the loopback."""
    peer = Peer()
    runner, peer.url = await serve(peer, "127.0.0.2")
    yield peer
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(HttpSettings(circuit_failures_max=50)) as http:
        yield http


@pytest.fixture
async def closed_port() -> str:
    """The URL of a port on which nobody listens."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return f"http://127.0.0.1:{port}"
