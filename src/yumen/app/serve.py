"""Serve one edge: granian's workers over the ASGI application that `app.server` builds in each of them."""

from __future__ import annotations

from typing import Final, Literal

from granian import Granian
from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels

from yumen.app.parent import end_with_parent
from yumen.kit.settings import ServerSettings

EdgeName = Literal["shopper", "staff", "hooks"]
EDGES: Final[tuple[EdgeName, ...]] = ("shopper", "staff", "hooks")

HEADER_WAIT_MAX_MS: Final = 10_000


def serve(edge: EdgeName, settings: ServerSettings) -> None:
    """Serve until SIGTERM; then take no new connection, finish what is under way, close the pools.

    Each worker reads the settings again from the file named by `YUMEN_CONFIG`.
    """
    end_with_parent()
    ports = {"shopper": settings.shopper_port, "staff": settings.staff_port, "hooks": settings.hooks_port}
    Granian(
        f"yumen.app.server:{edge}",
        factory=True,
        interface=Interfaces.ASGI,
        address=settings.host,
        port=ports[edge],
        workers=settings.workers if edge == "shopper" else 1,
        loop=Loops.uvloop,
        websockets=False,
        backlog=2048,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_WAIT_MAX_MS, max_buffer_size=64 * 1024),
        workers_kill_timeout=round(settings.drain_s),
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    ).serve()
