"""A tap writes with the act; a listener runs after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yumen.kit.events import Bus
from yumen.kit.jobs import Jobs


@dataclass(frozen=True)
class Happened:
    subject: int


@dataclass(frozen=True)
class Other:
    subject: int


async def test_every_tap_of_an_event_writes_on_the_acts_connection() -> None:
    written: list[tuple[Any, int]] = []

    async def write(conn: Any, event: Happened) -> None:
        written.append((conn, event.subject))

    bus, conn = Bus(Jobs()), object()
    bus.tap(Happened, write)
    bus.tap(Happened, write)
    await bus.publish(conn, Happened(3))  # type: ignore[arg-type]
    await bus.publish(conn, Other(4))  # type: ignore[arg-type]
    assert written == [(conn, 3), (conn, 3)]
