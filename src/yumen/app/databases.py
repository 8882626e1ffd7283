"""The two databases of this process: named by settings, or embedded and started here; migrated when asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final

from psycopg import OperationalError
from psycopg.errors import InvalidSchemaName, UndefinedColumn, UndefinedFunction, UndefinedTable

from yumen.kit.db import UNAVAILABLE, Database, Role
from yumen.kit.errors import Code
from yumen.kit.migrate import Migration, State, Step, Target, migrate, shipped, status
from yumen.kit.postgres import ensure
from yumen.kit.settings import Settings

BEHIND: Final = Code("database.behind", 503)

OWNERS: Final = {Target.MAIN: Role.OWNER, Target.KEYS: Role.KEYS_OWNER}

Progress = Callable[[Target, Migration, int, int], None]


@dataclass(frozen=True, slots=True)
class Databases:
    """Connection strings by role, and the one that the job queue listens on (never through a pooler)."""

    urls: dict[Role, str]
    jobs_url: str
    started: bool = False
    """Whether an embedded server had to be started for it, rather than joined."""


@asynccontextmanager
async def reachable(settings: Settings) -> AsyncIterator[Databases]:
    """The databases, for as long as the block lasts; an embedded server is joined or started, and left at the end.

    Raises `database.unavailable` when one refuses or loses a connection of the block, `database.behind` when one was
    not migrated.
    """
    try:
        async with _named_or_embedded(settings) as databases:
            yield databases
    except OperationalError as lost:
        raise UNAVAILABLE() from lost
    except (UndefinedTable, UndefinedColumn, UndefinedFunction, InvalidSchemaName) as absent:
        raise BEHIND() from absent


@asynccontextmanager
async def _named_or_embedded(settings: Settings) -> AsyncIterator[Databases]:
    named = settings.database
    if not named.embedded:
        urls = {
            Role.OWNER: named.owner.reveal(),
            Role.APP: named.app.reveal(),
            Role.SEQUENCER: named.sequencer.reveal(),
            Role.STAFF: named.staff.reveal(),
            Role.KEYS: named.keys.reveal(),
            Role.KEYS_OWNER: named.keys_owner.reveal(),
        }
        yield Databases(urls, named.jobs.reveal() or urls[Role.APP])
        return
    server = await asyncio.to_thread(ensure, named.embedded_folder, named.bin_folder)
    try:
        urls = {Role(role): url for role, url in server.urls().items()}
        yield Databases(urls, urls[Role.APP], server.started)
    finally:
        await asyncio.to_thread(server.stop)


async def bring_up_to_date(databases: Databases, told: Progress = lambda target, migration, done, total: None) -> int:
    """Apply what is pending in both databases; answers how many migrations that were."""
    owners = Database(databases.urls)
    applied = 0
    for target, role in OWNERS.items():
        async with await owners.connect(role, autocommit=True) as conn:
            applied += len(await migrate(conn, target, progress=partial(told, target)))
    return applied


async def require_current(settings: Settings) -> None:
    """Before a server starts its processes. Raises `database.unavailable`, `database.behind`."""
    async with reachable(settings) as databases:
        if any(step.state is State.PENDING for _, step in await _steps(databases)):
            raise BEHIND()


async def pending(databases: Databases) -> list[str]:
    """Every migration of both databases and its state, one line each."""
    return [f"{target}: {step.number:04d} {step.name} {step.state}" for target, step in await _steps(databases)]


async def _steps(databases: Databases) -> list[tuple[Target, Step]]:
    owners = Database(databases.urls)
    steps: list[tuple[Target, Step]] = []
    for target, role in OWNERS.items():
        async with await owners.connect(role, autocommit=True) as conn:
            steps += [(target, step) for step in await status(conn, shipped(target))]
    return steps
