"""One at a time, and of those who wait the one at the earliest step: then who is behind catches up with who is ahead.

    turn = Turn()
    async with turn.at(step=1): …

Nobody is passed more than `PASSED_MAX` times, however many come at earlier steps.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

PASSED_MAX: Final = 2


class Turn:
    """Shared by all who take it. Not for threads."""

    def __init__(self) -> None:
        self._taken = False
        self._line: list[_Waiting] = []

    def at(self, step: int) -> Place:
        """The way to it for whoever is at that step."""
        return Place(self, step)

    def locked(self) -> bool:
        """Has somebody got it?"""
        return self._taken

    async def acquire(self, step: int) -> None:
        """Wait for it."""
        if not self._taken:
            self._taken = True
            return
        one = _Waiting(step, asyncio.get_running_loop().create_future())
        self._line.append(one)
        try:
            await one.ready
        except asyncio.CancelledError:
            if not one.ready.cancelled():
                self.release()  # it was just given
            elif one in self._line:
                self._line.remove(one)
            raise

    def release(self) -> None:
        """Give it on."""
        if not self._line:
            self._taken = False
            return
        chosen = next((one for one in self._line if one.passed == PASSED_MAX), None)
        chosen = chosen or min(self._line, key=lambda one: one.step)
        for one in self._line[: self._line.index(chosen)]:
            one.passed += 1
        self._line.remove(chosen)
        if chosen.ready.cancelled():
            self.release()
        else:
            chosen.ready.set_result(None)


class Place:
    """A turn, taken at one step."""

    __slots__ = ("_step", "_turn")

    def __init__(self, turn: Turn, step: int) -> None:
        self._turn = turn
        self._step = step

    def locked(self) -> bool:
        return self._turn.locked()

    async def __aenter__(self) -> None:
        await self._turn.acquire(self._step)

    async def __aexit__(self, *_: object) -> None:
        self._turn.release()


@dataclass(slots=True, eq=False)
class _Waiting:
    """Somebody in the line."""

    step: int
    ready: asyncio.Future[None]
    passed: int = 0
