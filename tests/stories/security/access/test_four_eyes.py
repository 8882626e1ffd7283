"""What one proposes another approves, before it expires, and it is used once: also when everybody tries at once."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from yumen.kit.clock import Clock
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, Work
from yumen.security.access import four_eyes

T = TypeVar("T")
ACT = "keys.destroy_epoch"
FACTS: four_eyes.Facts = {"epoch": 3}
RIGHT, WRONG = four_eyes.facts_hash(FACTS), four_eyes.facts_hash({"epoch": 4})
HAN, LI, BOT = "stf_han", "stf_li", "mch_bot"
NEVER = "apr_00000000000000000000000000"


async def proposed(begin: Any, by: str = HAN) -> str:
    async with begin(by) as uow:
        return await four_eyes.propose(uow, ACT, FACTS)


async def test_another_person_approves_and_the_act_uses_it(begin: Any) -> None:
    approval = await proposed(begin)
    async with begin(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with begin(HAN) as uow:
        await four_eyes.consume(uow, approval, ACT, RIGHT)
    assert await kinds(begin) == ["approval.proposed", "approval.approved", "approval.consumed"]


async def test_the_proposer_cannot_approve(begin: Any) -> None:
    approval = await proposed(begin)
    await refused("approval.same_person", begin(HAN), four_eyes.approve, approval, ("compliance",))


@pytest.mark.parametrize("roles", [(), ("operator",), ("support", "auditor")])
async def test_the_wrong_role_cannot_approve(begin: Any, roles: tuple[str, ...]) -> None:
    approval = await proposed(begin)
    await refused("approval.role_missing", begin(LI), four_eyes.approve, approval, roles)


async def test_a_machine_cannot_approve_whatever_its_roles(begin: Any) -> None:
    approval = await proposed(begin)
    await refused("approval.role_missing", begin(BOT, ActorKind.MACHINE), four_eyes.approve, approval, ("compliance",))


async def test_another_handler_does_not_even_see_it(begin: Any) -> None:
    approval = await proposed(begin)
    await refused("approval.unknown", begin(LI, handler=2), four_eyes.approve, approval, ("compliance",))


async def test_an_approval_serves_only_what_was_approved(begin: Any) -> None:
    approval = await approved(begin)
    await refused("approval.other_facts", begin(HAN), four_eyes.consume, approval, ACT, WRONG)
    await refused("approval.other_facts", begin(HAN), four_eyes.consume, approval, "keys.rotate_root", RIGHT)


async def test_nothing_is_consumed_without_an_approval(begin: Any) -> None:
    await refused("approval.missing", begin(HAN), four_eyes.consume, None, ACT, RIGHT)
    await refused("approval.unknown", begin(HAN), four_eyes.consume, NEVER, ACT, RIGHT)
    await refused("approval.not_approved", begin(HAN), four_eyes.consume, await proposed(begin), ACT, RIGHT)


async def test_of_many_who_use_it_at_once_one_succeeds(begin: Any) -> None:
    approval = await approved(begin)

    async def use() -> str:
        try:
            async with begin(HAN) as uow:
                await four_eyes.consume(uow, approval, ACT, RIGHT)
        except Problem as problem:
            return problem.code.name
        return "used"

    outcomes = await asyncio.gather(*(use() for _ in range(6)))
    assert sorted(outcomes) == ["approval.not_approved"] * 5 + ["used"]


async def test_an_act_that_fails_gives_the_approval_back(begin: Any) -> None:
    approval = await approved(begin)
    with pytest.raises(KeyError):
        async with begin(HAN) as uow:
            await four_eyes.consume(uow, approval, ACT, RIGHT)
            raise KeyError
    async with begin(HAN) as uow:
        await four_eyes.consume(uow, approval, ACT, RIGHT)


async def test_a_rejected_proposal_stays_rejected(begin: Any) -> None:
    approval = await proposed(begin)
    async with begin(LI) as uow:
        await four_eyes.reject(uow, approval, ("compliance",))
    await refused("approval.not_open", begin(LI), four_eyes.approve, approval, ("compliance",))


@pytest.mark.parametrize(
    ("act", "facts", "code"),
    [
        ("shop.burn", {}, "approval.act_unknown"),
        (ACT, {"Epoch": 1}, "approval.facts_unfit"),
        (ACT, {"who": "张伟"}, "approval.facts_unfit"),
        (ACT, {"note": "with spaces in it"}, "approval.facts_unfit"),
        (ACT, {f"f{n}": n for n in range(13)}, "approval.facts_unfit"),
        (ACT, {"many": ["a"] * 17}, "approval.facts_unfit"),
    ],
)
async def test_a_proposal_is_made_of_codes(begin: Any, act: str, facts: four_eyes.Facts, code: str) -> None:
    await refused(code, begin(HAN), four_eyes.propose, act, facts)


async def test_the_order_of_facts_does_not_matter() -> None:
    assert four_eyes.facts_hash({"a": 1, "b": "x"}) == four_eyes.facts_hash({"b": "x", "a": 1})


async def approved(begin: Any) -> str:
    approval = await proposed(begin)
    async with begin(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    return approval


async def refused(code: str, unit: Any, story: Any, *args: object) -> None:
    with pytest.raises(Problem) as raised:
        async with unit as uow:
            await story(uow, *args)
    assert raised.value.code.name == code


async def kinds(begin: Any) -> list[str]:
    async with begin() as uow:
        rows = await (await uow.conn.execute("select body from trail.entry order by id")).fetchall()
    return [bytes(row["body"]).split(b'"')[3].decode() for row in rows]


@dataclass
class Expected:
    state: str
    proposer: str
    due: timedelta


class Approvals(RuleBasedStateMachine):
    """Any sequence of anybody's doings leaves every approval where the rules say."""

    work: Work
    clock: Clock
    loop: asyncio.AbstractEventLoop
    handlers = itertools.count(1000)

    made = Bundle("made")

    @initialize()
    def fresh_handler(self) -> None:
        self.handler = HandlerId(next(self.handlers))
        self.expected: dict[str, Expected] = {}
        self.clock.offset = timedelta(0)

    @rule(target=made, by=st.sampled_from([HAN, LI]))
    def propose(self, by: str) -> str:
        approval = self.act(by, lambda uow: four_eyes.propose(uow, ACT, FACTS))
        assert isinstance(approval, str)
        self.expected[approval] = Expected("proposed", by, self.clock.offset + timedelta(days=7))
        return approval

    @rule(approval=made, by=st.sampled_from([HAN, LI]), role=st.sampled_from(["compliance", "support"]))
    def approve(self, approval: str, by: str, role: str) -> None:
        known = self.expected[approval]
        may = known.state == "proposed" and known.proposer != by and role == "compliance" and not self.late(known)
        outcome = self.act(by, lambda uow: four_eyes.approve(uow, approval, (role,)))
        assert (outcome is None) == may, outcome
        if may:
            known.state = "approved"

    @rule(approval=made, by=st.sampled_from([HAN, LI]))
    def reject(self, approval: str, by: str) -> None:
        known = self.expected[approval]
        may = known.state == "proposed" and not self.late(known)
        outcome = self.act(by, lambda uow: four_eyes.reject(uow, approval, ("compliance",)))
        assert (outcome is None) == may, outcome
        if may:
            known.state = "rejected"

    @rule(approval=made, facts=st.sampled_from([RIGHT, WRONG]))
    def consume(self, approval: str, facts: bytes) -> None:
        known = self.expected[approval]
        may = known.state == "approved" and facts == RIGHT and not self.late(known)
        outcome = self.act(HAN, lambda uow: four_eyes.consume(uow, approval, ACT, facts))
        assert (outcome is None) == may, outcome
        if may:
            known.state = "consumed"

    @rule(days=st.integers(1, 5))
    def wait(self, days: int) -> None:
        self.clock.offset += timedelta(days=days)

    @rule()
    def expire(self) -> None:
        self.act("worker", four_eyes.expire_due)
        for known in self.expected.values():
            if known.state in ("proposed", "approved") and self.late(known):
                known.state = "expired"

    @invariant()
    def the_rows_say_what_the_rules_say(self) -> None:
        if hasattr(self, "expected"):
            assert self.states() == {approval: known.state for approval, known in self.expected.items()}

    def late(self, known: Expected) -> bool:
        return self.clock.offset >= known.due

    def act(self, by: str, story: Any) -> object:
        async def run() -> object:
            try:
                async with self.work.begin(Actor(ActorKind.STAFF, by, self.handler)) as uow:
                    return await story(uow)
            except Problem as problem:
                return problem

        return self.loop.run_until_complete(run())

    def states(self) -> dict[str, str]:
        async def read() -> dict[str, str]:
            async with self.work.begin(Actor(ActorKind.STAFF, HAN, self.handler)) as uow:
                rows = await uow.conn.execute(
                    "select id, state from access.approval where handler_id = %s", (self.handler,)
                )
                return {row["id"]: row["state"] for row in await rows.fetchall()}

        return self.loop.run_until_complete(read())


def test_approvals_follow_the_rules_in_every_order(work: Work, clock: Clock, loop: asyncio.AbstractEventLoop) -> None:
    class Wired(Approvals):
        pass

    Wired.work, Wired.clock, Wired.loop = work, clock, loop
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Wired,
        settings=settings(
            max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
