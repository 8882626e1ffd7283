"""Whatever happens in whatever order, and whenever a process is killed: what is abroad is what may be abroad.

No payload without a verdict that allowed it; everybody booked ends there, as a case, or taken back; nothing is lost and
nobody is counted twice.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.recipient import not_sent, timed_out
from yumen.border import State
from yumen.gateway import closing
from yumen.gateway.connectors.connector import Outcome
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

STEPS = 40
SETTLED = {State.REFUSED, State.ARRIVED, State.REJECTED, State.RECALLED, State.RECALL_PLANNED}


class Life:
    """One made-up run of a shop with its recipient, drawn from a seed."""

    def __init__(self, gateway: Gateway, seed: int) -> None:
        self.gateway = gateway
        self.chance = random.Random(seed)
        self.people: list[SubjectId] = []
        self.agreed: set[SubjectId] = set()
        self.erased: set[SubjectId] = set()
        self.names: dict[SubjectId, str] = {}

    async def join(self) -> None:
        agrees = self.chance.random() < 0.8
        person = await self.gateway.member(agrees=agrees)
        self.people.append(person)
        self.names[person] = await self.gateway.number_of(person)
        if agrees:
            self.agreed.add(person)
        if self.chance.random() < 0.1:
            self.gateway.hq.refuse[self.names[person]] = (Outcome.REJECTED, "BAD_VALUE", "")

    async def change(self) -> None:
        if (person := self.somebody()) is not None:
            async with self.gateway.unit() as uow:
                await self.gateway.bind(uow, person, f"139{self.chance.randrange(10**8):08d}")

    async def withdraw(self) -> None:
        if (person := self.somebody()) is not None:
            await self.gateway.withdraw(person)
            self.agreed.discard(person)

    async def agree(self) -> None:
        if (person := self.somebody()) is not None:
            for purpose in (Purpose.MARKETING, Purpose.EXPORT):
                await self.gateway.agree(person, purpose)
            self.agreed.add(person)

    async def erase(self) -> None:
        if (person := self.somebody()) is not None:
            await self.gateway.erase(person)
            self.erased.add(person)

    async def work(self) -> None:
        step: Callable[[], Awaitable[object]] = self.chance.choice(
            [self.gateway.judge, self.gateway.send, self.gateway.recall]
        )
        if self.chance.random() < 0.5:
            await step()
        else:
            await self.kill(step)

    async def kill(self, step: Callable[[], Awaitable[object]]) -> None:
        task = asyncio.ensure_future(step())
        await asyncio.sleep(self.chance.random() * 0.06)
        task.cancel()
        with suppress(asyncio.CancelledError, Problem):
            await task
        self.gateway.hq.flying, self.gateway.hq.persons_flying = 0, set()

    def somebody(self) -> SubjectId | None:
        living = [person for person in self.people if person not in self.erased]
        return self.chance.choice(living) if living else None

    def troubled(self, what: str, n: int) -> Exception | None:
        if self.chance.random() < 0.15:
            return self.chance.choice([not_sent(), timed_out()])
        return None


@pytest.mark.parametrize("seed", range(10))
async def test_what_is_abroad_in_the_end_is_what_may_be_there(gateway: Gateway, seed: int) -> None:
    life = Life(gateway, seed)
    gateway.hq.batch_max = 3
    gateway.hq.trouble = life.troubled
    gateway.hq.trouble_after = life.troubled
    acts = [life.join, life.join, life.change, life.withdraw, life.agree, life.erase, life.work, life.work, life.work]
    for _ in range(STEPS):
        await life.chance.choice(acts)()
    await come_to_rest(gateway)

    held = set(gateway.hq.held)
    queue = await gateway.rows("select subject_id from gateway.recall where state in ('open', 'people')")
    cases = {
        row["subject_id"] for row in await gateway.rows("select subject_id from gateway.case_file where state = 'open'")
    }
    may_be = {person for person in life.agreed if person not in life.erased}
    assert queue == [], "this recipient takes everybody back in the end"
    assert held <= {life.names[person] for person in may_be}
    assert {life.names[person] for person in may_be - cases} <= held
    assert gateway.hq.met == [], "never two records of one person at once"
    await books_agree(gateway)


async def come_to_rest(gateway: Gateway) -> None:
    """The recipient behaves again, and everything is worked off."""
    gateway.hq.trouble = gateway.hq.trouble_after = lambda what, n: None
    for _ in range(8):
        await gateway.do(
            "update gateway.change set taken_until = now() - interval '1 second' where taken_until is not null"
        )
        await gateway.do("update gateway.recall set next_at = now()")
        await gateway.all_of_it()


async def books_agree(gateway: Gateway) -> None:
    """Each record that was applied was allowed; each transfer is settled; the meter is the distinct count."""
    rows = await gateway.rows("select key, state, verdict, subject_id from border.transfer")
    allowed = {str(row["key"]) for row in rows if row["verdict"] == 0}
    assert {record.key for record in gateway.hq.sent} <= allowed
    assert {State(row["state"]) for row in rows} <= SETTLED
    assert await gateway.rows("select * from border.outbound") == []
    versions: dict[str, int] = {}
    for record in gateway.hq.sent:
        assert record.version >= versions.get(record.external_id, 0), "in order"
        versions[record.external_id] = record.version
    persons = {row["subject_id"] for row in rows if row["verdict"] == 0}
    (meter,) = await gateway.rows("select coalesce(sum(used), 0) as n from border.meter where counter = 1")
    assert meter["n"] == len(persons)
    assert await closing.recount(gateway.work, gateway.handler) == 0
