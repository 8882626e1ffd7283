"""Dead letters for the command line: anybody with the settings looks, a named person replays or gives up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from yumen.app import staff_jobs
from yumen.app.databases import reachable
from yumen.app.door import named_caller
from yumen.app.wiring import furnished
from yumen.kit import jobs
from yumen.kit.db import Conn, Database, Role
from yumen.kit.jobs import DeadLetter
from yumen.kit.settings import Settings
from yumen.kit.work import UnitOfWork


@asynccontextmanager
async def _connection(settings: Settings) -> AsyncIterator[Conn]:
    async with reachable(settings) as databases, await Database(databases.urls).connect(Role.APP) as conn:
        yield conn


async def list_dead(settings: Settings, after: int, limit: int) -> list[str]:
    """One line each, the oldest first."""
    async with _connection(settings) as conn:
        return [line(letter) for letter in await jobs.list_dead(conn, after, limit)]


async def show(settings: Settings, job: int) -> str:
    """One letter with its arguments. Raises `jobs.no_such_letter`."""
    async with _connection(settings) as conn:
        letter = await jobs.show(conn, job)
    return "\n".join([line(letter), *(f"  {name} = {value}" for name, value in sorted(letter.args.items()))])


async def replay(settings: Settings, job: int, key: str) -> None:
    """Raises `auth.invalid`, `access.denied`, `jobs.no_such_letter`, `jobs.still_waiting`."""
    await _act(settings, key, "replay", lambda uow: staff_jobs.replay_letter(uow, job))


async def discard(settings: Settings, job: int, reason: str, key: str) -> None:
    """Raises `auth.invalid`, `access.denied`, `jobs.reason_unfit`, `jobs.no_such_letter`."""
    await _act(settings, key, "discard", lambda uow: staff_jobs.discard_letter(uow, job, reason))


async def _act(settings: Settings, key: str, action: str, story: Callable[[UnitOfWork], Awaitable[object]]) -> None:
    async with reachable(settings) as databases, furnished(settings, databases) as house:
        caller = await named_caller(house.work, key, "job", action)
        async with house.work.begin(caller.actor) as uow:
            await story(uow)


def line(letter: DeadLetter) -> str:
    """`41 wechat.push.handle vault.tampered attempts=9 2026-11-25T21:00:00Z`"""
    failed = "-" if letter.failed_at is None else f"{letter.failed_at:%Y-%m-%dT%H:%M:%SZ}"
    return f"{letter.id} {letter.name} {letter.code} attempts={letter.attempts} {failed}"
