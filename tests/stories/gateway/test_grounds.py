"""Two people say that somebody is in danger: until then and afterwards nothing of that person leaves on this ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.stories.gateway.conftest import DAY, LI, WRITTEN, Gateway
from yumen.gateway import grounds
from yumen.gateway.grounds import Fact, Ground
from yumen.gateway.holdings import erase_grounds, hand_over_grounds
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId, new_id
from yumen.security.access import four_eyes
from yumen.security.datamap import Purpose

RESCUE = WRITTEN.replace('basis = "consent"', 'basis = "emergency"').replace('"small"', '"emergency"')


@pytest.fixture
async def rescue(gateway: Gateway) -> Gateway:
    """The contract rests on an emergency."""
    gateway.gate = replace(gateway.gate, facts=(grounds.facts,))
    source = RESCUE.format(
        version=2, external="loyalty.member.number", last_state_wins="true", starts_on="2026-11-01",
        ends_on="2029-10-31",
    )  # fmt: skip
    await gateway.enforce_source(source, 2)
    return gateway


async def told(gateway: Gateway) -> SubjectId:
    """A member who was told, and agreed to nothing."""
    person = await gateway.member(agrees=False)
    await gateway.agree(person, Purpose.EXPORT, given=False)
    return person


async def ground_of(gateway: Gateway, person: SubjectId, days: int = 7, fact: Fact = Fact.ENDANGERED) -> Ground:
    (row,) = await gateway.rows("select ref from identity.subject where id = %s", person)
    return Ground(row["ref"], fact, "recall_of_goods", gateway.today + timedelta(days=days))


async def approved(gateway: Gateway, ground: Ground) -> str:
    async with gateway.unit() as uow:
        approval = await grounds.propose(uow, ground)
    async with gateway.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    return approval


async def said(gateway: Gateway, ground: Ground) -> str:
    approval = await approved(gateway, ground)
    async with gateway.unit() as uow:
        return await grounds.say(uow, ground, approval)


async def test_only_whoever_is_in_danger_leaves_and_is_taken_back_afterwards(rescue: Gateway) -> None:
    person, other = await told(rescue), await told(rescue)
    await rescue.all_of_it()
    assert rescue.hq.held == {}
    ground = await said(rescue, await ground_of(rescue, person))
    await rescue.all_of_it()
    assert set(rescue.hq.held) == {await rescue.number_of(person)}
    assert await rescue.number_of(other) not in rescue.hq.held
    async with rescue.unit() as uow:
        await grounds.end(uow, ground)
    await rescue.all_of_it()
    assert rescue.hq.held == {}
    assert await rescue.kinds("ground.") == ["ground.said", "ground.ended"]


async def test_the_day_after_its_last_it_carries_nobody_and_who_left_is_judged_anew(rescue: Gateway) -> None:
    person = await told(rescue)
    await said(rescue, await ground_of(rescue, person, days=1))
    await rescue.all_of_it()
    assert len(rescue.hq.held) == 1
    rescue.clock.offset = 2 * DAY
    async with rescue.unit() as uow:
        assert await grounds.facts(uow, [person]) == {}
        assert await grounds.wake_passed(uow) == 1
        assert await grounds.wake_passed(uow) == 0
    await rescue.all_of_it()
    assert rescue.hq.held == {}


async def test_it_holds_for_the_person_meant_after_a_merge(rescue: Gateway) -> None:
    person, winner = await told(rescue), await told(rescue)
    await said(rescue, await ground_of(rescue, person))
    await rescue.do("update identity.subject set stands_for = %s where id = %s", winner, person)
    async with rescue.unit() as uow:
        assert await grounds.facts(uow, [winner]) == {winner: grounds.BITS[Fact.ENDANGERED]}


@pytest.mark.parametrize(("days", "fact"), [(-1, Fact.ENDANGERED), (32, Fact.ENDANGERED), (367, Fact.COLLECTED_ABROAD)])
async def test_a_day_too_early_or_too_late_is_refused(gateway: Gateway, days: int, fact: Fact) -> None:
    person = await gateway.member()
    with pytest.raises(Problem, match=r"gateway\.ground_until_unfit"):
        async with gateway.unit() as uow:
            await grounds.propose(uow, await ground_of(gateway, person, days, fact))


async def test_an_approval_serves_no_other_person_and_no_other_fact(gateway: Gateway) -> None:
    person, other = await gateway.members(2)
    approval = await approved(gateway, await ground_of(gateway, person))
    for ground in (await ground_of(gateway, other), await ground_of(gateway, person, fact=Fact.COLLECTED_ABROAD)):
        with pytest.raises(Problem, match=r"approval\.other_facts"):
            async with gateway.unit() as uow:
                await grounds.say(uow, ground, approval)


async def test_nobody_unknown_and_nothing_twice(gateway: Gateway) -> None:
    nobody = Ground("sub_" + "z" * 26, Fact.ENDANGERED, "none", gateway.today)
    with pytest.raises(Problem, match=r"subject\.not_found"):
        async with gateway.unit() as uow:
            await grounds.propose(uow, nobody)
    ground = await said(gateway, await ground_of(gateway, await gateway.member()))
    async with gateway.unit() as uow:
        await grounds.end(uow, ground)
    for wrong in (ground, new_id("grd")):
        with pytest.raises(Problem, match=r"gateway\.ground_unknown"):
            async with gateway.unit() as uow:
                await grounds.end(uow, wrong)


async def test_a_copy_tells_the_person_and_an_erasure_ends_it_and_keeps_that_it_was_said(gateway: Gateway) -> None:
    person = await gateway.member()
    await said(gateway, await ground_of(gateway, person))
    async with gateway.unit() as uow:
        told = await hand_over_grounds(uow, person)
        erased = await erase_grounds(uow, person)
        assert await grounds.facts(uow, [person]) == {}
    assert told["fact"][0]["reason"] == "recall_of_goods"  # type: ignore[index]
    assert (erased.rows, erased.kept) == (0, 1)
