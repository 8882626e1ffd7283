"""A lane: what waits is taken together into one statement and one transaction of the lane's own.

For the few hot acts (login, booking, reservation). A lane takes what waits the moment it is free, since the flush of
one batch gathers the next; whoever comes within a few turns of the event loop goes along. Lanes that an act passes one
after the other may share a turn (`kit.turn`). Left alone a crowd falls apart there, into as many parties as there are
lanes, and each pays for statements and a commit of its own; so a lane may `pause` in a crowd for who is just behind.

Each item keeps its own result or error. What the batch skipped (a row locked elsewhere) or refused as a whole (one bad
row) is tried again alone, with a lock timeout, outside the batch.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from enum import Enum
from typing import Final, Generic, TypeVar

from psycopg import Error as DatabaseError
from psycopg import OperationalError

from yumen.kit.db import UNAVAILABLE, Conn, Pool
from yumen.kit.errors import Code, Problem
from yumen.kit.turn import Place

Item = TypeVar("Item")
Result = TypeVar("Result")

BUSY: Final = Code("lane.busy", 503)

WAITING_MAX: Final = 4096
ALONE_LOCK_TIMEOUT: Final = "2s"
GATHER_TURNS: Final = 3
"""As many as a request that has just come in takes to get here."""
CROWD_BATCHES: Final = 8
"""So many batches remember that somebody found the turn taken."""
PAUSES_MAX: Final = 5


class Skipped(Enum):
    """The batch could not do this item (its row is locked elsewhere): do it alone."""

    RETRY_ALONE = "retry_alone"


RETRY_ALONE: Final = Skipped.RETRY_ALONE


class Lane(Generic[Item, Result]):
    """`run(conn, items)` does a whole batch in one transaction and answers one outcome for each item, in order."""

    def __init__(
        self,
        run: Callable[[Conn, Sequence[Item]], Awaitable[Sequence[Result | Problem | Skipped]]],
        pool: Pool,
        lanes: int = 2,
        batch_max: int = 32,
        alone_max: int = 4,
        turn: Place | asyncio.Semaphore | None = None,
        pause: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """`turn`: of all lanes that are given the same one, so many run a batch at a time.

        `pause`: in a crowd a batch waits so long before it goes, and again as long as that brings somebody.
        """
        self._run = run
        self._pool = pool
        self._free = lanes
        self._turn = turn or asyncio.Semaphore(lanes)
        self._pause = pause
        self._crowded = 0
        self._batch_max = batch_max
        self._alone = asyncio.Semaphore(alone_max)
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Result:
        """Do one act and wait until it is committed. Raises its `Problem`, `lane.busy` or `database.unavailable`."""
        if len(self._waiting) >= WAITING_MAX:
            raise BUSY()
        if self._turn.locked():
            self._crowded = CROWD_BATCHES
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._free:
            self._free -= 1
            self._start(self._drain())
        return await done

    async def close(self) -> None:
        """Wait until everything submitted has been answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _start(self, step: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(step)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self) -> None:
        try:
            while self._waiting:
                await self._batch(self._taken(self._batch_max))
                await asyncio.sleep(0)  # whoever was just answered and asks again is taken with those who waited
        finally:
            self._free += 1

    def _taken(self, most: int) -> list[tuple[Item, asyncio.Future[Result]]]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), most))]

    async def _gather(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        """Take who came while this lane stood in line, and who is on the way: whom each turn of the loop brings."""
        for _ in range(GATHER_TURNS):
            batch += self._taken(self._batch_max - len(batch))
            await asyncio.sleep(0)
        if self._pause is None or not self._crowded:
            return
        self._crowded -= 1
        for _ in range(PAUSES_MAX):
            if len(batch) == self._batch_max:
                return
            await self._pause()
            came = self._taken(self._batch_max - len(batch))
            if not came:
                return
            batch += came

    async def _batch(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        outcomes: Sequence[Result | Problem | Skipped]
        conn: Conn | None = None
        with _Told(batch):
            try:
                async with self._pool.connection() as conn, self._turn:
                    await self._gather(batch)
                    outcomes = await self._run(conn, [item for item, _ in batch])
            except DatabaseError as refused:
                if conn is None or conn.closed:
                    _fail(batch, refused)
                    return
                outcomes = [RETRY_ALONE] * len(batch)
        for (item, done), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Skipped):
                self._start(self._one(item, done))
            else:
                _answer(done, outcome)

    async def _one(self, item: Item, done: asyncio.Future[Result]) -> None:
        """Do a single item in a transaction of its own, so that its trouble is nobody else's."""
        with _Told([(item, done)]):
            try:
                async with self._alone, self._pool.connection() as conn:
                    await conn.execute(f"set local lock_timeout = '{ALONE_LOCK_TIMEOUT}'")
                    (outcome,) = await self._run(conn, [item])
            except OperationalError as lost:
                _fail([(item, done)], lost)
            except DatabaseError as refused:
                if not done.done():
                    done.set_exception(refused)
            else:
                _answer(done, BUSY() if isinstance(outcome, Skipped) else outcome)


class _Told(Generic[Item, Result]):
    """Whoever waits hears of what ends the block, a defect or the end of the process; nobody waits for ever."""

    def __init__(self, waiting: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        self._waiting = waiting

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, cause: BaseException | None, trace: object) -> None:
        for _, done in self._waiting:
            if cause is not None and not done.done():
                done.set_exception(UNAVAILABLE() if isinstance(cause, asyncio.CancelledError) else cause)


def _fail(batch: Sequence[tuple[Item, asyncio.Future[Result]]], cause: BaseException | None) -> None:
    for _, done in batch:
        if not done.done():
            problem = UNAVAILABLE()
            problem.__cause__ = cause
            done.set_exception(problem)


def _answer(done: asyncio.Future[Result], outcome: Result | Problem) -> None:
    if done.done():
        return
    if isinstance(outcome, Problem):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
