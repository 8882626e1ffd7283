"""A difference closes the border until one person explained it and another agreed."""

from __future__ import annotations

import pytest

from tests.stories.gateway.conftest import LI, Gateway
from yumen.gateway import closing
from yumen.kit.errors import Problem
from yumen.security.access import four_eyes


async def test_where_everything_agrees_nothing_closes(gateway: Gateway) -> None:
    await gateway.members(2)
    await gateway.all_of_it()
    assert await closing.recount(gateway.work, gateway.handler) == 0
    async with gateway.unit() as uow:
        assert not await closing.is_closed(uow)


async def test_a_difference_closes_once_and_a_second_person_opens(gateway: Gateway) -> None:
    await gateway.members(2)
    await gateway.judge()
    await gateway.do("update border.meter set used = 1")
    for _ in range(2):
        await closing.recount(gateway.work, gateway.handler)
    async with gateway.unit() as uow:
        (found,) = await closing.list_closed(uow)
    assert (found.booked, found.counted) == (1, 2)
    with pytest.raises(Problem) as refused:
        async with gateway.unit() as uow:
            await closing.reopen(uow, found.id, "restored_from_backup", None)
    assert refused.value.code is four_eyes.MISSING
    await gateway.do("update border.meter set used = 2")
    async with gateway.unit() as uow:
        approval = await four_eyes.propose(uow, closing.ACT, closing.reopen_facts(found.id, "restored_from_backup"))
    async with gateway.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with gateway.unit() as uow:
        await closing.reopen(uow, found.id, "restored_from_backup", approval)
        assert not await closing.is_closed(uow)
    assert (await gateway.send()).arrived == 2
    assert await gateway.kinds("border.") == ["border.closed", "border.reopened"]
    heard = [one for one in gateway.bus.heard if isinstance(one, closing.BorderClosed)]
    assert [one.closure for one in heard] == [found.id]
