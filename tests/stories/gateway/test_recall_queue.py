"""People finish what the machine could not: again after a repair, or settled because the recipient confirmed."""

from __future__ import annotations

import pytest

from tests.stories.gateway.conftest import CONTRACT, DAY, Gateway
from yumen.border import State
from yumen.gateway import recall_queue
from yumen.gateway.recall_settling import Recalled
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId


@pytest.fixture
async def renamed(gateway: Gateway) -> SubjectId:
    """Somebody to be taken back, whose key the recipient changed."""
    person = await gateway.member()
    await gateway.all_of_it()
    gateway.hq.rename(await gateway.number_of(person), "renamed")
    await gateway.withdraw(person)
    await gateway.judge()
    assert await gateway.recall() == Recalled(people=1)
    return person


async def the_recall(gateway: Gateway) -> recall_queue.Recall:
    async with gateway.unit() as uow:
        (recall,) = await recall_queue.list_unclosed(uow, "people")
    return recall


async def test_after_the_key_was_put_right_the_machine_finishes(gateway: Gateway, renamed: SubjectId) -> None:
    gateway.hq.rename("renamed", await gateway.number_of(renamed))
    async with gateway.unit() as uow:
        await recall_queue.try_again(uow, (await the_recall(gateway)).id)
    assert await gateway.recall() == Recalled(done=1)
    assert gateway.hq.held == {}


async def test_the_recipients_word_settles_it_and_is_not_called_verified(gateway: Gateway, renamed: SubjectId) -> None:
    async with gateway.unit() as uow:
        await recall_queue.settle(uow, (await the_recall(gateway)).id, "confirmed_by_letter")
    (row,) = await gateway.rows("select state, code, verified, closed_by from gateway.recall")
    assert (row["state"], row["code"], row["verified"]) == ("done", "confirmed_by_letter", False)
    assert row["closed_by"].startswith("stf_")
    assert (await gateway.states(renamed))[0] == State.RECALLED
    assert await gateway.kinds("recall.settled") == ["recall.settled"]


async def test_it_is_late_when_its_time_has_passed(gateway: Gateway, renamed: SubjectId) -> None:
    async with gateway.unit() as uow:
        assert await recall_queue.list_overdue(uow) == []
    gateway.clock.offset = DAY * 16
    async with gateway.unit() as uow:
        assert await recall_queue.list_overdue(uow) == [(CONTRACT, 1)]


@pytest.mark.parametrize("act", [recall_queue.try_again, lambda uow, one: recall_queue.settle(uow, one, "because")])
async def test_what_does_not_wait_is_unknown(gateway: Gateway, act) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Problem) as refused:
        async with gateway.unit() as uow:
            await act(uow, "rcl_00000000000000000000000000")
    assert refused.value.code is recall_queue.UNKNOWN
