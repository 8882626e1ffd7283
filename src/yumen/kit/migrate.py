"""Bring a database to the shape this program expects: numbered SQL files, each applied once, in one transaction.

What was applied is written down with its SHA-256 in `ops.migration`. A file changed afterwards, a gap in the numbers
or a migration this program does not know is refused before anything is done. Two programs that migrate at once take
turns; one that is killed leaves the migrations before the one it was in, whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Final

from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL

from yumen.kit.db import Conn
from yumen.kit.errors import Code

CHANGED: Final = Code("migration.changed", 500)
GAP: Final = Code("migration.gap", 500)
UNKNOWN: Final = Code("migration.unknown", 500)
BUSY: Final = Code("migration.busy", 503)

TURN_WAIT_MAX_S: Final = 120

_FILE: Final = re.compile(r"(\d{4})_(\w+)\.sql")
_INCLUDE: Final = re.compile(r"^-- include: ([\w.]+)$", re.MULTILINE)
_LOCK: Final = 0x79756D656E  # "yumen"; advisory locks are per database

_LEDGER: Final = """
    create schema if not exists ops;
    create table if not exists ops.migration (
        number integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
    );
"""


class Target(StrEnum):
    """Which of the two databases."""

    MAIN = "main"
    KEYS = "keys"


class State(StrEnum):
    APPLIED = "applied"
    PENDING = "pending"
    CHANGED = "changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text with what it includes."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Step:
    """One migration as the database stands to it."""

    number: int
    name: str
    state: State


def shipped(target: Target) -> tuple[Migration, ...]:
    """The migrations that come with this program, in order; empty when the target has none."""
    folder = resources.files("yumen") / "schema" / target
    if not folder.is_dir():
        return ()
    files = [(match, file) for file in folder.iterdir() if (match := _FILE.fullmatch(file.name))]
    found = (Migration(int(m[1]), m[2], _with_includes(file.read_text(encoding="utf-8"))) for m, file in files)
    return tuple(sorted(found, key=lambda migration: migration.number))


async def status(conn: Conn, migrations: Sequence[Migration]) -> list[Step]:
    """Every migration that this program or the database knows, in order. `conn` is in autocommit."""
    applied = await _applied(conn)
    steps = [Step(m.number, m.name, _state(m, applied)) for m in migrations]
    known = {migration.number for migration in migrations}
    steps += [Step(number, row[0], State.UNKNOWN) for number, row in applied.items() if number not in known]
    return sorted(steps, key=lambda step: step.number)


async def migrate(
    conn: Conn,
    target: Target,
    migrations: Sequence[Migration] | None = None,
    progress: Callable[[Migration, int, int], None] = lambda migration, done, total: None,
) -> list[Migration]:
    """Apply what is pending and return it. `conn` belongs to the owner and is in autocommit.

    `progress` is called before each migration with how many are done of how many. Raises `migration.gap`,
    `migration.changed`, `migration.unknown` and `migration.busy` (somebody else has been migrating for minutes).
    """
    wanted = shipped(target) if migrations is None else tuple(migrations)
    _refuse_gaps(wanted, target)
    async with _turn(conn):
        await conn.execute(_LEDGER)
        pending = _pending(wanted, await _applied(conn), target)
        for done, migration in enumerate(pending):
            progress(migration, done, len(pending))
            await _apply(conn, migration)
    return pending


async def _apply(conn: Conn, migration: Migration) -> None:
    async with conn.transaction():
        await conn.execute(SQL(migration.text))  # our own package data
        await conn.execute(
            "insert into ops.migration (number, name, checksum) values (%s, %s, %s)",
            (migration.number, migration.name, migration.checksum),
        )


@asynccontextmanager
async def _turn(conn: Conn) -> AsyncIterator[None]:
    """Hold the advisory lock of this database; the server gives it back when the session ends, however it ends."""
    await conn.execute("select set_config('lock_timeout', %s, false)", (f"{TURN_WAIT_MAX_S}s",))
    try:
        await conn.execute("select pg_advisory_lock(%s)", (_LOCK,))
    except LockNotAvailable as busy:
        raise BUSY() from busy
    try:
        yield
    finally:
        if not conn.closed:
            await conn.execute("select pg_advisory_unlock(%s)", (_LOCK,))


async def _applied(conn: Conn) -> dict[int, tuple[str, str]]:
    found = await (await conn.execute("select to_regclass('ops.migration') as ledger")).fetchone()
    if found is None or found["ledger"] is None:
        return {}
    rows = await conn.execute("select number, name, checksum from ops.migration order by number limit 10000")
    return {row["number"]: (row["name"], row["checksum"]) for row in await rows.fetchall()}


def _pending(wanted: Sequence[Migration], applied: dict[int, tuple[str, str]], target: Target) -> list[Migration]:
    for number in applied.keys() - {migration.number for migration in wanted}:
        raise UNKNOWN(number=number, target=target.value)
    for migration in wanted:
        if _state(migration, applied) is State.CHANGED:
            raise CHANGED(number=migration.number, target=target.value)
    return [migration for migration in wanted if migration.number not in applied]


def _state(migration: Migration, applied: dict[int, tuple[str, str]]) -> State:
    if migration.number not in applied:
        return State.PENDING
    return State.APPLIED if applied[migration.number][1] == migration.checksum else State.CHANGED


def _refuse_gaps(migrations: Sequence[Migration], target: Target) -> None:
    for expected, migration in enumerate(migrations, 1):
        if migration.number != expected:
            raise GAP(number=expected, target=target.value)


def _with_includes(text: str) -> str:
    """Put the text of `schema/vendor/NAME` in place of each line `-- include: NAME`."""
    vendor = resources.files("yumen") / "schema" / "vendor"
    return _INCLUDE.sub(lambda line: (vendor / line[1]).read_text(encoding="utf-8"), text)
