"""The same way as a TCP relay on the loopback, for machines without namespaces: delays, stalls, resets, cuts.

A lost packet shows as a pause of its connection for one retransmission: right in kind, too kind in throughput, since
windows do not shrink.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from bench.link.conditions import MTU, Conditions

CHUNK = 64 * 1024
RETRANSMIT_MIN_S = 0.2
LINGER_RESET = struct.pack("ii", 1, 0)
IN_FLIGHT_MAX = 256


@dataclass
class TcpRelay:
    """Listens, and passes each connection on to `target`, as badly as the conditions say."""

    conditions: Conditions
    target: tuple[str, int]
    down_until: float = 0.0
    held_until: float = 0.0
    address: tuple[str, int] = ("127.0.0.1", 0)
    _begun: float = 0.0
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time() - self._begun

    def cut(self, seconds: float) -> None:
        """Nothing passes for so long. What TCP would send again comes after."""
        self.down_until = self.now + seconds

    def stall(self, seconds: float) -> None:
        """Everything waits for so long."""
        self.held_until = self.now + seconds

    def reset(self) -> None:
        """Tear every connection, as a box on the way does."""
        for writer in list(self._connections):
            _tear(writer)

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[TcpRelay]:
        """Serve for the length of the block."""
        self._begun = asyncio.get_running_loop().time()
        self._chance = random.Random(self.conditions.seed)
        server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.address = server.sockets[0].getsockname()[:2]
        resets = asyncio.create_task(self._reset_often())
        try:
            yield self
        finally:
            resets.cancel()
            server.close()
            self.reset()

    async def _reset_often(self) -> None:
        while self.conditions.reset_every_s is not None:
            await asyncio.sleep(self.conditions.reset_every_s)
            self.reset()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The first round trip of TCP passes before anything does."""
        await self._outage(self.now)
        await asyncio.sleep(self.conditions.round_trip_s)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            _tear(writer)
            return
        self._connections |= {writer, far_writer}
        try:
            await asyncio.gather(self._pass(reader, far_writer), self._pass(far_reader, writer))
        finally:
            self._connections -= {writer, far_writer}
            writer.close()
            far_writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction of one connection: what is read now is written later, in its order."""
        flying: deque[tuple[float, bytes]] = deque()
        arrived = asyncio.Event()
        delivering = asyncio.create_task(self._deliver(flying, arrived, writer))
        free_at = 0.0
        with suppress(ConnectionError):
            while data := await reader.read(CHUNK):
                begins = max(self.now, free_at)
                free_at = begins + len(data) * 8 / self.conditions.rate
                flying.append((free_at + self._delay(len(data)), data))
                arrived.set()
                if len(flying) > IN_FLIGHT_MAX:
                    await asyncio.sleep(max(0.0, flying[0][0] - self.now))
        flying.append((self.now + self.conditions.round_trip_s / 2, b""))
        arrived.set()
        await delivering

    async def _deliver(
        self, flying: deque[tuple[float, bytes]], arrived: asyncio.Event, writer: asyncio.StreamWriter
    ) -> None:
        with suppress(ConnectionError):
            while True:
                while not flying:
                    arrived.clear()
                    await arrived.wait()
                due, data = flying[0]
                await asyncio.sleep(max(0.0, due - self.now))
                await self._outage(self.now)
                flying.popleft()
                if not data:
                    if writer.can_write_eof():
                        writer.write_eof()
                    return
                writer.write(data)
                await writer.drain()

    def _delay(self, size: int) -> float:
        """Half a round trip, jitter, and a retransmission for each packet lost."""
        bad = self.conditions
        lost = sum(self._chance.random() < bad.loss for _ in range(1 + size // MTU))
        again = lost * max(RETRANSMIT_MIN_S, 1.5 * bad.round_trip_s) if lost else 0.0
        return bad.round_trip_s / 2 + self._chance.uniform(-0.5, 0.5) * bad.jitter_s + again

    async def _outage(self, now: float) -> None:
        """Wait out whatever is down."""
        bad = self.conditions
        waits = [self.down_until - now, self.held_until - now]
        waits += [outage.left_s(now) for outage in (bad.stall, bad.blackout) if outage is not None]
        if (wait := max(waits)) > 0:
            await asyncio.sleep(wait)


def _tear(writer: asyncio.StreamWriter) -> None:
    """Close with RST."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_RESET)
    writer.transport.abort()
