"""A case is looked at, tried again after a repair, or dropped with a reason."""

from __future__ import annotations

import pytest

from tests.stories.gateway.conftest import Gateway
from yumen.border import State
from yumen.gateway import cases
from yumen.gateway.connectors.connector import Outcome
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId


@pytest.fixture
async def bad(gateway: Gateway) -> SubjectId:
    """A member whom the recipient would not take."""
    person = await gateway.member()
    gateway.hq.refuse[await gateway.number_of(person)] = (Outcome.REJECTED, "STRING_TOO_LONG", "Member_No")
    await gateway.all_of_it()
    return person


async def the_case(gateway: Gateway) -> cases.Case:
    async with gateway.unit() as uow:
        (case,) = await cases.list_open(uow)
    return case


async def test_after_a_repair_it_is_tried_again_and_arrives(gateway: Gateway, bad: SubjectId) -> None:
    case = await the_case(gateway)
    assert (case.subject, case.code, case.field) == (bad, "STRING_TOO_LONG", "Member_No")
    gateway.hq.refuse.clear()
    async with gateway.unit() as uow:
        await cases.retry(uow, case.id)
    await gateway.all_of_it()
    assert await gateway.states(bad) == [State.REJECTED, State.ARRIVED]
    assert await gateway.kinds("gateway.case") == ["gateway.case_retried"]


async def test_without_a_repair_it_is_a_case_again(gateway: Gateway, bad: SubjectId) -> None:
    first = await the_case(gateway)
    async with gateway.unit() as uow:
        await cases.retry(uow, first.id)
    await gateway.all_of_it()
    assert (await the_case(gateway)).id != first.id


async def test_a_case_that_arrives_by_itself_closes(gateway: Gateway, bad: SubjectId) -> None:
    gateway.hq.refuse.clear()
    async with gateway.unit() as uow:
        await gateway.bind(uow, bad, "13911111111")
    await gateway.all_of_it()
    assert [row["state"] for row in await gateway.rows("select state from gateway.case_file")] == ["arrived"]


async def test_a_dropped_case_stays_dropped_and_says_why(gateway: Gateway, bad: SubjectId) -> None:
    case = await the_case(gateway)
    async with gateway.unit() as uow:
        await cases.drop(uow, case.id, "not_wanted")
    with pytest.raises(Problem) as refused:
        async with gateway.unit() as uow:
            await cases.retry(uow, case.id)
    assert refused.value.code is cases.NOT_OPEN
    (row,) = await gateway.rows("select state, reason, closed_by from gateway.case_file")
    assert (row["state"], row["reason"]) == ("dropped", "not_wanted")


async def test_another_handlers_case_is_unknown(gateway: Gateway) -> None:
    with pytest.raises(Problem) as refused:
        async with gateway.unit() as uow:
            await cases.drop(uow, "gcs_00000000000000000000000000", "not_wanted")
    assert refused.value.code is cases.UNKNOWN
