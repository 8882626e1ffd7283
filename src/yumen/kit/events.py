"""Events: what happened, told to whoever asked to know, once the act is committed.

An event is one job for each listener, deferred on the story's own connection: it exists exactly when the act does.
Listeners are wired in `app/wiring.py`; a story knows only what it says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

from yumen.kit.db import Conn

if TYPE_CHECKING:
    from yumen.kit.jobs import Jobs

Tap = Callable[[Conn, Any], Awaitable[None]]
"""Writes something down about an event on the story's own connection; for what happens too often for a job each."""


class Bus:
    """Which jobs listen to which event, and what is written down with it."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._listeners: dict[type, list[str]] = defaultdict(list)
        self._taps: dict[type, list[Tap]] = defaultdict(list)

    def tap(self, event: type, write: Tap) -> None:
        """Write something down, in the transaction of the act, whenever such an event is emitted."""
        self._taps[event].append(write)

    def listen(self, event: type, job: str) -> None:
        """Run the job of that name whenever such an event is emitted; its arguments are the event's fields."""
        if not is_dataclass(event):
            raise TypeError(f"{event.__name__} is not a dataclass")
        self._listeners[event].append(job)

    async def publish(self, conn: Conn, event: object) -> None:
        """Write down and defer the listeners' jobs on this connection, that is inside its transaction."""
        for write in self._taps.get(type(event), ()):
            await write(conn, event)
        for job in self._listeners.get(type(event), ()):
            await self._jobs.defer(conn, job, asdict(event))  # type: ignore[call-overload]
