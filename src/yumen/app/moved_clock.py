"""The business clock where settings allow it to be moved (tests, sandboxes): every process follows `ops.clock`.

In production the row is not even read: whoever could write it would shift every deadline and expiry.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from yumen.app import store
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, Work

EVERY_S: Final = 1.0
CLOCK: Final = Actor(ActorKind.SYSTEM, "clock", HandlerId(0))


@asynccontextmanager
async def followed(work: Work, *, movable: bool) -> AsyncIterator[None]:
    """Set the clock as the row says, now and when it changes, until the block ends; nothing where it is not movable."""
    if not movable:
        yield
        return
    following = asyncio.create_task(_follow(work, await move_clock(work)), name="clock")
    try:
        yield
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def move_clock(work: Work) -> timedelta:
    """Set the clock as the row says; answers by how much it is ahead."""
    work.clock.offset = await _ahead(work)
    return work.clock.offset


async def _follow(work: Work, known: timedelta) -> None:
    while True:
        await asyncio.sleep(EVERY_S)
        with suppress(Problem):  # the database is away: the clock stays as it was, and others tell of it
            ahead = await _ahead(work)
            if ahead != known:
                work.clock.offset = known = ahead


async def _ahead(work: Work) -> timedelta:
    async with work.begin(CLOCK) as uow:
        return await store.get_clock(uow.conn)
