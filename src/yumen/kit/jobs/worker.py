"""Run jobs until told to stop. Killed workers' jobs are taken over; a lost database is waited for."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import psycopg
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout

from yumen.kit.db import UNAVAILABLE, Role
from yumen.kit.errors import Problem
from yumen.kit.jobs import store
from yumen.kit.jobs.attempt import Attempt, JobLine, Patience, note_failure, now
from yumen.kit.jobs.registry import Job, Jobs
from yumen.kit.work import Work

KILLED: Final = "jobs.killed"
RECONNECT_WAIT_MAX_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """`stalled_s` after its last heartbeat a worker counts as dead; `drain_s` is given to running jobs at the end."""

    concurrency: int = 4
    poll_s: float = 0.5
    heartbeat_s: float = 5.0
    stalled_s: float = 30.0
    drain_s: float = 20.0
    until_idle: bool = False


def to_stdout(line: JobLine) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(line) + b"\n")
    sys.stdout.buffer.flush()


async def run_worker(
    work: Work,
    jobs: Jobs,
    url: str,
    options: WorkerOptions = WorkerOptions(),
    stop: asyncio.Event | None = None,
    tell: Callable[[JobLine], None] = to_stdout,
) -> None:
    """Run until `stop` is set (or SIGTERM or SIGINT comes, when none is given), or `until_idle`: nothing is due.

    `url` reaches the main database as `yumen_app` without a transaction pooler. The pool `APP` of `work` must be
    open. Jobs that do not finish within `drain_s` go back to the queue.
    """
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL + 1)  # its lines quote arguments and tracebacks
    async with _told_to_stop(stop) as stopping:
        waited_s = 0.0
        while not stopping.is_set():
            try:
                await _serve(work, jobs, url, options, stopping, tell)
                waited_s = 0.0
            except (ConnectorException, psycopg.OperationalError, PoolTimeout) as lost:
                if options.until_idle:
                    raise UNAVAILABLE() from lost
            if options.until_idle:
                return
            waited_s = min(RECONNECT_WAIT_MAX_S, max(0.2, waited_s * 2))
            await _wait(stopping, waited_s)


async def _serve(
    work: Work, jobs: Jobs, url: str, options: WorkerOptions, stopping: asyncio.Event, tell: Callable[[JobLine], None]
) -> None:
    """Work until told to stop, or until the database is lost."""
    connector = PsycopgConnector(
        conninfo=url, configure=_into_schema, min_size=1, max_size=options.concurrency + 3, timeout=5.0
    )
    app = App(connector=connector)
    for job in jobs.known.values():
        _add(app, job, work, tell)
    async with app.open_async():
        await take_over(work, jobs, options.stalled_s, tell)
        worker = Worker(
            app,
            concurrency=options.concurrency,
            wait=not options.until_idle,
            fetch_job_polling_interval=options.poll_s,
            shutdown_graceful_timeout=options.drain_s,
            update_heartbeat_interval=options.heartbeat_s,
            stalled_worker_timeout=options.stalled_s,
            delete_jobs="successful",
            listen_notify=False,  # the notify triggers are dropped: NOTIFY makes commits wait for each other
            install_signal_handlers=False,
        )
        aside = [
            asyncio.ensure_future(_stop_when_told(worker, stopping)),
            asyncio.ensure_future(_keep_taking_over(work, jobs, options, worker, tell)),
        ]
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            for task in aside:
                task.cancel()
            await asyncio.gather(*aside, return_exceptions=True)


async def take_over(work: Work, jobs: Jobs, stalled_s: float, tell: Callable[[JobLine], None]) -> None:
    """Put the jobs of dead workers back, or bury those that have been tried too often (they may be what kills)."""
    async with work.database.pool(Role.APP).connection() as conn:
        for row in await (await conn.execute(store.STALLED, {"stalled_s": stalled_s})).fetchall():
            job, attempt = jobs.known.get(row["task_name"]), row["attempts"] + 1
            dead = job is None or row["attempts"] >= job.retry_max
            await conn.execute(store.BURY if dead else store.REQUEUE, {"id": row["id"]})
            await note_failure(conn, row["id"], KILLED, attempt)
            tell(JobLine(now(), row["task_name"], row["id"], attempt, "dead" if dead else "retry", 0.0, KILLED))


async def _keep_taking_over(
    work: Work, jobs: Jobs, options: WorkerOptions, worker: Worker, tell: Callable[[JobLine], None]
) -> None:
    while True:
        await asyncio.sleep(options.stalled_s / 2)
        try:
            await take_over(work, jobs, options.stalled_s, tell)
        except (psycopg.OperationalError, PoolTimeout, Problem):
            worker.stop()  # type: ignore[no-untyped-call]  # and begin again when the database is back
            return


def _add(app: App, job: Job, work: Work, tell: Callable[[JobLine], None]) -> None:
    async def run(context: JobContext, /, **arguments: Any) -> None:
        async with Attempt(job, context.job, work.database, tell):
            await job.run(work, arguments)

    task = app.task(
        name=job.name,
        queue=job.queue,
        retry=Patience(job),
        pass_context=True,
        queueing_lock=f"cron:{job.name}" if job.cron else None,
    )(run)
    if job.cron is not None:
        app.periodic(cron=job.cron)(task)  # type: ignore[arg-type]  # the argument `timestamp` is in `arguments`


async def _into_schema(conn: psycopg.AsyncConnection[Any]) -> None:
    await conn.execute("set search_path to jobs")
    await conn.commit()


async def _stop_when_told(worker: Worker, stopping: asyncio.Event) -> None:
    await stopping.wait()
    worker.stop()  # type: ignore[no-untyped-call]


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return


@asynccontextmanager
async def _told_to_stop(stop: asyncio.Event | None) -> AsyncIterator[asyncio.Event]:
    """The event given, or one of our own that SIGTERM and SIGINT set."""
    if stop is not None:
        yield stop
        return
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        yield stopping
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
