"""A guardian agrees in their own name, to the notice that they saw, once; and either side takes it back."""

from datetime import timedelta

import pytest

from tests.stories.customer.conftest import NOTICE_FACTS
from tests.stories.customer.profile.test_minors import born
from yumen.customer import consent
from yumen.customer.profile import details, guardians, minors
from yumen.customer.profile.details import Change
from yumen.kit.errors import Problem
from yumen.security.datamap import Purpose


async def family(house):
    """A child of nine, a parent who said to be grown up, and the notices."""
    child, _ = await house.enrol("oChild")
    parent, _ = await house.enrol("oParent")
    async with house.unit() as uow:
        await consent.registration.register(uow, consent.notices.load(NOTICE_FACTS))
        await minors.declare(uow, child, born(9))
        await minors.declare(uow, parent, None)
    return child, parent


async def agreed(house, child, parent):
    async with house.unit() as uow:
        invitation = await guardians.invite(uow, child)
        asked = await guardians.look(uow, invitation.token)
        return await guardians.agree(uow, parent, invitation.token, asked.notice_hash)


async def refused(house, story, code):
    with pytest.raises(Problem) as caught:
        async with house.unit() as uow:
            await story(uow)
    assert caught.value.code.name == code


async def test_a_guardian_opens_what_a_child_may_be_asked_but_nothing_that_leaves(house):
    child, parent = await family(house)
    await agreed(house, child, parent)
    await house.agree(child, Purpose.PROFILE)
    async with house.unit() as uow:
        await details.change(uow, child, Change(nickname="小梅"))
        assert Purpose.EXPORT in await minors.barred(uow, child)
        assert (await minors.figures(uow)).children_guarded == 1
    assert [kind for kind, _ in await house.leaves("guardian.consented")] == ["guardian.consented"]


async def test_a_guardian_is_shown_no_notice_that_a_child_is_never_asked(house):
    child, _ = await family(house)
    async with house.unit() as uow:
        token = (await guardians.invite(uow, child)).token
        asked = await guardians.look(uow, token)
        registered = {notice.purpose for notice in await consent.registration.in_force(uow)}
    assert minors.NEVER_CHILD & registered
    assert set(asked.purposes) == {purpose.value for purpose in registered - minors.NEVER_CHILD}


async def test_the_token_is_kept_as_a_hash_and_serves_once(house):
    child, parent = await family(house)
    async with house.unit() as uow:
        first = await guardians.invite(uow, child)
        second = await guardians.invite(uow, child)
    await refused(house, lambda uow: guardians.look(uow, first.token), "guardian.link_gone")
    rows = await house.rows("select token_hash from profile.guardian")
    assert len(rows) == 1
    assert second.token.encode() not in bytes(rows[0]["token_hash"])
    async with house.unit() as uow:
        asked = await guardians.look(uow, second.token)
        await guardians.agree(uow, parent, second.token, asked.notice_hash)
    await refused(house, lambda uow: guardians.look(uow, second.token), "guardian.link_gone")


async def test_a_link_ends_after_a_day(house):
    child, _ = await family(house)
    async with house.unit() as uow:
        invitation = await guardians.invite(uow, child)
    house.clock.offset += guardians.LINK_LASTS + timedelta(seconds=1)
    await refused(house, lambda uow: guardians.look(uow, invitation.token), "guardian.link_gone")


async def test_only_a_grown_up_other_than_the_child_agrees_and_to_the_notice_of_now(house):
    child, parent = await family(house)
    teen, _ = await house.enrol("oTeen")
    async with house.unit() as uow:
        await minors.declare(uow, teen, born(16))
        token = (await guardians.invite(uow, child)).token
        notice = (await guardians.look(uow, token)).notice_hash
    for who, hash_, code in (
        (child, notice, "guardian.same_person"),
        (teen, notice, "guardian.not_grown_up"),
        (parent, bytes(32), "guardian.notices_changed"),
    ):
        await refused(house, lambda uow, w=who, h=hash_: guardians.agree(uow, w, token, h), code)
    await refused(house, lambda uow: guardians.invite(uow, teen), "guardian.not_a_child")


async def test_a_rival_brand_cannot_read_the_link(house):
    child, _ = await family(house)
    async with house.unit() as uow:
        token = (await guardians.invite(uow, child)).token
    with pytest.raises(Problem) as caught:
        async with house.unit("wx00000000000000b1") as uow:
            await guardians.look(uow, token)
    assert caught.value.code.name == "guardian.link_gone"


@pytest.mark.parametrize("by", ["guardian", "child"])
async def test_either_takes_it_back_and_the_childs_answers_end(house, by):
    child, parent = await family(house)
    given = await agreed(house, child, parent)
    await house.agree(child, Purpose.PROFILE)
    stranger, _ = await house.enrol("oStranger")
    await refused(house, lambda uow: guardians.withdraw(uow, stranger, given), "guardian.unknown")
    async with house.unit() as uow:
        await guardians.withdraw(uow, parent if by == "guardian" else child, given)
        assert await guardians.list_children(uow, parent) == []
        with pytest.raises(Problem) as caught:
            await minors.require_guardian(uow, child)
        assert caught.value.code.name == "minors.guardian_needed"
        with pytest.raises(Problem) as caught:
            await consent.basis.require(uow, child, Purpose.PROFILE)
        assert caught.value.code.name == "consent.withdrawn"
    await refused(house, lambda uow: guardians.withdraw(uow, parent, given), "guardian.unknown")
    (leaf,) = await house.rows(
        "select convert_from(body, 'UTF8') as body from trail.entry"
        " where convert_from(body, 'UTF8') like '%%guardian.withdrawn%%'"
    )
    assert f'"{by}"' in str(leaf["body"])
