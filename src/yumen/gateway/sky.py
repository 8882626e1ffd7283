"""Everybody of one pass who is being made ready or carried: a bounded number, and nobody twice at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from yumen.gateway.carrying import Carrier
from yumen.gateway.flight import Flight, Ready, batches
from yumen.kit.ids import SubjectId

READYING_MAX: Final = 2
"""Groups made ready at once: one is opened here while the database works for the other."""


class Sky:
    """`flying` are all of whom nothing else may be sent now; it is kept up to date."""

    def __init__(self, carrier: Carrier, group: asyncio.TaskGroup, flying: set[SubjectId]) -> None:
        self._carrier = carrier
        self._group = group
        self._flying = flying
        self._readying = 0
        self._carried = 0
        self._less = asyncio.Event()

    async def has_room(self, batches_max: int) -> None:
        """Wait until fewer batches than that are carried, and another group may be made ready."""
        while self._readying >= READYING_MAX or self._carried >= batches_max:
            self._less.clear()
            await self._less.wait()

    def send(self, flights: Sequence[Flight], size: int, *, bulk: bool) -> None:
        """Make these ready in one go, then carry them in batches of that size."""
        self._flying |= {one.subject for one in flights}
        self._readying += 1
        self._group.create_task(self._send(flights, size, bulk=bulk))

    async def _send(self, flights: Sequence[Flight], size: int, *, bulk: bool) -> None:
        some = await self._made_ready(flights, size)
        self._readying -= 1
        self._carried += len(some)
        self._less.set()
        async with asyncio.TaskGroup() as group:
            for batch, ready in some:
                group.create_task(self._carry(batch, ready, bulk=bulk))

    async def _made_ready(self, flights: Sequence[Flight], size: int) -> list[tuple[Sequence[Flight], Ready | None]]:
        """Batches of those who may be sent; when nobody could be made ready now, each batch tries for itself."""
        ready = await self._carrier.prepare(flights)
        if ready is None:
            return [(batch, None) for batch in batches(flights, size)]
        self._flying -= {one.subject for one in flights} - {one.subject for one in ready.flights}
        return [(one.flights, one) for one in ready.split(size)]

    async def _carry(self, batch: Sequence[Flight], ready: Ready | None, *, bulk: bool) -> None:
        await self._carrier.carry(batch, ready, bulk=bulk)
        self._flying -= {one.subject for one in batch}
        self._carried -= 1
        self._less.set()
