"""Do what is due, sleep until the next is, and wake early when something changes."""

from __future__ import annotations

import asyncio


class Rounds:
    """A loop; whoever derives from it says what is due."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._on_the_way: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Do what is due until cancelled."""
        try:
            while True:
                self._wake.clear()
                wait_s = self.start_due()
                try:
                    async with asyncio.timeout(wait_s):
                        await self._wake.wait()
                except TimeoutError:
                    continue
        finally:
            for task in self._on_the_way.values():
                task.cancel()
            await self.let_go()

    def start_due(self) -> float:
        """Start what is due; answers how long to sleep at most."""
        raise NotImplementedError

    async def let_go(self) -> None:
        """The end: close what is open."""
        raise NotImplementedError

    def wake(self) -> None:
        """Something changed: something new, or the clock was moved."""
        self._wake.set()

    def arrived(self, name: str) -> None:
        """That one is done."""
        self._on_the_way.pop(name, None)
        self.wake()
