"""Tear the connection of a call whose outcome is unknown: what still lay in buffers is dropped, never delivered later.

A closed socket goes on to deliver what it had taken: when the link came back, a batch that had been given up arrived
all the same, beside the one sent again. With SO_LINGER (1, 0) closing is a reset, and what waited is gone.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import aiohttp
from aiohttp.connector import Connection

from yumen.kit.errors import Unsettled

AT_ONCE: Final = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Way:
    """The connection on which a call went out last."""

    transport: asyncio.BaseTransport | None = None

    def tear(self) -> None:
        """Reset it, whatever is under way on it."""
        if not isinstance(self.transport, asyncio.WriteTransport):
            return
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            with suppress(OSError):  # closed meanwhile: then there is nothing to drop
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()


_WAY: ContextVar[Way | None] = ContextVar("way", default=None)


class KnownWay(aiohttp.ClientRequest):
    """A request that says on which connection it goes."""

    async def send(self, conn: Connection) -> aiohttp.ClientResponse:
        way = _WAY.get()
        if way is not None and conn.protocol is not None:
            way.transport = conn.protocol.transport
        return await super().send(conn)


@contextmanager
def torn_when_unknown() -> Iterator[None]:
    """Tear the connection when the block ends with Unsettled, or is cancelled."""
    way = Way()
    before = _WAY.set(way)
    try:
        yield
    except (Unsettled, asyncio.CancelledError):
        way.tear()
        raise
    finally:
        _WAY.reset(before)
