"""What nobody waits for any more is not delivered later."""

import asyncio
import socket

import pytest

from yumen.kit.errors import Unsettled
from yumen.kit.http import Http, Request

BODY = b"x" * 8_000_000
"""More than the buffers of both ends hold, so that part of it still waits on our side."""


async def _accepted(listening: socket.socket) -> socket.socket:
    taken, _ = await asyncio.get_running_loop().sock_accept(listening)
    taken.setblocking(False)
    return taken


async def _read_on(taken: socket.socket) -> int:
    """Everything that still comes; answers how much. Raises ConnectionResetError."""
    size = 0
    with taken:
        while part := await asyncio.get_running_loop().sock_recv(taken, 1 << 20):
            size += len(part)
    return size


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def _url(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}/"


async def test_a_call_given_up_is_torn_and_not_delivered_later(http: Http, listening: socket.socket) -> None:
    sending = asyncio.create_task(http.send(Request("POST", _url(listening), body=BODY, deadline_s=0.5)))
    taken = await _accepted(listening)
    with pytest.raises(Unsettled):
        await sending
    with pytest.raises(ConnectionResetError):
        await _read_on(taken)


async def test_a_call_cancelled_is_torn_too(http: Http, listening: socket.socket) -> None:
    sending = asyncio.create_task(http.send(Request("POST", _url(listening), body=BODY, deadline_s=60.0)))
    taken = await _accepted(listening)
    await asyncio.get_running_loop().sock_recv(taken, 1)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    with pytest.raises(ConnectionResetError):
        await _read_on(taken)


async def test_a_call_that_was_answered_is_closed_in_peace(http: Http, listening: socket.socket) -> None:
    sending = asyncio.create_task(http.send(Request("POST", _url(listening), body=b"small")))
    taken = await _accepted(listening)
    loop = asyncio.get_running_loop()
    heard = b""
    while not heard.endswith(b"small"):
        heard += await loop.sock_recv(taken, 1 << 16)
    await loop.sock_sendall(taken, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    assert (await sending).body == b"ok"
    await http.close()
    assert await _read_on(taken) == 0
