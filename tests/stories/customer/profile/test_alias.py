"""Two subjects turn out to be one person, and perhaps they were not."""

import pytest

from yumen.customer.consent import basis
from yumen.customer.identity import UnionidProved, subjects
from yumen.customer.identity.enrolment import learn_unionid
from yumen.customer.profile import alias
from yumen.kit.errors import Problem
from yumen.security.access import four_eyes
from yumen.security.datamap import Purpose

PROPOSER, APPROVER = "stf_0000000000000000000000000a", "stf_0000000000000000000000000b"


async def ref_of(house, subject):
    async with house.unit() as uow:
        return (await subjects.get(uow, subject)).ref


async def approved(house, act, facts):
    async with house.staff(PROPOSER) as uow:
        approval = await four_eyes.propose(uow, act, facts)
    async with house.staff(APPROVER) as uow:
        await four_eyes.approve(uow, approval, ["compliance"])
    return approval


async def merge(house, keep, loser):
    names = await ref_of(house, keep), await ref_of(house, loser)
    approval = await approved(house, alias.MERGE, alias.merge_facts(*names))
    async with house.staff(PROPOSER) as uow:
        return await alias.merge_by_staff(uow, *names, approval)


async def unmerge(house, made):
    approval = await approved(house, alias.UNMERGE, {"merge": made})
    async with house.staff(PROPOSER) as uow:
        return await alias.unmerge(uow, made, approval)


async def may_advertise(house, subject):
    async with house.unit() as uow:
        try:
            await basis.require(uow, subject, Purpose.MARKETING)
        except Problem as refused:
            return refused.code.name
    return "yes"


async def test_a_late_unionid_merges_the_two_whom_it_names(house):
    alice, _ = await house.enrol("oAliceShop", "oUnion")
    twin, _ = await house.enrol("oAliceClub", "", "wx00000000000000a2")
    known, arrival = await house.come_back("oAliceClub", "oUnion", "wx00000000000000a2")
    async with house.unit() as uow:
        await learn_unionid(uow, arrival, known)
    event = house.ear.heard[-1]
    assert isinstance(event, UnionidProved)
    arguments = {"one": event.one, "other": event.other, "handler": event.handler}
    await alias.merge_proved_job(house.work, arguments)
    await alias.merge_proved_job(house.work, arguments)
    again, _ = await house.come_back("oAliceClub", "oUnion", "wx00000000000000a2")
    assert (again.subject, again.named) == (alice, twin)
    assert await house.leaves("subject.merged") == [("subject.merged", alice)]


async def test_staff_merge_with_a_second_person_and_take_it_back_with_one(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    made = await merge(house, alice, twin)
    assert (await house.come_back("oAliceOld"))[0].subject == alice
    assert await unmerge(house, made) == twin
    assert (await house.come_back("oAliceOld"))[0].subject == twin
    assert await house.leaves("subject.merged", "subject.unmerged") == [
        ("subject.merged", alice),
        ("subject.unmerged", alice),
    ]


async def test_without_the_right_approval_nothing_is_merged(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    keep, loser = await ref_of(house, alice), await ref_of(house, twin)
    other_way = await approved(house, alias.MERGE, alias.merge_facts(loser, keep))
    for approval, code in ((None, "approval.missing"), (other_way, "approval.other_facts")):
        with pytest.raises(Problem) as caught:
            async with house.staff(PROPOSER) as uow:
                await alias.merge_by_staff(uow, keep, loser, approval)
        assert caught.value.code.name == code
    with pytest.raises(Problem) as caught:
        async with house.staff(PROPOSER) as uow:
            await alias.merge_by_staff(uow, keep, "sub_00000000000000000000000000", None)
    assert (caught.value.code.name, caught.value.at) == ("subject.not_found", "/merge")
    assert (await house.come_back("oAliceOld"))[0].subject == twin


async def test_the_stricter_answer_holds_for_both_and_stays_after_parting(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    await house.agree(alice, Purpose.MARKETING)
    await house.agree(twin, Purpose.MARKETING, given=False)
    made = await merge(house, alice, twin)
    assert await may_advertise(house, alice) == "consent.refused"
    await unmerge(house, made)
    assert [await may_advertise(house, one) for one in (alice, twin)] == ["consent.refused"] * 2


async def test_a_no_longer_said_while_they_were_one_holds_for_the_one_who_leaves(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    for one in (alice, twin):
        await house.agree(one, Purpose.MARKETING)
    made = await merge(house, alice, twin)
    assert await may_advertise(house, alice) == "yes"
    await house.agree(alice, Purpose.MARKETING, given=False)
    await unmerge(house, made)
    assert [await may_advertise(house, one) for one in (alice, twin)] == ["consent.withdrawn"] * 2


async def test_who_was_erased_is_merged_with_nobody(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    async with house.unit() as uow:
        await uow.conn.execute("update identity.subject set erased_at = now() where id = %s", (twin,))
    async with house.unit() as uow:
        assert await alias.merge_proved(uow, alice, twin) is None
