"""Sockets of outgoing connections, with what the settings ask of the system's TCP."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Final

Made = Callable[[tuple[Any, ...]], socket.socket]
"""Makes the socket for one entry of `getaddrinfo`."""

USER_TIMEOUT: Final[int | None] = getattr(socket, "TCP_USER_TIMEOUT", None)


def breaking_off(deaf_max_s: float | None) -> Made | None:
    """Sockets whose connection breaks off when nothing is acknowledged for so long; None: the system's own."""
    if deaf_max_s is None or USER_TIMEOUT is None:
        return None
    option, limit_ms = USER_TIMEOUT, int(deaf_max_s * 1000)

    def made(info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, *_ = info
        raw = socket.socket(family, kind, protocol)
        raw.setsockopt(socket.IPPROTO_TCP, option, limit_ms)
        return raw

    return made
