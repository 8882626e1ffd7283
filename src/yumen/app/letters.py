"""Dead letters for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from yumen.app.databases import reachable
from yumen.kit import jobs
from yumen.kit.db import Conn, Database, Role
from yumen.kit.jobs import DeadLetter
from yumen.kit.settings import Settings


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


async def replay(settings: Settings, job: int) -> None:
    """Raises `jobs.no_such_letter`, `jobs.still_waiting`."""
    async with _connection(settings) as conn:
        await jobs.replay(conn, job)


async def discard(settings: Settings, job: int, reason: str) -> None:
    """Raises `jobs.no_such_letter`."""
    async with _connection(settings) as conn:
        await jobs.discard(conn, job, reason)


def line(letter: DeadLetter) -> str:
    """`41 wechat.push.handle vault.tampered attempts=9 2026-11-25T21:00:00Z`"""
    failed = "-" if letter.failed_at is None else f"{letter.failed_at:%Y-%m-%dT%H:%M:%SZ}"
    return f"{letter.id} {letter.name} {letter.code} attempts={letter.attempts} {failed}"
