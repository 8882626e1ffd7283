"""The worker as a process: it works jobs off, sequences and publishes the trail, and stops when asked."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tests.stories.app.conftest import Town
from yumen.app.demo.proof import published_size


async def test_a_worker_publishes_what_was_done_and_ends_on_sigterm(town: Town, tmp_path: Path) -> None:
    person = await town.person()
    visitor = await town.visitor(person)
    assert visitor.token
    environment = {**os.environ, "YUMEN_CONFIG": str(town.settings_file(tmp_path))}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "yumen", "worker"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            while published_size(town.settings.trail.publish_folder) < await town.count(
                "select count(*) from trail.entry"
            ):
                await asyncio.sleep(0.1)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
    said, complained = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, complained.decode()[-600:]
    assert b'"part":"publish"' in said
