"""One unit of work: who acts, when, in which transaction. Only here is anything committed.

A story takes the unit as its first argument and never commits. The edge opens it with `Work.begin`; leaving the
block commits, an exception rolls everything back. A recorded act has exactly one leaf in the trail: stories marked
`@recorded` are counted, leaves are counted, and a unit in which the two differ is not committed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from psycopg import OperationalError
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolTimeout

from yumen.kit.clock import Clock
from yumen.kit.db import UNAVAILABLE, Conn, Database, Role
from yumen.kit.ids import HandlerId

P = ParamSpec("P")
T = TypeVar("T")


class ActorKind(StrEnum):
    SUBJECT = "subject"
    STAFF = "staff"
    MACHINE = "machine"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts. `id` is pseudonymous (`sub_…`, `stf_…`, `mch_…`) or names a part of the system (`worker`)."""

    kind: ActorKind
    id: str
    handler: HandlerId


class EventSink(Protocol):
    """Where events go: one job for each listener, deferred on the story's own connection."""

    async def publish(self, conn: Conn, event: object) -> None: ...


class UnrecordedActError(AssertionError):
    """A story acted and left no leaf, or left one too many: our defect, and nothing was committed."""


@dataclass(slots=True)
class Tally:
    """How many acts this unit did and how many leaves it recorded."""

    acts: int = 0
    leaves: int = 0

    def settle(self) -> None:
        """Refuse a unit in which acts and leaves differ."""
        if self.acts != self.leaves:
            raise UnrecordedActError(f"{self.acts} acts, {self.leaves} leaves")


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    actor: Actor
    now: datetime
    conn: Conn
    services: Mapping[type, object]
    sink: EventSink
    tally: Tally = field(default_factory=Tally)

    @property
    def handler(self) -> HandlerId:
        return self.actor.handler

    def use(self, kind: type[T]) -> T:
        """The wired service of that kind (Keyring, Http …)."""
        return cast("T", self.services[kind])

    async def emit(self, event: object) -> None:
        """Say that something happened. The listeners run after the commit, exactly if there is one."""
        await self.sink.publish(self.conn, event)

    def unchanged(self, result: T) -> T:
        """Return this from a `@recorded` story that found nothing to do: no act, hence no leaf."""
        self.tally.acts -= 1
        return result


def recorded(
    story: Callable[Concatenate[UnitOfWork, P], Coroutine[object, object, T]],
) -> Callable[Concatenate[UnitOfWork, P], Coroutine[object, object, T]]:
    """Mark a story that is an act: it must record exactly one leaf (acts that it calls record their own)."""

    @wraps(story)
    async def counted(uow: UnitOfWork, /, *args: P.args, **kwargs: P.kwargs) -> T:
        uow.tally.acts += 1
        return await story(uow, *args, **kwargs)

    return counted


@dataclass(frozen=True, slots=True)
class Work:
    """Opens units of work. Wired once for each process."""

    database: Database
    clock: Clock
    services: Mapping[type, object]
    sink: EventSink

    def use(self, kind: type[T]) -> T:
        return cast("T", self.services[kind])

    @asynccontextmanager
    async def begin(self, actor: Actor, role: Role = Role.APP, *, pipelined: bool = False) -> AsyncIterator[UnitOfWork]:
        """Open a unit; leaving the block commits it. Raises `database.unavailable` when there is no connection.

        `pipelined`: statements are sent without waiting for each other's answers, the beginning and the commit with
        them, so that a unit costs as many round trips as it has answers to read. For stories whose stores read what
        they changed from `returning` (a `rowcount` is not known there) and catch no error of a statement.
        """
        try:
            async with self.database.pool(role).connection() as conn:
                if pipelined:
                    async with self.begin_on(conn, actor) as uow:
                        yield uow
                    return
                uow = UnitOfWork(actor, self.clock.now(), conn, self.services, self.sink)
                yield uow
                uow.tally.settle()
        except (PoolTimeout, OperationalError) as lost:
            raise UNAVAILABLE() from lost

    @asynccontextmanager
    async def begin_on(self, conn: Conn, actor: Actor) -> AsyncIterator[UnitOfWork]:
        """A pipelined unit on a lane's own connection, for a whole batch; leaving the block commits it.

        The commit is a statement among the others: `Connection.commit` would wait for its answer, and leaving the
        pipeline once more for nothing.
        """
        uow = UnitOfWork(actor, self.clock.now(), conn, self.services, self.sink)
        async with conn.pipeline():
            yield uow
            uow.tally.settle()
            if conn.pgconn.transaction_status != TransactionStatus.IDLE:
                await conn.execute("commit", prepare=False)
