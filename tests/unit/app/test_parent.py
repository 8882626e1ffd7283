"""A supervised process does not outlive who started it."""

from __future__ import annotations

import asyncio
import os
import sys


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_supervised_program_ends_when_its_parent_is_killed() -> None:
    child = "import time; from yumen.app.parent import end_with_parent; end_with_parent(); time.sleep(60)"
    parent = (
        "import os, subprocess, sys, time;"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], env={{**os.environ, 'YUMEN_SUPERVISED': '1'}});"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", parent, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    pid = int(await process.stdout.readline())
    await asyncio.sleep(0.5)
    process.kill()
    await process.wait()
    async with asyncio.timeout(10):
        while alive(pid):
            await asyncio.sleep(0.1)
