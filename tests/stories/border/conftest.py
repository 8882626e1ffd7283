"""A border on a real database: one handler, some people, the booking lane, a clock that the test moves."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
import pytest

from yumen.border.booking import Booked, Bookings, Passage, Way
from yumen.border.verdict import Allow, Counter, Room, Verdict
from yumen.kit.clock import Clock, shanghai_day
from yumen.kit.db import Conn, Database, Role
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work

PEOPLE = """
insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)
select n, %s, 'sub_' || translate(lpad(n::text, 26, '0'), 'ilou', 'jkmn'), now(), now()
  from generate_series(%s::bigint, %s::bigint) n
"""
HAN, LI = "stf_0000000000000000000000000a", "stf_0000000000000000000000000b"


@dataclass
class Ear:
    heard: list[object] = field(default_factory=list)

    async def publish(self, conn: Conn, event: object) -> None:
        self.heard.append(event)


@dataclass
class Border:
    database: Database
    clock: Clock
    work: Work
    bookings: Bookings
    ear: Ear
    handler: int
    keys: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def unit(self, actor: str = HAN) -> AbstractAsyncContextManager[UnitOfWork]:
        return self.work.begin(Actor(ActorKind.STAFF, actor, HandlerId(self.handler)))

    def key(self) -> UUID:
        return UUID(int=next(self.keys))

    @property
    def today(self) -> date:
        return shanghai_day(self.clock.now())

    def passage(self, subject: int, verdict: Verdict, key: UUID | None = None, **changed: Any) -> Passage:
        said: dict[str, Any] = {
            "handler": self.handler,
            "contract": 1,
            "rules": 0,
            "judged_on": self.today,
            "way": Way.SENT,
        }
        return Passage(key=key or self.key(), subject=SubjectId(subject), verdict=verdict, **{**said, **changed})

    async def book(self, subject: int, verdict: Verdict, key: UUID | None = None, **changed: Any) -> Booked:
        return await self.bookings.book(self.passage(subject, verdict, key, **changed))

    async def rows(self, query: str, *values: object) -> Sequence[Mapping[str, Any]]:
        """What the database holds, asked as its owner."""
        async with await self.database.connect(Role.OWNER) as owner:
            return await (await owner.execute(query, values)).fetchall()

    async def do(self, statement: str, *values: object) -> None:
        async with await self.database.connect(Role.OWNER, autocommit=True) as owner:
            await owner.execute(statement, values)

    async def kinds(self) -> list[str]:
        """The kinds of the leaves so far, in order."""
        rows = await self.rows("select body from trail.entry order by id")
        return [msgspec.json.decode(row["body"])[1] for row in rows]

    async def used(self, counter: Counter = Counter.GENERAL) -> int:
        rows = await self.rows("select coalesce(sum(used), 0) as n from border.meter where counter = %s", int(counter))
        return int(rows[0]["n"])


def allow(general_max: int = 99_999, counters: Counter = Counter.GENERAL, sensitive_max: int = 0) -> Allow:
    return Allow("export.small", "order16_5_4", counters, Room(general_max, sensitive_max), "order16_8")


@pytest.fixture
async def border(database: Database) -> AsyncIterator[Border]:
    """Handler 1 with the persons 1 to 400."""
    clock, ear = Clock(), Ear()
    bookings = Bookings(database.pool(Role.APP), clock)
    made = Border(database, clock, Work(database, clock, {}, ear), bookings, ear, 0)
    await made.do("insert into identity.handler (code, name_en, name_zh) values ('velvet', 'Velvet', '丝绒')")
    made.handler = (await made.rows("select id from identity.handler"))[0]["id"]
    await made.do(PEOPLE, made.handler, 1, 400)
    yield made
    await bookings.close()
