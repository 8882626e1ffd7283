"""Speak HTTP/1.1 to anybody's client on loopback, and misbehave on request: wait, stay silent, cut the line.

An own protocol and not a web framework, because a framework hides the connection (a reset, a first round trip cannot
be played) and because a sandbox is also the stand-in of a benchmark: it must cost little.
"""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from time import time
from typing import Final, Protocol, cast

from yumen.sandbox.kit.exchange import Answer, Fate, Handler, Request, Settle
from yumen.sandbox.kit.parse import BODY_MAX_BYTES, HEAD_MAX_BYTES, Head, Malformed, read_body, read_head, to_request

SILENCE_MAX_S: Final = 120.0
_REASONS: Final = {s.value: s.phrase for s in HTTPStatus}
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class Tunnel(Protocol):
    """Takes over a connection after CONNECT."""

    def __call__(self, wire: asyncio.Transport, target: str) -> asyncio.Protocol | None: ...


@dataclass(slots=True)
class Port:
    """One listening port: who answers, when records are settled, what every answer carries."""

    handler: Handler
    settle: Settle
    sign: tuple[str, str]
    tunnel: Tunnel | None = None
    secure: bool = False
    body_max: int = BODY_MAX_BYTES
    """Bytes; a larger body is answered 413."""


class NotLoopback(ValueError):
    """A sandbox listens on loopback only: it holds test secrets and obeys anybody who reaches it."""


async def listen(port: Port, host: str, number: int, tls: ssl.SSLContext | None = None) -> asyncio.Server:
    """Open the port (0 = any free one). Raises NotLoopback for any other address, OSError if the port is taken."""
    if not is_loopback(host):
        raise NotLoopback(host)
    port.secure = tls is not None
    return await asyncio.get_running_loop().create_server(lambda: Wire(port), host, number, ssl=tls, backlog=1024)


def is_loopback(host: str) -> bool:
    """Is this a loopback address, or the name `localhost`?"""
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return False


class Wire(asyncio.Protocol):
    """One connection; requests on it are answered one after the other."""

    __slots__ = ("alive", "buffer", "busy", "continued", "first", "head", "port", "task", "transport")

    def __init__(self, port: Port) -> None:
        self.port = port
        self.buffer = bytearray()
        self.busy = False
        self.first = True
        self.alive = True
        self.continued = False
        self.head: Head | None = None
        self.transport: asyncio.Transport | None = None
        self.task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A caller came."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's are no subclass of it

    def connection_lost(self, exc: Exception | None) -> None:
        """The caller went; what is still being worked out has nobody to hear it."""
        self.transport = None
        if self.task is not None:
            self.task.cancel()

    def data_received(self, data: bytes) -> None:
        """Collect bytes; begin a request when one is whole."""
        self.buffer += data
        if not self.busy:
            self.advance()
        elif len(self.buffer) > HEAD_MAX_BYTES + self.port.body_max and self.transport is not None:
            self.transport.pause_reading()

    def advance(self) -> None:
        """Serve the next request if it is complete."""
        try:
            request = self.take()
        except Malformed as fault:
            self.refuse(fault.status)
            return
        if request is None:
            return
        self.busy = True
        if request.method == "CONNECT":
            self.connect_through(request.target)
            return
        outcome = self.port.handler(request)
        if isinstance(outcome, Answer):
            self.settle(outcome)
        else:
            self.task = asyncio.ensure_future(self.wait_for(outcome))

    def take(self) -> Request | None:
        """One whole request out of the buffer, or None."""
        if self.head is None and (head := read_head(self.buffer)) is not None:
            self.head = head
            self.alive = head.keep_alive
        if self.head is None:
            return None
        if self.head.method == "CONNECT":
            request = Request("CONNECT", "", {}, self.head.headers, b"", False, True, self.head.target)
            del self.buffer[: self.head.body_at]
            self.head = None
            return request
        whole = read_body(self.buffer, self.head, self.port.body_max)
        if whole is None:
            if not self.continued and "expect" in self.head.headers and self.transport is not None:
                self.continued = True
                self.transport.write(_CONTINUE)
            return None
        body, end = whole
        request = to_request(self.head, body, secure=self.port.secure, opens_connection=self.first)
        del self.buffer[:end]
        self.head, self.first, self.continued = None, False, False
        return request

    async def wait_for(self, outcome: Awaitable[Answer]) -> None:
        """Await a handler that had to ask somebody else; if it breaks, the caller sees a cut line."""
        answer = Answer(b"", fate=Fate.CUT)
        try:
            answer = await outcome
        finally:
            self.settle(answer)

    def settle(self, answer: Answer) -> None:
        """Let the records be written first."""
        self.port.settle(lambda written: self.release(answer if written else Answer(b"", fate=Fate.CUT)))

    def release(self, answer: Answer) -> None:
        """Send now or after the wait that the answer asks for."""
        if answer.wait_s > 0:
            asyncio.get_running_loop().call_later(answer.wait_s, self.send, answer)
        else:
            self.send(answer)

    def send(self, answer: Answer) -> None:
        """Write the answer, or do to the connection what its fate says."""
        transport = self.transport
        if transport is None:
            return
        if answer.fate is Fate.CUT:
            transport.abort()
            return
        if answer.fate is Fate.SILENT:
            asyncio.get_running_loop().call_later(SILENCE_MAX_S, transport.abort)
            return
        data = written_out(answer, self.port.sign, self.alive)
        if answer.fate is Fate.TORN:
            transport.write(data[: len(data) - max(1, len(answer.body) // 2)])
            transport.close()
            return
        transport.write(data)
        if not self.alive:
            transport.close()
            return
        self.busy = False
        if self.buffer:
            transport.resume_reading()
            self.advance()

    def refuse(self, status: int) -> None:
        """Answer what is not HTTP, and hang up."""
        self.busy, self.alive = True, False
        self.send(Answer(b"", kind="text/plain", status=status))

    def connect_through(self, target: str) -> None:
        """CONNECT: hand the connection to the tunnel, so that an unchanged SDK may use this port as its proxy."""
        follower = self.port.tunnel(self.transport, target) if self.port.tunnel and self.transport else None
        if follower is None or self.transport is None:
            self.refuse(403)
            return
        self.transport.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.transport.set_protocol(follower)
        follower.connection_made(self.transport)


def written_out(answer: Answer, sign: tuple[str, str], alive: bool) -> bytes:
    """Status line, headers and body as they go over the line."""
    extra = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    head = (
        f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, '')}\r\nContent-Type: {answer.kind}\r\n"
        f"Content-Length: {len(answer.body)}\r\nDate: {_date(int(time()))}\r\n{sign[0]}: {sign[1]}\r\n{extra}"
        f"Connection: {'keep-alive' if alive else 'close'}\r\n\r\n"
    )
    return head.encode("latin-1") + answer.body


_last_date: tuple[int, str] = (0, "")


def _date(second: int) -> str:
    global _last_date  # noqa: PLW0603 - formatting it anew costs more than all other headers
    if _last_date[0] != second:
        _last_date = (second, formatdate(second, usegmt=True))
    return _last_date[1]
