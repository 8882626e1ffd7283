"""A worker's surroundings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace

import pytest

from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database, Role
from yumen.kit.events import Bus
from yumen.kit.jobs import Arguments, Backoff, Jobs
from yumen.kit.jobs.attempt import JobLine
from yumen.kit.jobs.worker import WorkerOptions, run_worker
from yumen.kit.work import Work

QUICK = WorkerOptions(poll_s=0.02, heartbeat_s=0.1, stalled_s=0.4, drain_s=0.5, until_idle=True)
AT_ONCE = Backoff(first_s=0.001, longest_s=0.001)


@dataclass
class Shop:
    """A worker's surroundings, and what it did."""

    work: Work
    jobs: Jobs
    ran: list[Arguments] = field(default_factory=list)
    lines: list[JobLine] = field(default_factory=list)

    async def note(self, work: Work, args: Arguments) -> None:
        self.ran.append(args)

    def fail_with(self, failure: Exception, times: int = 100) -> Callable[[Work, Arguments], Awaitable[None]]:
        async def run(work: Work, args: Arguments) -> None:
            self.ran.append(args)
            if len(self.ran) <= times:
                raise failure

        return run

    @property
    def url(self) -> str:
        return self.work.database.urls[Role.APP]

    async def defer(self, name: str, args: Arguments | None = None, lock: str | None = None) -> int | None:
        async with self.conn() as conn:
            return await self.jobs.defer(conn, name, args or {}, lock=lock)

    def conn(self) -> AbstractAsyncContextManager[Conn]:
        return self.work.database.pool(Role.APP).connection()

    async def run(self, **changes: object) -> None:
        await run_worker(self.work, self.jobs, self.url, replace(QUICK, **changes), tell=self.lines.append)  # type: ignore[arg-type]

    async def run_until(self, done: Callable[[], bool], **changes: object) -> None:
        """Run a worker that waits for jobs, until something is so."""
        stop = asyncio.Event()
        options = replace(QUICK, until_idle=False, **changes)  # type: ignore[arg-type]
        worker = asyncio.ensure_future(
            run_worker(self.work, self.jobs, self.url, options, stop, tell=self.lines.append)
        )
        await until(done)
        stop.set()
        await worker


async def until(done: Callable[[], bool], wait_max_s: float = 10.0) -> None:
    async with asyncio.timeout(wait_max_s):
        while not done():
            await asyncio.sleep(0.01)


async def statuses(conn: Conn) -> list[str]:
    rows = await conn.execute("select status::text from jobs.procrastinate_jobs order by id")
    return [row["status"] for row in await rows.fetchall()]


@pytest.fixture
async def shop(database: Database) -> Shop:
    jobs = Jobs()
    return Shop(Work(database, Clock(), {}, Bus(jobs)), jobs)
