"""What a dispatcher is measured on: a database with a crowd that waits to be sent, and a recipient that is up."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.gateway_crowd import fill, make_handler, opened
from bench.processes import Process
from yumen.gateway.connectors.connector import Connector
from yumen.kit import postgres
from yumen.kit.db import Database, Role
from yumen.kit.migrate import Target, migrate

READY_S = 30.0


def awaited(file: Path, log: Path) -> dict[str, Any]:
    """What a recipient wrote when it was up. Raises TimeoutError with the end of its log."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return dict(json.loads(text))
        time.sleep(0.05)
    raise TimeoutError(log.read_text(errors="replace")[-800:])


@contextmanager
def crowded(folder: Path, persons: int) -> Iterator[tuple[dict[str, Any], Process]]:
    """A database with that many who wait, what the dispatcher must know of it, and its processes."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        handler = asyncio.run(_filled(server.urls(), folder / "kms", persons))
        yield {"urls": server.urls(), "kms": str(folder / "kms"), "handler": handler}, Process(server.pid)
    finally:
        server.stop()


async def _filled(urls: dict[str, str], kms: Path, persons: int) -> int:
    database = Database({Role(role): url for role, url in urls.items()})
    for role, target in ((Role.OWNER, Target.MAIN), (Role.KEYS_OWNER, Target.KEYS)):
        async with await database.connect(role, autocommit=True) as owner:
            await migrate(owner, target)
    handler = await make_handler(database)
    nobody: Connector = None  # type: ignore[assignment]  # filling sends nothing
    async with opened(urls, kms, handler, nobody) as crowd:
        await fill(crowd, persons)
    return handler
