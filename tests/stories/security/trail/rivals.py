"""Two sequencers at once on purpose, killed again and again while writers write, roll back and dawdle."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path

from tests.stories.security.trail.desk import Desk
from yumen.kit.clock import real_now
from yumen.kit.db import Role
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind
from yumen.security.trail.log import prefix
from yumen.security.trail.store import INSERT_ENTRY

ROOT = Path(__file__).parents[4]
ACTOR = Actor(ActorKind.SYSTEM, "tests", HandlerId(1))


async def run_rivals(desk: Desk, kills: int, seed: int, writers: int = 4) -> int:
    """Kill one of two rivals `kills` times while writers work; returns how many acts were committed."""
    dice, stop = random.Random(seed), asyncio.Event()
    writing = [asyncio.create_task(_write(desk, number, seed, stop)) for number in range(writers)]
    rivals = [await _start(desk), await _start(desk)]
    for _ in range(kills):
        await asyncio.sleep(dice.uniform(0.05, 0.5))
        victim = dice.randrange(2)
        rivals[victim].send_signal(signal.SIGKILL)
        await rivals[victim].wait()
        rivals[victim] = await _start(desk)
    stop.set()
    committed = sum(await asyncio.gather(*writing))
    for rival in rivals:
        rival.kill()
        await rival.wait()
    return committed


async def _start(desk: Desk) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.stories.security.trail.sequencing", desk.database.urls[Role.SEQUENCER]),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"up\n"
    return process


async def _write(desk: Desk, number: int, seed: int, stop: asyncio.Event) -> int:
    """One writer: a tenth of its transactions roll back; the first writer keeps some open for up to a second."""
    dice, committed = random.Random(seed * 100 + number), 0
    async with await desk.database.connect(Role.APP) as conn:
        while not stop.is_set():
            await conn.execute(INSERT_ENTRY, (prefix("test.acted", real_now(), ACTOR, {"number": committed}) + b"1]",))
            if number == 0 and dice.random() < 0.05:
                await asyncio.sleep(dice.uniform(0.1, 1.0))
            if dice.random() < 0.1:
                await conn.rollback()
            else:
                await conn.commit()
                committed += 1
            await asyncio.sleep(0.002)
    return committed
