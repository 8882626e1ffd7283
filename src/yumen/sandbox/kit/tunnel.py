"""Play an HTTPS proxy for the names a sandbox imitates: an SDK stays unchanged but for its proxy and CA bundle."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class NamesTunnel:
    """CONNECT to one of the played names ends at our own TLS port; to anywhere else it is refused."""

    def __init__(self, plays: Callable[[str], bool], host: str, tls_port: int) -> None:
        self.plays = plays
        self.host = host
        self.tls_port = tls_port

    def __call__(self, wire: asyncio.Transport, target: str) -> asyncio.Protocol | None:
        """The protocol that takes the connection over, or None for a name that is not played."""
        name, _, port = target.rpartition(":")
        if port != "443" or not self.plays(name):
            return None
        return _NearEnd(wire, self.host, self.tls_port)


class _NearEnd(asyncio.Protocol):
    """The side of the SDK."""

    def __init__(self, wire: asyncio.Transport, host: str, port: int) -> None:
        self.wire = wire
        self.far: asyncio.Transport | None = None
        self.early = bytearray()
        self.opening = asyncio.ensure_future(self._open(host, port))

    async def _open(self, host: str, port: int) -> None:
        loop = asyncio.get_running_loop()
        try:
            far, _ = await loop.create_connection(lambda: _FarEnd(self.wire), host, port)
        except OSError:
            self.wire.abort()
            return
        self.far = far
        if self.early:
            far.write(bytes(self.early))

    def data_received(self, data: bytes) -> None:
        if self.far is None:
            self.early += data
        else:
            self.far.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.opening.cancel()
        if self.far is not None:
            self.far.close()


class _FarEnd(asyncio.Protocol):
    """The side of our own TLS port."""

    def __init__(self, wire: asyncio.Transport) -> None:
        self.wire = wire

    def data_received(self, data: bytes) -> None:
        self.wire.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.wire.close()
