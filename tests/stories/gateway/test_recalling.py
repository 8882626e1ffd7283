"""Whoever may no longer be abroad is taken back, read back and proved; or is in a queue with a clock and a reason."""

from __future__ import annotations

import random

import pytest

from tests.stories.gateway.conftest import CONTRACT, DAY, WRITTEN, Gateway
from tests.stories.gateway.recipient import at, not_sent, timed_out
from yumen.border import State, contracting
from yumen.gateway import recall_store, retraction
from yumen.gateway.connectors.connector import Outcome, RecallWay
from yumen.gateway.recall_settling import Recalled
from yumen.kit.errors import Rejected
from yumen.kit.ids import SubjectId

RECALLS = "select subject_id, state, code, reason, way, verified, tried from gateway.recall order by id"


@pytest.fixture
async def there(gateway: Gateway) -> list[SubjectId]:
    """Three members who are at the recipient."""
    people = await gateway.members(3)
    await gateway.all_of_it()
    assert len(gateway.hq.held) == 3
    gateway.hq.calls.clear()
    return people


async def test_a_withdrawal_reaches_the_recipient_and_is_read_back(gateway: Gateway, there: list[SubjectId]) -> None:
    number = await gateway.number_of(there[0])
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(done=1)
    assert number not in gateway.hq.held
    assert [what for what, _ in gateway.hq.calls] == ["ask", "recall", "ask"]
    (row,) = await gateway.rows(RECALLS)
    assert (row["state"], row["reason"], row["verified"]) == ("done", "export.separate_consent_missing", True)
    assert await gateway.states(there[0]) == [State.RECALLED, State.REFUSED]
    assert await gateway.kinds("recall.") == ["recall.planned", "recall.done"]


async def test_who_comes_back_is_sent_again_after_the_recall(gateway: Gateway, there: list[SubjectId]) -> None:
    from yumen.security.datamap import Purpose

    await gateway.withdraw(there[0])
    await gateway.judge()
    await gateway.agree(there[0], Purpose.EXPORT)
    await gateway.judge()
    assert (await gateway.send()).arrived == 0, "first the recall"
    await gateway.recall()
    assert (await gateway.send()).arrived == 1
    assert len(gateway.hq.held) == 3


async def test_an_erasure_takes_back_everywhere_and_leaves_no_name_here(
    gateway: Gateway, there: list[SubjectId]
) -> None:
    await gateway.erase(there[1])
    assert await gateway.recall() == Recalled(done=1)
    assert len(gateway.hq.held) == 2
    assert await gateway.rows("select id from gateway.presence where subject_id = %s", there[1]) == []
    assert await gateway.kinds("recall.") == ["recall.planned", "recall.done"]


async def test_everybody_is_taken_back_when_the_contract_ends(gateway: Gateway, there: list[SubjectId]) -> None:
    async with gateway.unit() as uow:
        await contracting.end(uow, CONTRACT)
    assert await retraction.sweep(gateway.work, gateway.gate, gateway.handler) == {CONTRACT: 3}
    assert await retraction.sweep(gateway.work, gateway.gate, gateway.handler) == {CONTRACT: 0}
    assert await gateway.recall() == Recalled(done=3)
    assert gateway.hq.held == {}
    assert {row["reason"] for row in await gateway.rows(RECALLS)} == {"export.contract_ended"}
    assert (await gateway.kinds("recall."))[0] == "recall.swept"


async def test_everybody_is_taken_back_when_the_contracts_time_is_over(
    gateway: Gateway, there: list[SubjectId]
) -> None:
    gateway.clock.offset = DAY * 4 * 365
    assert await retraction.sweep(gateway.work, gateway.gate, gateway.handler) == {CONTRACT: 3}
    assert {row["reason"] for row in await gateway.rows(RECALLS)} == {"export.contract_not_in_force"}


async def test_whose_time_abroad_has_passed_is_taken_back(gateway: Gateway, there: list[SubjectId]) -> None:
    gateway.clock.offset = DAY * 731
    assert await retraction.sweep(gateway.work, gateway.gate, gateway.handler) == {CONTRACT: 3}
    assert {row["reason"] for row in await gateway.rows(RECALLS)} == {"export.retention_expired"}
    assert await gateway.recall() == Recalled(done=3)


@pytest.mark.parametrize(
    ("able", "used"),
    [((RecallWay.DELETE, RecallWay.ANONYMISE), RecallWay.ANONYMISE), ((RecallWay.DELETE,), RecallWay.DELETE)],
)
async def test_the_end_of_the_time_abroad_is_as_the_contract_says_if_the_recipient_can(
    gateway: Gateway, there: list[SubjectId], able: tuple[RecallWay, ...], used: RecallWay
) -> None:
    anonymised = WRITTEN.replace('then = "delete"', 'then = "anonymise"')
    words = {"external": "loyalty.member.number", "last_state_wins": "true", "starts_on": "2026-11-01"}
    await gateway.enforce_source(anonymised.format(version=2, ends_on="2029-10-31", **words), 2)
    gateway.hq.ways = able
    await gateway.withdraw(there[0])
    await gateway.judge()
    await gateway.recall()
    gateway.clock.offset = DAY * 731
    await retraction.sweep(gateway.work, gateway.gate, gateway.handler)
    assert await gateway.recall() == Recalled(done=2)
    assert gateway.hq.ways_used == [RecallWay.DELETE, used], "a withdrawal is answered by the strongest way"


async def test_a_recipient_that_refuses_stays_open_with_its_code_and_its_clock(
    gateway: Gateway, there: list[SubjectId]
) -> None:
    number = await gateway.number_of(there[0])
    gateway.hq.refuse[number] = (Outcome.REJECTED, "DELETE_FAILED", "")
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(people=1)
    (row,) = await gateway.rows(RECALLS)
    assert (row["state"], row["code"]) == ("people", "DELETE_FAILED")
    assert await gateway.states(there[0]) == [State.RECALL_PLANNED, State.REFUSED]
    gateway.clock.offset = DAY * 20
    async with gateway.unit() as uow:
        assert await recall_store.list_overdue(uow.conn, gateway.handler, uow.now) == [(CONTRACT, 1)]
    assert await gateway.kinds("recall.") == ["recall.planned", "recall.for_people"]


async def test_a_call_refused_as_a_whole_names_everybody(gateway: Gateway, there: list[SubjectId]) -> None:
    gateway.hq.trouble = lambda what, n: Rejected("connector.refused", "NO_ACCESS") if what == "recall" else None
    for person in there:
        await gateway.withdraw(person)
    await gateway.judge()
    assert await gateway.recall() == Recalled(people=3)
    assert {row["code"] for row in await gateway.rows(RECALLS)} == {"NO_ACCESS"}


async def test_whose_key_the_recipient_changed_waits_for_people(gateway: Gateway, there: list[SubjectId]) -> None:
    gateway.hq.rename(await gateway.number_of(there[0]), "renamed")
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(people=1)
    (row,) = await gateway.rows(RECALLS)
    assert (row["state"], row["code"]) == ("people", "gateway.recall_missing")


async def test_what_is_still_there_afterwards_waits_for_people(gateway: Gateway, there: list[SubjectId]) -> None:
    gateway.hq.keep_anyway.add(await gateway.number_of(there[0]))
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(people=1)
    assert [row["code"] for row in await gateway.rows(RECALLS)] == ["gateway.recall_stayed"]


async def test_a_recipient_that_takes_nobody_back_is_named(gateway: Gateway, there: list[SubjectId]) -> None:
    gateway.hq.ways = ()
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(people=1)
    assert [row["code"] for row in await gateway.rows(RECALLS)] == ["gateway.recall_no_way"]


async def test_suppressing_is_the_recipients_word_and_not_called_verified(
    gateway: Gateway, there: list[SubjectId]
) -> None:
    gateway.hq.ways = (RecallWay.SUPPRESS,)
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(done=1)
    (row,) = await gateway.rows(RECALLS)
    assert (row["state"], row["way"], row["verified"]) == ("done", "suppress", False)


async def test_a_recipient_that_cannot_be_asked_is_taken_at_its_word(gateway: Gateway, there: list[SubjectId]) -> None:
    gateway.hq.reads_back = False
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(done=1)
    assert [row["verified"] for row in await gateway.rows(RECALLS)] == [False]
    assert len(gateway.hq.held) == 2


async def test_a_time_out_after_it_was_done_is_found_out_by_asking(gateway: Gateway, there: list[SubjectId]) -> None:
    gateway.hq.trouble_after = lambda what, n: timed_out() if what == "recall" else None
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(done=1)
    assert [what for what, _ in gateway.hq.calls] == ["ask", "recall", "ask"]


async def test_what_was_not_sent_is_sent_again(gateway: Gateway, there: list[SubjectId]) -> None:
    first = next(gateway.hq.numbers)
    gateway.hq.trouble = at({first + 2}, not_sent, "recall")
    await gateway.withdraw(there[0])
    await gateway.judge()
    assert await gateway.recall() == Recalled(done=1)
    assert [what for what, _ in gateway.hq.calls] == ["ask", "recall", "recall", "ask"]


async def test_nobody_who_is_on_the_way_is_recalled_before_that_is_settled(
    gateway: Gateway, there: list[SubjectId]
) -> None:
    async with gateway.unit() as uow:
        await gateway.bind(uow, there[0], "13911111111")
    await gateway.judge()
    gateway.hq.trouble_after = lambda what, n: timed_out()
    assert (await gateway.send()).unknown == 1
    await gateway.withdraw(there[0])
    await gateway.judge()
    gateway.hq.trouble_after = lambda what, n: None
    assert await gateway.recall() == Recalled()
    await gateway.send()
    assert await gateway.recall() == Recalled(done=1)
    assert len(gateway.hq.held) == 2


async def test_many_recalls_through_a_failing_recipient_end_gone_or_named(gateway: Gateway) -> None:
    people = await gateway.members(60)
    gateway.hq.batch_max = 7
    await gateway.all_of_it()
    chance = random.Random(5)
    renamed = {f"renamed {n}": await gateway.number_of(person) for n, person in enumerate(people[::6])}
    for new, old in renamed.items():
        gateway.hq.rename(old, new)
    for person in people:
        await gateway.withdraw(person)
    await gateway.judge()
    gateway.hq.trouble = lambda what, n: chance.choice([not_sent(), timed_out()]) if chance.random() < 0.3 else None
    gateway.hq.trouble_after = lambda what, n: timed_out() if chance.random() < 0.1 else None
    for _ in range(30):
        await gateway.recall()
        gateway.clock.offset += DAY / 8
    rows = await gateway.rows(RECALLS)
    assert {(row["state"], row["code"]) for row in rows} == {("done", ""), ("people", "gateway.recall_missing")}
    assert sum(row["state"] == "done" for row in rows) == 50
    assert set(gateway.hq.held) == set(renamed), "only who was renamed is left, and each of them is in the queue"
