"""POST to a receiver on loopback over kept connections, and hear its status; what it says beside that is dropped.

An own client because a simulator that notifies a shop a thousand times a second, beside that shop, must cost little.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast
from urllib.parse import urlsplit

from yumen.sandbox.kit.wire import is_loopback

ANSWER_MAX_BYTES: Final = 1024 * 1024
IDLE_MAX: Final = 512
"""Connections kept to one receiver."""


class NoLoopback(ValueError):
    """A sandbox sends to loopback addresses only, and only by http or https."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address, taken apart."""

    secure: bool
    host: str
    port: int
    authority: str
    path: str


class Sender:
    """Keeps connections between calls; `close` lets go of them."""

    def __init__(self) -> None:
        self._idle: defaultdict[tuple[bool, str, int], list[_Line]] = defaultdict(list)

    async def post(self, url: str, headers: Iterable[tuple[str, str]], body: bytes, timeout_s: float) -> int:
        """The status. Raises NoLoopback, TimeoutError, OSError (not reached, or the line was cut)."""
        target = read_target(url)
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers])
        head = f"POST {target.path} HTTP/1.1\r\nHost: {target.authority}\r\nContent-Length: {len(body)}\r\n{lines}\r\n"
        async with asyncio.timeout(timeout_s):
            return await self._exchange(target, head.encode("latin-1") + body)

    def close(self) -> None:
        """Close every kept connection."""
        for lines in self._idle.values():
            for line in lines:
                line.abort()
        self._idle.clear()

    async def _exchange(self, target: Target, data: bytes) -> int:
        kept = self._idle[target.secure, target.host, target.port]
        while kept:
            line = kept.pop()
            if not line.lost:
                return await self._over(line, kept, data)
        return await self._over(await _connect(target), kept, data)

    async def _over(self, line: _Line, kept: list[_Line], data: bytes) -> int:
        try:
            return await line.ask(data)
        finally:
            if line.reusable and len(kept) < IDLE_MAX:
                kept.append(line)
            else:
                line.abort()


@lru_cache(maxsize=1024)
def read_target(url: str) -> Target:
    """Raises NoLoopback."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NoLoopback(url) from None
    host, secure = parts.hostname or "", parts.scheme == "https"
    if parts.scheme not in {"http", "https"} or not is_loopback(host):
        raise NoLoopback(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii() or any(character <= " " for character in path):
        raise NoLoopback(url)
    return Target(secure, host, port or (443 if secure else 80), parts.netloc.rpartition("@")[2], path)


async def _connect(target: Target) -> _Line:
    context: ssl.SSLContext | None = None
    if target.secure:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # a test's own certificate, on loopback
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(_Line, target.host, target.port, ssl=context)
    return line


class _Line(asyncio.Protocol):
    """One connection, one request at a time."""

    __slots__ = ("answer", "buffer", "lost", "reusable", "transport")

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.lost = False
        self.reusable = False
        self.answer: asyncio.Future[int] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    async def ask(self, data: bytes) -> int:
        """Send; the status. Raises ConnectionError."""
        if self.transport is None or self.lost:
            raise ConnectionResetError
        self.buffer.clear()
        self.reusable = False
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(data)
        return await self.answer

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.answer is None or self.answer.done():
            self.abort()  # it speaks without being asked
            return
        try:
            status = self._status()
        except ValueError:
            self.answer.set_exception(ConnectionAbortedError("not HTTP"))
            return
        if status is not None:
            self.answer.set_result(status)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = True
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionResetError())

    def abort(self) -> None:
        """Hang up."""
        self.lost = True
        if self.transport is not None:
            self.transport.abort()

    def _status(self) -> int | None:
        """The status once the answer is whole, or None. An answer without a length counts when its head is here."""
        while True:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self.buffer) > ANSWER_MAX_BYTES or not b"HTTP/1.".startswith(self.buffer[:7]):
                    raise ValueError
                return None
            head = self.buffer[:end].decode("latin-1").lower()
            status = int(head[9:12])
            if status >= 200:
                break
            del self.buffer[: end + 4]
        fields = dict(line.partition(":")[::2] for line in head.split("\r\n")[1:])
        length = fields.get("content-length", "0" if status in {204, 304} else "").strip()
        if not length or "transfer-encoding" in fields:
            return status
        self.reusable = len(self.buffer) == end + 4 + int(length) and "close" not in fields.get("connection", "")
        return status if len(self.buffer) >= end + 4 + int(length) else None
