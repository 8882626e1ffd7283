"""Which jobs there are, and how one is deferred."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from psycopg.types.json import Jsonb

from yumen.kit.db import Conn
from yumen.kit.jobs import store
from yumen.kit.jobs.arguments import Arguments, check
from yumen.kit.work import Work

Run = Callable[[Work, Arguments], Awaitable[None]]

QUEUE: Final = "default"
RETRY_MAX: Final = 8


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before a job is tried again: doubled each time, up to a bound, with half of it by chance."""

    first_s: float = 2.0
    longest_s: float = 900.0

    def wait_s(self, attempts: int, chance: Callable[[], float] = random.random) -> float:
        """The wait after so many failed attempts (from 1)."""
        whole = min(self.longest_s, self.first_s * 2.0 ** min(attempts - 1, 32))
        return whole * (0.5 + 0.5 * chance())


@dataclass(frozen=True, slots=True)
class Job:
    """One kind of job. It may run more than once: `run` must be safe to repeat.

    `retry_max` is how often it is tried again after a failure before it becomes a dead letter.
    """

    name: str
    run: Run
    queue: str = QUEUE
    retry_max: int = RETRY_MAX
    backoff: Backoff = field(default_factory=Backoff)
    cron: str | None = None


class Jobs:
    """The jobs of a program; filled once, in `app/wiring.py`."""

    def __init__(self) -> None:
        self.known: dict[str, Job] = {}

    def register(
        self,
        name: str,
        run: Run,
        *,
        queue: str = QUEUE,
        retry_max: int = RETRY_MAX,
        backoff: Backoff = Backoff(),
        cron: str | None = None,
    ) -> None:
        """Make a job known. With `cron` (five fields, UTC; a sixth for seconds) it also runs by the clock.

        A job run by the clock gets the argument `timestamp` (Unix seconds it was due), and never waits twice.
        """
        if name in self.known:
            raise ValueError(f"job {name} is registered twice")
        self.known[name] = Job(name, run, queue, retry_max, backoff, cron)

    def stop_clock(self, beginning: str) -> None:
        """Jobs whose names begin so are started by no clock any more; those that wait already are still done."""
        for name, job in self.known.items():
            if name.startswith(beginning):
                self.known[name] = replace(job, cron=None)

    async def defer(
        self,
        conn: Conn,
        name: str,
        args: Arguments,
        lock: str | None = None,
        queueing_lock: str | None = None,
        at: datetime | None = None,
    ) -> int | None:
        """Write the job down on the story's connection: it exists exactly when the transaction is committed.

        Jobs of the same `lock` run one after another, in order. While a job of the same `queueing_lock` waits, no
        second is made and None is returned. `at` is the earliest real time (not business time) to run. Raises NotIds
        for arguments that are not ids, codes or numbers, and KeyError for a job nobody registered.
        """
        job = self.known[name]
        check(name, {**args, "lock": lock, "queueing_lock": queueing_lock})
        made = await conn.execute(
            store.DEFER,
            {
                "queue": job.queue,
                "name": name,
                "args": Jsonb(dict(args)),
                "lock": lock,
                "queueing_lock": queueing_lock,
                "at": at,
            },
        )
        row = await made.fetchone()
        return None if row is None else int(row["id"])
