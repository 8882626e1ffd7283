"""An act writes down whom it changed, with itself or not at all; somebody who waits is not written twice."""

from __future__ import annotations

import pytest

from tests.stories.gateway.conftest import Gateway
from yumen.customer import loyalty, profile
from yumen.gateway import capture, change_store
from yumen.gateway.judging import BEGINNING
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose


async def waiting(gateway: Gateway) -> list[int]:
    rows = await gateway.rows("select subject_id from gateway.change where taken_until is null order by seq")
    return [row["subject_id"] for row in rows]


async def test_whoever_waits_is_not_written_twice(gateway: Gateway) -> None:
    person = await gateway.member()
    assert len(gateway.bus.heard) > 3, "a card, a number, two consents"
    assert await waiting(gateway) == [person]


async def test_an_act_that_is_rolled_back_leaves_nothing(gateway: Gateway) -> None:
    person = await gateway.member()
    await gateway.judge()
    with pytest.raises(ZeroDivisionError):
        async with gateway.unit() as uow:
            await gateway.bind(uow, person, "13911111111")
            raise ZeroDivisionError
    assert await waiting(gateway) == []


async def test_who_is_just_being_judged_is_written_again(gateway: Gateway) -> None:
    person = await gateway.member()
    async with gateway.unit() as uow:
        assert len(await change_store.take(uow.conn, gateway.handler, BEGINNING, 10)) == 1
    assert await waiting(gateway) == []
    await gateway.agree(person, Purpose.MARKETING, given=False)
    assert await waiting(gateway) == [person]


async def test_a_row_that_an_act_leans_on_is_not_taken_before_it_commits(gateway: Gateway) -> None:
    person = await gateway.member()
    async with gateway.unit() as acting:
        await gateway.bind(acting, person, "13922222222")
        async with gateway.unit() as judging:
            assert await change_store.take(judging.conn, gateway.handler, BEGINNING, 10) == []
    async with gateway.unit() as judging:
        assert len(await change_store.take(judging.conn, gateway.handler, BEGINNING, 10)) == 1


async def test_a_dead_run_loses_its_rows_to_the_next(gateway: Gateway) -> None:
    await gateway.member()
    async with gateway.unit() as uow:
        await change_store.take(uow.conn, gateway.handler, BEGINNING, 10)
    async with gateway.unit() as uow:
        assert await change_store.take_over(uow.conn, gateway.handler, 10) == []
    await gateway.do("update gateway.change set taken_until = now() - interval '1 second'")
    async with gateway.unit() as uow:
        assert len(await change_store.take_over(uow.conn, gateway.handler, 10)) == 1


async def test_an_act_does_not_count_on_the_row_of_a_dead_run(gateway: Gateway) -> None:
    person = await gateway.member()
    async with gateway.unit() as uow:
        await change_store.take(uow.conn, gateway.handler, BEGINNING, 10)
    await gateway.do("update gateway.change set taken_until = now() - interval '1 second'")
    await gateway.withdraw(person)
    assert len(await gateway.rows("select seq from gateway.change where subject_id = %s", person)) == 2


async def test_many_taken_over_are_written_down_at_once(gateway: Gateway) -> None:
    people = [await gateway.member(phone=False) for _ in range(3)]
    await gateway.judge()
    async with gateway.unit() as uow:
        await profile.takeover.put_phones(uow, {person: f"+861370000{person:04d}" for person in people})
    assert await waiting(gateway) == people
    async with gateway.unit() as uow:
        await loyalty.takeover.open_lots(uow, "old-club", [loyalty.takeover.Opening(people[0], "lot-1", 5)])
    assert await waiting(gateway) == people


async def test_everybody_is_noted_page_by_page(gateway: Gateway) -> None:
    people = await gateway.members(3)
    await gateway.judge()
    async with gateway.unit() as uow:
        assert await capture.note_page(uow, SubjectId(1)) is None
    assert await waiting(gateway) == people[1:]
