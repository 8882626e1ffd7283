"""A handler with registered notices and a few made-up people, on a clock that the test moves."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

import pytest

from yumen.customer.consent import notices, registration
from yumen.customer.consent.eligibility import Eligibility
from yumen.customer.consent.notices import Facts
from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database
from yumen.kit.ids import HandlerId, SubjectId, new_id
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work

FACTS: Facts = {
    language: {
        "handler": handler,
        "contact": "privacy@example.com",
        "export_recipient": "Example SAS",
        "export_recipient_country": "France",
        "export_recipient_contact": "dpo@example.com",
        "export_recipient_rights": "dpo@example.com",
        "export_purpose": "CRM",
        "publication_place": "reviews",
    }
    for language, handler in (("en", "Example Co., Ltd."), ("zh", "示例有限公司"))
}  # type: ignore[assignment]

NUMBERS = itertools.count(1)


@dataclass
class Heard:
    """Where events go: remembered."""

    events: list[object] = field(default_factory=list)

    async def publish(self, conn: Conn, event: object) -> None:
        self.events.append(event)


@dataclass
class Shop:
    """One handler with its people, and the units that they act in."""

    work: Work
    clock: Clock
    heard: Heard
    handler: HandlerId

    def unit(self, who: str = "sub_someone") -> AbstractAsyncContextManager[UnitOfWork]:
        return self.work.begin(Actor(ActorKind.SUBJECT, who, self.handler))

    async def person(self) -> SubjectId:
        """A person nobody has asked anything yet."""
        async with self.unit() as uow:
            row = await (
                await uow.conn.execute(
                    "insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)"
                    " values (nextval('identity.subject_id'), %s, %s, %s, %s) returning id",
                    (self.handler, new_id("sub"), uow.now, uow.now),
                )
            ).fetchone()
        assert row is not None
        return SubjectId(row["id"])


Open = Callable[[], Awaitable[Shop]]


@pytest.fixture
def open_shop(database: Database) -> Open:
    """Make a handler of its own with the packaged notices registered."""
    clock, heard = Clock(), Heard()
    work = Work(database, clock, {Eligibility: Eligibility()}, heard)

    async def opened() -> Shop:
        number = next(NUMBERS)
        async with work.begin(Actor(ActorKind.SYSTEM, "start", HandlerId(0))) as uow:
            row = await (
                await uow.conn.execute(
                    "insert into identity.handler (code, name_en, name_zh, credit_code)"
                    " values (%s, 'Example', '示例', '91310000MA1FL00001') returning id",
                    (f"h{number}",),
                )
            ).fetchone()
        assert row is not None
        shop = Shop(work, clock, heard, HandlerId(row["id"]))
        async with shop.unit() as uow:
            await registration.register(uow, notices.load(FACTS))
        return shop

    return opened


@pytest.fixture
async def shop(open_shop: Open) -> Shop:
    return await open_shop()


@pytest.fixture
async def loop() -> asyncio.AbstractEventLoop:
    """The loop on which the pools live, for machines that step it themselves."""
    return asyncio.get_running_loop()
