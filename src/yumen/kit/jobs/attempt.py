"""One try of one job: how it went is written down as a code, and told in one line of the log."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Literal

import psycopg
from msgspec import Struct
from procrastinate.jobs import Job as QueuedJob
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from yumen.kit.db import Conn, Database, Role
from yumen.kit.errors import NotSent, Problem, Rejected, Unsettled
from yumen.kit.jobs import store
from yumen.kit.jobs.registry import Job

Outcome = Literal["done", "retry", "dead", "stopped"]

STOPPED: Final = "jobs.stopped"


class JobLine(Struct, frozen=True):
    """One line of the log: ids and codes. `where` is a file and line."""

    at: str
    job: str
    id: int
    attempt: int
    outcome: Outcome
    ms: float
    code: str = ""
    where: str = ""


def code_of(failure: BaseException) -> str:
    """The code of a failure: its own, or its kind. Never its text, which may quote a value."""
    match failure:
        case Problem():
            return failure.code.name
        case NotSent() | Rejected() | Unsettled():
            return failure.code
        case psycopg.Error():
            return f"database.{failure.sqlstate or 'unavailable'}"
        case asyncio.CancelledError():
            return STOPPED
        case _:
            return f"jobs.defect.{type(failure).__name__}"[:100]


def outcome_of(job: Job, failure: BaseException, attempts: int) -> Outcome:
    """What becomes of a job after a failure that so many attempts (from 0) went before."""
    if isinstance(failure, asyncio.CancelledError):
        return "stopped"
    hopeless = isinstance(failure, Rejected)  # what a recipient rejected, it rejects again
    return "dead" if hopeless or attempts >= job.retry_max else "retry"


class Patience(BaseRetryStrategy):
    """Procrastinate asks here whether and when a failed job is tried again."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        match outcome_of(self._job, exception, job.attempts):
            case "dead":
                return None
            case "stopped":  # the worker stops: another goes on at once
                return RetryDecision(retry_in={"seconds": 0})
            case _:
                wait_s = self._job.backoff.wait_s(job.attempts + 1)
                return RetryDecision(retry_in={"milliseconds": int(wait_s * 1000)})


@dataclass(slots=True)
class Attempt:
    """Used as `async with`: a failure passes through to procrastinate after it was noted."""

    job: Job
    queued: QueuedJob
    database: Database
    tell: Callable[[JobLine], None]
    began: float = 0.0

    async def __aenter__(self) -> None:
        self.began = time.perf_counter()

    async def __aexit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if failure is None:
            self.tell(self._line("done"))
            return
        code, outcome = code_of(failure), outcome_of(self.job, failure, self.queued.attempts)
        expected = isinstance(failure, Problem | asyncio.CancelledError)
        self.tell(self._line(outcome, code, "" if expected else _innermost(trace)))
        if outcome != "stopped":
            async with self.database.pool(Role.APP).connection() as conn:
                await note_failure(conn, self.queued.id or 0, code, self.queued.attempts + 1)

    def _line(self, outcome: Outcome, code: str = "", where: str = "") -> JobLine:
        took_ms = round((time.perf_counter() - self.began) * 1000, 1)
        return JobLine(
            now(), self.job.name, self.queued.id or 0, self.queued.attempts + 1, outcome, took_ms, code, where
        )


async def note_failure(conn: Conn, job_id: int, code: str, attempts: int) -> None:
    await conn.execute(store.NOTE_FAILURE, {"id": job_id, "code": code, "attempts": attempts})


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _innermost(trace: TracebackType | None) -> str:
    """File and line where it happened; no text."""
    frames = traceback.extract_tb(trace)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
