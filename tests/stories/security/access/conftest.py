"""Units of work for staff stories, on a clock that the test moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work

Begin = Callable[..., AbstractAsyncContextManager[UnitOfWork]]


class Nowhere:
    async def publish(self, conn: Conn, event: object) -> None: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def work(database: Database, clock: Clock) -> Work:
    return Work(database, clock, {}, Nowhere())


@pytest.fixture
def begin(work: Work) -> Begin:
    """`async with begin("stf_…") as uow:` for a member of staff, of handler 1 unless told otherwise."""

    def opened(
        actor: str = "cli", kind: ActorKind = ActorKind.STAFF, handler: int = 1
    ) -> AbstractAsyncContextManager[UnitOfWork]:
        return work.begin(Actor(kind, actor, HandlerId(handler)))

    return opened


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    """The loop on which the pools live, for machines that step it themselves."""
    return asyncio.get_running_loop()
