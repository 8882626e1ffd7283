"""A pool of connections in which a crowd waits its turn: only a database that serves nobody is away.

A fixed time limit would refuse the last of a crowd although each before them was served. So whoever waits goes on
while others get their turn, in the order of arrival and up to `CROWD_WAIT_MAX_S`; when nobody was served for the pool's
`timeout`, everybody in line hears of it at once. A limit given with the call holds as it is (readiness).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from typing import Final

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

Conn = AsyncConnection[DictRow]

CROWD_WAIT_MAX_S: Final = 30.0


class Pool(AsyncConnectionPool[Conn]):
    """As its parent, with a line of its own before it."""

    _taken = 0
    _served_at = 0.0

    def __init__(self, conninfo: str, *, autocommit: bool = False, **options: object) -> None:
        self._autocommit = autocommit
        super().__init__(
            conninfo,
            connection_class=AsyncConnection[DictRow],
            kwargs={"row_factory": dict_row, "autocommit": autocommit},
            **options,  # type: ignore[arg-type]
        )
        self._line: deque[asyncio.Future[None]] = deque()

    async def getconn(self, timeout: float | None = None) -> Conn:  # noqa: ASYNC109  # the parent's face
        """A connection. Raises PoolTimeout after `timeout`, or when nobody is served for the pool's own."""
        if self._taken < self.max_size:
            self._taken += 1
        else:
            await self._turn(timeout)
        conn: Conn | None = None
        try:
            conn = await super().getconn(timeout)
        except PoolTimeout:
            self._send_home()
            raise
        finally:
            if conn is None:
                self._next()
        self._served_at = time.monotonic()
        return conn

    async def putconn(self, conn: Conn) -> None:
        """Take it back. One in another mode than it was lent is closed: the next would commit each statement."""
        try:
            if conn.autocommit != self._autocommit:
                await conn.close()
            await super().putconn(conn)
        finally:
            self._next()

    async def _turn(self, limit_s: float | None) -> None:
        """Stand in line until somebody gives a turn on. Raises PoolTimeout."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        began, had = time.monotonic(), False
        self._line.append(turn)
        try:
            while not (await asyncio.wait((turn,), timeout=limit_s or self.timeout))[0]:
                if limit_s is not None or not self._moves(began):
                    turn.set_exception(PoolTimeout(f"nobody was served for {self.timeout:.0f} s"))
            turn.result()
            had = True
        finally:
            if not had:
                self._leave(turn)

    def _moves(self, began: float) -> bool:
        """Is it worth waiting on? Others were served lately, and the wait that began then is not too long."""
        now = time.monotonic()
        return now - self._served_at < self.timeout and now - began < CROWD_WAIT_MAX_S

    def _leave(self, turn: asyncio.Future[None]) -> None:
        """Go without having had the turn; one that was just given is given on."""
        if turn in self._line:
            self._line.remove(turn)
        elif turn.done() and not turn.cancelled() and turn.exception() is None:
            self._next()

    def _next(self) -> None:
        """Give the turn on, or keep it free."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._taken -= 1

    def _send_home(self) -> None:
        """The database serves nobody: whoever stands in line need not wait as long again."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_exception(PoolTimeout("the database serves nobody"))
