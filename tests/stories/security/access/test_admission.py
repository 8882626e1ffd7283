"""People and machines come in through four eyes; the first two through the command line."""

from __future__ import annotations

from typing import Any

import pytest

from yumen.kit.errors import Problem
from yumen.kit.work import ActorKind
from yumen.security.access import admission, four_eyes, key_life, store
from yumen.security.access.authentication import authenticate

LI = "stf_li"


async def test_the_first_two_people_come_by_the_command_line_and_no_third(begin: Any) -> None:
    async with begin() as uow:
        await admission.bootstrap(uow, "韩梅梅", ["operator"])
        await admission.bootstrap(uow, "李雷", ["compliance"])
    await refused("access.bootstrap_over", begin(), admission.bootstrap, "Third", ["operator"])


async def test_a_new_person_has_no_roles_until_a_second_person_agrees(begin: Any) -> None:
    actor = await admitted(begin)
    roles = ["support", "engineer"]
    approval = await approved(begin, admission.GRANT, admission.grant_facts(actor, roles))
    async with begin() as uow:
        await admission.grant_roles(uow, actor, roles, approval)
    async with begin() as uow:
        found = await store.lock_actor(uow.conn, uow.handler, actor)
    assert found is not None
    assert found.roles == ["engineer", "support"]


async def test_other_roles_than_approved_are_refused(begin: Any) -> None:
    actor = await admitted(begin)
    approval = await approved(begin, admission.GRANT, admission.grant_facts(actor, ["support"]))
    await refused("approval.other_facts", begin(), admission.grant_roles, actor, ["compliance"], approval)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (ActorKind.MACHINE, "operator"),
        (ActorKind.STAFF, "erp"),
        (ActorKind.STAFF, "shopper"),
        (ActorKind.STAFF, "visitor"),
        (ActorKind.STAFF, "emperor"),
    ],
)
async def test_people_hold_roles_of_people_and_machines_of_machines(begin: Any, kind: ActorKind, role: str) -> None:
    actor = await admitted(begin, kind)
    await refused("access.role_unfit", begin(), admission.grant_roles, actor, [role], "apr_none")


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "line\nbreak", "turn\u202eround", "nul\x00"])
async def test_a_name_is_short_and_printable(begin: Any, name: str) -> None:
    await refused("access.name_unfit", begin(), admission.admit, ActorKind.STAFF, name)


async def test_a_closed_person_loses_every_key_at_once(begin: Any) -> None:
    async with begin() as uow:
        actor = await admission.bootstrap(uow, "Han Meimei", ["operator"])
        key = await key_life.issue_first(uow, actor, 30)
    async with begin() as uow:
        assert await authenticate(uow.conn, key.token, uow.now) is not None
        await admission.close(uow, actor)
        assert await authenticate(uow.conn, key.token, uow.now) is None
    await refused("access.actor_closed", begin(), admission.close, actor)


async def test_another_handler_cannot_touch_them(begin: Any) -> None:
    actor = await admitted(begin)
    await refused("access.actor_unknown", begin(handler=2), admission.close, actor)


async def test_actors_are_listed_in_pages(begin: Any) -> None:
    made = [await admitted(begin) for _ in range(3)]
    async with begin() as uow:
        first = await store.list_actors(uow.conn, uow.handler, "", 2)
        rest = await store.list_actors(uow.conn, uow.handler, first[-1].id, 2)
    assert sorted(made) == [actor.id for actor in (*first, *rest)]


async def admitted(begin: Any, kind: ActorKind = ActorKind.STAFF) -> str:
    async with begin() as uow:
        return await admission.admit(uow, kind, "王芳")


async def approved(begin: Any, act: str, facts: four_eyes.Facts) -> str:
    async with begin() as uow:
        approval = await four_eyes.propose(uow, act, facts)
    async with begin(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    return approval


async def refused(code: str, unit: Any, story: Any, *args: object) -> None:
    with pytest.raises(Problem) as raised:
        async with unit as uow:
            await story(uow, *args)
    assert raised.value.code.name == code
