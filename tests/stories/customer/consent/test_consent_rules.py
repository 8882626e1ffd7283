"""Whatever two people, a notice editor and a merge do in any order, the gate says what the rules say."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from yumen.customer.consent import basis, choices, merge, notices, registration
from yumen.customer.consent.choices import Choice
from yumen.customer.consent.notice_store import find_notice
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

T = TypeVar("T")

PURPOSES = (Purpose.MARKETING, Purpose.PROFILE, Purpose.EXPORT)
PEOPLE = (0, 1)


@dataclass
class Said:
    state: str
    version: int


class Consents(RuleBasedStateMachine):
    loop: asyncio.AbstractEventLoop
    open_shop: Any

    @initialize()
    def begin(self) -> None:
        self.shop = self.run_(self.open_shop())
        self.people: list[SubjectId] = [self.run_(self.shop.person()) for _ in PEOPLE]
        self.versions = dict.fromkeys(PURPOSES, 1)
        self.needed = dict.fromkeys(PURPOSES, 1)
        self.said: dict[tuple[int, Purpose], Said] = {}
        self.acts = 0

    @rule(person=st.sampled_from(PEOPLE), purpose=st.sampled_from(PURPOSES), given=st.booleans())
    def answer(self, person: int, purpose: Purpose, given: bool) -> None:
        self.run_(self.say(person, purpose, given))
        earlier = self.said.get((person, purpose))
        version = self.versions[purpose]
        if earlier is not None and earlier.version == version and (earlier.state == "given") == given:
            return
        was_given = earlier is not None and earlier.state == "given"
        state = "given" if given else "withdrawn" if was_given else "refused"
        self.said[person, purpose] = Said(state, version)
        self.acts += 1

    @rule(person=st.sampled_from(PEOPLE), purpose=st.sampled_from(PURPOSES))
    def withdraw(self, person: int, purpose: Purpose) -> None:
        self.run_(self.act(lambda uow: choices.withdraw(uow, self.people[person], purpose)))
        earlier = self.said.get((person, purpose))
        if earlier is not None and earlier.state == "given":
            self.said[person, purpose] = Said("withdrawn", earlier.version)
            self.acts += 1

    @rule(purpose=st.sampled_from(PURPOSES), material=st.booleans())
    def edit_notice(self, purpose: Purpose, material: bool) -> None:
        self.versions[purpose] += 1
        self.run_(self.register(purpose, self.versions[purpose], material))
        if material:
            self.needed[purpose] = self.versions[purpose]

    @rule(winner=st.sampled_from(PEOPLE))
    def merge(self, winner: int) -> None:
        loser = 1 - winner
        self.run_(self.act(lambda uow: merge(uow, self.people[winner], self.people[loser])))
        for purpose in PURPOSES:
            mine, theirs = self.said.get((winner, purpose)), self.said.get((loser, purpose))
            if theirs is None or theirs.state == "given":
                continue
            if mine is None or mine.state == "given" or (mine.state, theirs.state) == ("refused", "withdrawn"):
                self.said[winner, purpose] = Said(theirs.state, theirs.version)
                self.acts += 1

    @invariant()
    def the_gate_follows_the_rules(self) -> None:
        if not hasattr(self, "said"):
            return
        for person in PEOPLE:
            for purpose in PURPOSES:
                assert self.run_(self.gate(person, purpose)) == self.expected(person, purpose)

    @invariant()
    def every_act_has_one_row_and_one_leaf(self) -> None:
        if hasattr(self, "said"):
            assert self.run_(self.counted()) == (self.acts, self.acts)

    def expected(self, person: int, purpose: Purpose) -> str:
        said = self.said.get((person, purpose))
        if said is None:
            return "consent.missing"
        if said.state != "given":
            return f"consent.{said.state}"
        return "open" if said.version >= self.needed[purpose] else "consent.ask_again"

    def run_(self, story: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(story)

    async def act(self, story: Any) -> None:
        async with self.shop.unit() as uow:
            await story(uow)

    async def say(self, person: int, purpose: Purpose, given: bool) -> None:
        async with self.shop.unit() as uow:
            notice = await find_notice(uow.conn, uow.handler, purpose)
            assert notice is not None
            made = Choice(purpose, given, notice.notice_hash, "zh")
            await choices.answer(uow, self.people[person], [made])

    async def register(self, purpose: Purpose, version: int, material: bool) -> None:
        async with self.shop.unit() as uow:
            known = await find_notice(uow.conn, uow.handler, purpose)
            assert known is not None
            later = msgspec.structs.replace(notices.of_body(known.body), version=version, material=material)
            await registration.register(uow, [later])

    async def gate(self, person: int, purpose: Purpose) -> str:
        try:
            async with self.shop.unit() as uow:
                await basis.require(uow, self.people[person], purpose)
        except Problem as problem:
            return problem.code.name
        return "open"

    async def counted(self) -> tuple[int, int]:
        """Rows, and leaves that name one of these rows."""
        async with self.shop.unit() as uow:
            rows = await (
                await uow.conn.execute(
                    "select a.id, e.body from consent.answer a left join trail.entry e"
                    " on e.xid = a.leaf_xid::text::xid8 and e.id = a.leaf_id where a.handler_id = %s",
                    (uow.handler,),
                )
            ).fetchall()
        named = [
            row
            for row in rows
            if row["body"] is not None and msgspec.json.decode(row["body"])[5]["answer"] == row["id"]
        ]
        return len(rows), len(named)


def test_consent_follows_the_rules_in_every_order(open_shop: Any, loop: asyncio.AbstractEventLoop) -> None:
    class Wired(Consents):
        pass

    Wired.open_shop, Wired.loop = staticmethod(open_shop), loop
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Wired,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
