"""Dead letters: jobs that failed for good. They are looked at, and replayed or discarded, by a person.

A letter holds the job's ids and the code of its last failure; no message and no traceback, since those quote values.
All functions work on the caller's connection and transaction (role `APP`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from yumen.kit.db import Conn
from yumen.kit.errors import Code
from yumen.kit.jobs import store
from yumen.kit.jobs.arguments import Arguments, check

NO_SUCH_LETTER: Final = Code("jobs.no_such_letter", 404)
STILL_WAITING: Final = Code("jobs.still_waiting", 409)

PAGE_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class DeadLetter:
    id: int
    name: str
    queue: str
    args: Arguments
    attempts: int
    code: str
    failed_at: datetime | None


async def list_dead(conn: Conn, cursor: int = 0, limit: int = 50) -> list[DeadLetter]:
    """The letters after the one with id `cursor`, oldest first, at most `limit` (bounded by 200)."""
    rows = await conn.execute(store.DEAD, {"after": cursor, "limit": min(limit, PAGE_MAX)})
    return [_letter(row) for row in await rows.fetchall()]


async def show(conn: Conn, job_id: int) -> DeadLetter:
    """One letter. Raises `jobs.no_such_letter`."""
    row = await (await conn.execute(store.LETTER, {"id": job_id})).fetchone()
    if row is None:
        raise NO_SUCH_LETTER(id=job_id)
    return _letter(row)


async def replay(conn: Conn, job_id: int) -> None:
    """Try the job again from its first attempt. Raises `jobs.no_such_letter`, or `jobs.still_waiting` when a job of
    the same queueing lock is waiting already."""
    if await (await conn.execute(store.REPLAY, {"id": job_id})).fetchone() is None:
        await show(conn, job_id)
        raise STILL_WAITING(id=job_id)


async def discard(conn: Conn, job_id: int, reason: str) -> None:
    """Give the job up; the reason is kept with it. Raises `jobs.no_such_letter`, and NotIds for a personal value."""
    check("discard", {"reason": reason})
    if await (await conn.execute(store.DISCARD, {"id": job_id})).fetchone() is None:
        raise NO_SUCH_LETTER(id=job_id)
    await conn.execute(store.NOTE_DISCARD, {"id": job_id, "reason": reason})


def _letter(row: Mapping[str, Any]) -> DeadLetter:
    return DeadLetter(**row)
