"""Count what was refused to whom asked: by route and code, in memory, written down every few seconds; about nobody.

So an attempt to pay nothing, to see the order of another or to get back more than was paid leaves a trace that staff
see, and costs the database nothing while it happens, however often it is repeated.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from yumen.app import store
from yumen.app.store import Refused
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work

EVERY_S: Final = 2.0
KINDS_MAX: Final = 2_000
"""So many routes and codes between two writings; routes and codes are ours, so that more cannot come."""
KEPT: Final = timedelta(days=90)
WRITER: Final = Actor(ActorKind.SYSTEM, "edge", HandlerId(0))

log = logging.getLogger("yumen.refusals")


class Refusals:
    """What this process refused since it last wrote it down."""

    def __init__(self) -> None:
        self._counts: Counter[Refused] = Counter()

    def count(self, handler: HandlerId, route: str, code: str) -> None:
        refused = handler, route, code
        if refused in self._counts or len(self._counts) < KINDS_MAX:
            self._counts[refused] += 1

    async def write(self, work: Work) -> None:
        """Write it down; what cannot be written now is written later."""
        counts, self._counts = self._counts, Counter()
        if not counts:
            return
        try:
            async with work.begin(WRITER) as uow:
                await store.add_refusals(uow.conn, shanghai_day(uow.now), counts, uow.now)
        except Problem as lost:
            log.warning("refusals: %s", lost)
            self._counts.update(counts)


@asynccontextmanager
async def written_down(work: Work, every_s: float = EVERY_S) -> AsyncIterator[Refusals]:
    """Count for as long as the block lasts; at its end the rest is written."""
    refusals, stop = Refusals(), asyncio.Event()

    async def keep_writing() -> None:
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), every_s)
            await refusals.write(work)

    writing = asyncio.create_task(keep_writing())
    try:
        yield refusals
    finally:
        stop.set()
        await writing


async def forget_old(uow: UnitOfWork) -> None:
    """Counts of more than `KEPT` ago."""
    await store.forget_refusals(uow.conn, shanghai_day(uow.now - KEPT))
