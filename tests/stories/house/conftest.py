"""A house on a PostgreSQL of its own, durable as in production, so that every file of it may be searched."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from tests.conftest import Cluster, _open_folder
from tests.stories.app.conftest import Town, opened_town, sandbox, town  # noqa: F401  # fixtures
from yumen.kit.db import Database, Role
from yumen.kit.migrate import Target, migrate
from yumen.kit.postgres import ensure
from yumen.sandbox.wechat.server import Addresses


@pytest.fixture
async def own_cluster() -> AsyncIterator[Cluster]:
    """Migrated templates on a server that flushes and writes whole pages to its log, as ours do."""
    folder = _open_folder()
    server = await asyncio.to_thread(ensure, folder)
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
async def own_town(own_cluster: Cluster, sandbox: Addresses, tmp_path: Path) -> AsyncIterator[Town]:  # noqa: F811
    async with opened_town(own_cluster, sandbox, tmp_path) as opened:
        yield opened
