"""A real PostgreSQL for the tests: one cluster a session, a fresh migrated pair of databases a test."""

from __future__ import annotations

import asyncio
import itertools
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from xdist.remote import Producer

from tests.sharing import ByShop
from yumen.kit.db import Database, Role
from yumen.kit.migrate import Target, migrate
from yumen.kit.postgres import LOGINS, MAIN_DATABASE, Server, ensure, grant_sql, keys_database_of
from yumen.kit.settings import FILE_VARIABLE

MEMORY = Path("/dev/shm")
ROOM_BYTES = 2 << 30


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByShop:
    return ByShop(config, log)


@dataclass(frozen=True)
class Cluster:
    """The session's server. Its databases `yumen` and `yumen_keys` are migrated and serve as templates only."""

    server: Server
    admin: psycopg.AsyncConnection[tuple[object, ...]]
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def create_pair(self) -> dict[Role, str]:
        """A fresh pair of databases; answers the connection string of each role."""
        main = f"{MAIN_DATABASE}_{next(self.numbers)}"
        keys = keys_database_of(main)
        for login in LOGINS:
            if login.owns:
                name, template = (keys, keys_database_of(MAIN_DATABASE)) if login.keys else (main, MAIN_DATABASE)
                await self.admin.execute(
                    f"create database {name} template {template} owner {login.name} strategy file_copy"
                )
        await self.admin.execute(grant_sql(main, keys))
        return {Role(role): url for role, url in self.server.urls(main, keys).items()}

    async def drop_pair(self, urls: dict[Role, str]) -> None:
        for role in (Role.OWNER, Role.KEYS_OWNER):
            name = psycopg.conninfo.conninfo_to_dict(urls[role])["dbname"]
            await self.admin.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[Cluster]:
    """An embedded PostgreSQL without durability, gone after the session."""
    folder = _open_folder()
    server = await asyncio.to_thread(ensure, folder, fast=True)
    try:
        templates = Database({Role(role): url for role, url in server.urls().items()})
        for role, target in ((Role.OWNER, Target.MAIN), (Role.KEYS_OWNER, Target.KEYS)):
            async with await templates.connect(role, autocommit=True) as owner:
                await migrate(owner, target)
        async with await psycopg.AsyncConnection.connect(server.admin_url(), autocommit=True) as admin:
            yield Cluster(server, admin)
    finally:
        await asyncio.to_thread(server.stop)
        shutil.rmtree(folder)


@pytest.fixture
async def database(cluster: Cluster) -> AsyncIterator[Database]:
    """A fresh migrated pair of databases with the pools of `APP` and `KEYS` open; `open` others as needed.

    `database.urls[role]` is the connection string of a role, for programs of their own.
    """
    urls = await cluster.create_pair()
    fresh = Database(urls, pool_max=8)
    try:
        await fresh.open(Role.APP, Role.KEYS)
        yield fresh
    finally:
        await fresh.close()
        await cluster.drop_pair(urls)


def _open_folder() -> Path:
    """In memory where there is room: making a database is many small files (20 ms there, up to 600 ms on a disk)."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    folder = Path(tempfile.mkdtemp(prefix="yumen tests ", dir=MEMORY if roomy else None))  # a space on purpose
    folder.chmod(0o711)  # root's server runs as nobody
    return folder


@pytest.fixture(autouse=True)
def _lines_as_before() -> Iterator[None]:
    """A command run inside a test sets the product's lines up for a person; the next test finds them as they were."""
    ours = logging.getLogger("yumen")
    before = (ours.handlers[:], ours.level, ours.propagate)
    yield
    ours.handlers[:], ours.level, ours.propagate = before


@pytest.fixture(autouse=True)
def _no_settings_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test reads the settings it names itself: not the developer's, nor those of a demo that the session runs."""
    monkeypatch.setenv(FILE_VARIABLE, "")  # first set, so that what the test leaves there is taken back too
    monkeypatch.delenv(FILE_VARIABLE)
