"""So many groups are made ready at once, so many batches are carried, and nobody is in the sky twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from yumen.border import Cleared
from yumen.border.transfers import Waiting
from yumen.gateway.carrying import Carrier
from yumen.gateway.connectors.connector import Record
from yumen.gateway.flight import Flight, Ready
from yumen.gateway.sky import READYING_MAX, Sky
from yumen.kit.ids import SubjectId


class Slow:
    """Makes ready all but those who may not leave, and carries when told to; remembers how much it had at once."""

    def __init__(self, refused: set[int] | None = None, *, busy: bool = False) -> None:
        self.refused, self.busy = refused or set(), busy
        self.go = asyncio.Event()
        self.readying = self.readying_most = 0
        self.carried: list[tuple[list[int], bool]] = []

    async def prepare(self, flights: Sequence[Flight]) -> Ready | None:
        self.readying += 1
        self.readying_most = max(self.readying_most, self.readying)
        await asyncio.sleep(0)
        self.readying -= 1
        may = tuple(one for one in flights if one.subject not in self.refused)
        return None if self.busy else Ready(may, tuple(Record(one.key, one.key, 1, {}) for one in may), 1)

    async def carry(self, flights: Sequence[Flight], ready: Ready | None, *, bulk: bool = False) -> None:
        await self.go.wait()
        self.carried.append(([int(one.subject) for one in flights], ready is not None))


def flights(first: int, last: int) -> list[Flight]:
    numbers = range(first, last + 1)
    return [Flight(Waiting(n, Cleared(str(UUID(int=n)), SubjectId(n), b""))) for n in numbers]


async def test_all_are_carried_in_batches_and_leave_the_sky() -> None:
    carrier, flying = Slow(refused={2}), set[SubjectId]()
    async with asyncio.TaskGroup() as group:
        sky = Sky(cast("Carrier", carrier), group, flying)
        sky.send(flights(1, 5), 2, bulk=False)
        assert flying == {1, 2, 3, 4, 5}
        await asyncio.sleep(0.01)
        assert flying == {1, 3, 4, 5}, "who may not leave is not in the sky"
        carrier.go.set()
    assert carrier.carried == [([1, 3], True), ([4, 5], True)]
    assert flying == set()


async def test_when_nobody_could_be_made_ready_each_batch_tries_for_itself() -> None:
    carrier = Slow(busy=True)
    carrier.go.set()
    async with asyncio.TaskGroup() as group:
        Sky(cast("Carrier", carrier), group, set()).send(flights(1, 3), 2, bulk=False)
    assert carrier.carried == [([1, 2], False), ([3], False)]


async def test_room_is_waited_for() -> None:
    carrier = Slow()
    async with asyncio.TaskGroup() as group:
        sky = Sky(cast("Carrier", carrier), group, set())

        async def fill() -> None:
            for first in range(1, 21, 2):
                await sky.has_room(3)
                sky.send(flights(first, first + 1), 1, bulk=False)

        filling = asyncio.create_task(fill())
        for _ in range(200):
            await asyncio.sleep(0)
        assert not filling.done()
        carrier.go.set()
        await filling
    assert carrier.readying_most <= READYING_MAX
    assert sorted(one for batch, _ in carrier.carried for one in batch) == list(range(1, 21))
