"""A recipient that deletes one of our people by itself: a case for people, and nobody is silently written anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.inbound.conftest import TELLER, arrived
from yumen.gateway import cases, recall_store
from yumen.gateway.cases import Case
from yumen.gateway.inbound import Asked, deletions, read_deletions, read_source
from yumen.kit.errors import NotSent
from yumen.kit.ids import SubjectId


async def heard(gateway: Gateway, *records: str) -> int:
    async with gateway.unit() as uow:
        return (await deletions.hear(uow, TELLER, records)).new


async def open_cases(gateway: Gateway) -> list[Case]:
    async with gateway.unit() as uow:
        return await cases.list_open(uow)


async def change(gateway: Gateway, person: SubjectId, number: str) -> None:
    """Something else is to be sent of them."""
    async with gateway.unit() as uow:
        await gateway.bind(uow, person, number)
    await gateway.judge()
    await gateway.send()


async def test_it_is_a_case_once_and_the_next_change_writes_nobody_anew(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    heeding.hq.held.clear()
    assert (await heard(heeding, record, "nobody"), await heard(heeding, record)) == (1, 0)
    (case,) = await open_cases(heeding)
    assert (case.subject, case.code) == (person, cases.DELETED)
    (known,) = await heeding.rows("select key from border.transfer where subject_id = %s", person)
    assert case.transfer_key == known["key"]
    await change(heeding, person, "13911112222")
    assert heeding.hq.held == {}
    assert [one.id for one in await open_cases(heeding)] == [case.id]
    assert await heeding.kinds("abroad.") == ["abroad.deleted"]


async def test_whoever_retries_the_case_has_the_person_written_again(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    heeding.hq.held.clear()
    await heard(heeding, record)
    (case,) = await open_cases(heeding)
    async with heeding.unit() as uow:
        await cases.retry(uow, case.id)
    await heeding.all_of_it()
    assert list(heeding.hq.held) == [await heeding.number_of(person)]
    assert await open_cases(heeding) == []


async def test_a_case_that_was_dropped_comes_back_with_the_next_change(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    heeding.hq.held.clear()
    await heard(heeding, record)
    (case,) = await open_cases(heeding)
    async with heeding.unit() as uow:
        await cases.drop(uow, case.id, "asked_for_at_hq")
    await change(heeding, person, "13911112222")
    (again,) = await open_cases(heeding)
    assert (heeding.hq.held, again.code, again.id == case.id) == ({}, cases.DELETED, False)


async def test_another_name_is_no_way_around_it(heeding: Gateway) -> None:
    """The contract names people otherwise from its next version on: whoever was deleted is not written under it."""
    person, record = await arrived(heeding)
    heeding.hq.held.clear()
    await heard(heeding, record)
    await heeding.do("update gateway.presence set external_index = decode(repeat('07', 16), 'hex')")
    await change(heeding, person, "13911112222")
    assert heeding.hq.held == {}


async def test_a_withdrawal_of_somebody_they_deleted_is_done_and_read_back(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    heeding.hq.held.clear()
    await heard(heeding, record)
    await heeding.withdraw(person)
    await heeding.judge()
    told = await heeding.recall()
    assert (told.done, told.people) == (1, 0)
    (row,) = await heeding.rows("select code, verified from gateway.recall")
    assert (row["code"], row["verified"]) == ("gateway.deleted_abroad", True)


async def test_what_our_own_recall_deletes_is_nobodys_wish(heeding: Gateway) -> None:
    person, record = await arrived(heeding)
    await heeding.withdraw(person)
    await heeding.judge()
    async with heeding.unit() as uow:
        assert await deletions.hear(uow, TELLER, [record]) == (0, {record})
    await heeding.recall()
    assert await heard(heeding, record) == 0
    assert await open_cases(heeding) == []
    async with heeding.unit() as uow:
        assert await recall_store.count(uow.conn, heeding.handler, "members-crm") == (0, 0)


class Log:
    """A source that tells deletions only."""

    def __init__(self, *records: str) -> None:
        self.records = records
        self.since: list[datetime] = []
        self.away = False

    async def changed(self, since: datetime, after: str, limit: int) -> list[object]:
        raise AssertionError("nothing is asked for without a rule")

    async def deleted(self, since: datetime) -> tuple[tuple[str, ...], datetime]:
        self.since.append(since)
        if self.away:
            raise NotSent("http.unreachable")
        return self.records, datetime(2026, 11, 25, 12, tzinfo=UTC)


async def test_deletions_are_read_on_from_where_the_last_reading_ended(heeding: Gateway) -> None:
    _, record = await arrived(heeding)
    log = Log(record, "somebody-else")
    asked = Asked(heeding.handler, TELLER, log)  # type: ignore[arg-type]
    assert [await read_deletions(heeding.work, asked) for _ in range(2)] == [1, 0]
    assert log.since[1] == datetime(2026, 11, 25, 12, tzinfo=UTC) - timedelta(minutes=15)
    assert await read_source(heeding.work, asked) == 0
    log.away = True
    with pytest.raises(NotSent):
        await read_deletions(heeding.work, asked)
    log.away = False
    await read_deletions(heeding.work, asked)
    assert log.since[3] == log.since[1]
