"""Do what many ask for at the same moment in one transaction: a lane (kit.lane) for each handler and kind of act.

    class Paying(Together[Transaction, bool]): …
    if not await work.use(Shop).lanes.of(Paying, work).do(handler, told):  # not plain: it goes the long way

Only plain acts go together. What is unusual answers so, and is done in a unit of its own by its own story.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from yumen.kit.db import Conn, Role
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.lane import Lane, Skipped
from yumen.kit.turn import Turn
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work

Item = TypeVar("Item")
Result = TypeVar("Result")
Kind = TypeVar("Kind", bound="Together[Any, Any]")

BATCH_MAX: Final = 64
PAUSE_S: Final = 0.002
"""What a batch waits in a crowd for who is on the way. Placing, opening the cashier and noting its answer cost some
3 ms of processor time each, however many go: eight shoppers in three parties cost three times that of one."""


class Together(ABC, Generic[Item, Result]):
    """The lanes of one kind of act. One for each handler: a second would wait for the first's rows.

    `step` is how far an order is that comes to them.
    """

    step: ClassVar[int] = 0

    def __init__(self, work: Work, turn: Turn) -> None:
        self._work = work
        self._turn = turn.at(self.step)
        self._lanes: dict[HandlerId, Lane[Item, Result]] = {}

    @abstractmethod
    async def batch(self, uow: UnitOfWork, items: Sequence[Item]) -> Sequence[Result | Problem | Skipped]:
        """One outcome for each item, in order; all that it writes is committed together."""

    async def do(self, handler: HandlerId, item: Item) -> Result:
        """Do it with what else waits; committed when it returns.

        Raises its problem, `lane.busy`, `database.unavailable`.
        """
        lane = self._lanes.get(handler)
        if lane is None:
            pool = self._work.database.lanes(Role.APP)
            run = self._run_for(handler)
            lane = self._lanes[handler] = Lane(run, pool, lanes=1, batch_max=BATCH_MAX, turn=self._turn, pause=_pause)
        return await lane.submit(item)

    async def close(self) -> None:
        """Wait until everybody has been answered."""
        for lane in self._lanes.values():
            await lane.close()

    def _run_for(
        self, handler: HandlerId
    ) -> Callable[[Conn, Sequence[Item]], Awaitable[Sequence[Result | Problem | Skipped]]]:
        work, actor = self._work, Actor(ActorKind.SYSTEM, "orders", handler)

        async def run(conn: Conn, items: Sequence[Item]) -> Sequence[Result | Problem | Skipped]:
            async with work.begin_on(conn, actor) as uow:
                return await self.batch(uow, items)

        return run


async def _pause() -> None:
    await asyncio.sleep(PAUSE_S)


class Lanes:
    """The lanes of a shop in this process, made when they are first asked for. They take turns (`turn`)."""

    def __init__(self, turn: Turn | None = None) -> None:
        self._turn = turn or Turn()
        self._made: dict[type[Together[Any, Any]], Together[Any, Any]] = {}

    def of(self, kind: type[Kind], work: Work) -> Kind:
        """The lane of that kind of act, over the database of `work`."""
        known = self._made.get(kind)
        if known is None:
            known = self._made[kind] = kind(work, self._turn)
        assert isinstance(known, kind)
        return known

    async def close(self) -> None:
        """Wait until everybody has been answered."""
        for lane in self._made.values():
            await lane.close()
