"""Whoever changed is judged, and whoever may leave is booked: once, with the reason for everybody else."""

from __future__ import annotations

import asyncio

import pytest

from tests.stories.gateway.conftest import CONTRACT, DAY, Gateway
from yumen.border import Counter, State, figures
from yumen.customer import profile
from yumen.gateway import change_store, judging, waking
from yumen.kit.ids import SubjectId
from yumen.security.datamap import Purpose

CODES = "select verdict, code from border.transfer order by booked_at, key"

LEFT_BEHIND = """
insert into gateway.change (seq, subject_id, handler_id, changed_at, taken_until) overriding system value
values (%s, %s, %s, %s, now() - interval '1 second')
"""
"""The row of a run that was killed after it had booked and before it forgot."""


async def codes(gateway: Gateway) -> list[tuple[int, str]]:
    return [(row["verdict"], row["code"]) for row in await gateway.rows(CODES)]


async def test_a_member_who_agreed_arrives_abroad_with_the_declared_fields_only(gateway: Gateway) -> None:
    person = await gateway.member()
    (batch,) = await gateway.judge()
    assert (batch.taken, batch.passed, batch.denied) == (1, 1, 0)
    tally = await gateway.send()
    assert (tally.arrived, tally.finished) == (1, True)
    number = await gateway.number_of(person)
    record = gateway.hq.held[number]
    assert set(record.values) == {"Member_No", "Phone_Hash"}
    assert record.values["Member_No"] == number
    assert "1390000" not in str(record.values["Phone_Hash"])
    assert await gateway.states(person) == [State.ARRIVED]
    assert await gateway.rows("select * from border.outbound") == []


async def test_a_refusal_is_written_once_however_often_the_person_changes(gateway: Gateway) -> None:
    person = await gateway.member(agrees=False)
    await gateway.judge()
    async with gateway.unit() as uow:
        await gateway.bind(uow, person, "13911111111")
    (batch,) = await gateway.judge()
    assert (batch.taken, batch.repeated) == (1, 1)
    assert await codes(gateway) == [(2, "export.separate_consent_missing")]
    assert gateway.hq.calls == []


async def test_another_reason_is_another_row(gateway: Gateway) -> None:
    person = await gateway.member(agrees=False)
    await gateway.judge()
    await gateway.agree(person, Purpose.EXPORT)
    await gateway.judge()
    assert await codes(gateway) == [(2, "export.separate_consent_missing"), (2, "export.consent_missing")]


async def test_whoever_is_no_member_is_not_covered(gateway: Gateway) -> None:
    await gateway.do(
        "insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)"
        " values (900, %s, 'sub_00000000000000000000000900', now(), now())",
        gateway.handler,
    )
    await gateway.agree(SubjectId(900), Purpose.EXPORT)
    await gateway.judge()
    assert await codes(gateway) == [(2, "export.person_not_covered")]


async def test_a_batch_killed_before_it_was_forgotten_is_repeated_under_the_same_keys(gateway: Gateway) -> None:
    await gateway.members(3)
    async with gateway.unit() as uow:
        taken = await change_store.take(uow.conn, gateway.handler, judging.BEGINNING, 10)
    await gateway.do("update gateway.change set taken_until = now() - interval '1 second'")
    await gateway.judge()
    keys = {row["key"] for row in await gateway.rows("select key from border.transfer")}
    for one in taken:
        await gateway.do(
            LEFT_BEHIND,
            one.seq, one.subject, gateway.handler, one.changed_at,
        )  # fmt: skip
    await gateway.judge()
    assert {row["key"] for row in await gateway.rows("select key from border.transfer")} == keys
    async with gateway.unit() as uow:
        (figure,) = await figures.read(uow, gateway.today.year)
    assert (figure.counter, figure.booked) == (Counter.GENERAL, 3)


@pytest.mark.parametrize("meanwhile", [False, True], ids=["after_it", "while_it_lies"])
async def test_a_yes_after_a_run_died_is_not_answered_by_what_that_run_booked(
    gateway: Gateway, meanwhile: bool
) -> None:
    person = await gateway.member(agrees=False)
    (row,) = await gateway.rows("select seq, changed_at from gateway.change")
    await gateway.judge()
    if meanwhile:
        await gateway.agree(person, Purpose.MARKETING)
    await gateway.do(LEFT_BEHIND, row["seq"], person, gateway.handler, row["changed_at"])
    if not meanwhile:
        await gateway.agree(person, Purpose.MARKETING)
    await gateway.agree(person, Purpose.EXPORT)
    await gateway.judge()
    assert [verdict for verdict, _ in await codes(gateway)] == [2, 0]


async def test_two_runs_at_once_share_the_people(gateway: Gateway) -> None:
    await gateway.members(12)
    batches = await asyncio.gather(
        *(judging.judge_batch(gateway.work, gateway.gate, gateway.handler, limit=6) for _ in range(2))
    )
    assert sum(batch.taken for batch in batches) == 12
    assert len(await gateway.rows("select distinct subject_id from border.transfer")) == 12


async def test_somebody_merged_is_judged_as_the_person_they_are(gateway: Gateway) -> None:
    winner, loser = await gateway.members(2)
    await gateway.all_of_it()
    assert len(gateway.hq.held) == 2
    number = await gateway.number_of(winner)
    async with gateway.unit() as uow:
        assert await profile.alias.merge_proved(uow, winner, loser)
    await gateway.all_of_it()
    await gateway.all_of_it()
    assert set(gateway.hq.held) == {number}, "only one record is left of the one person"
    assert {row["reason"] for row in await gateway.rows("select reason from gateway.recall")} == {"export.renamed_here"}


async def test_whoever_waits_for_room_is_judged_again_when_there_may_be_some(gateway: Gateway) -> None:
    await gateway.do(
        "insert into border.meter (handler_id, year, counter, used, adjusted, ceiling) values (%s, %s, 1, 0, 99999, 0)",
        gateway.handler, gateway.today.year,
    )  # fmt: skip
    person = await gateway.member()
    await gateway.judge()
    assert await codes(gateway) == [(1, "export.general_full")]
    await gateway.do("update border.meter set adjusted = 0")
    assert await waking.wake_held(gateway.work, gateway.gate, gateway.handler) == 1
    await gateway.all_of_it()
    assert await gateway.number_of(person) in gateway.hq.held


async def test_new_rules_let_everybody_be_judged_anew_once(gateway: Gateway) -> None:
    await gateway.members(2)
    await gateway.judge()
    follow = (gateway.work, gateway.gate, gateway.handler, CONTRACT)
    assert await waking.follow_rules(*follow)
    assert [batch.taken for batch in await gateway.judge()] == [2]
    assert not await waking.follow_rules(*follow)
    assert await gateway.judge() == []
    await gateway.enforce(2)
    assert await waking.follow_rules(*follow)


async def test_a_contract_of_another_day_is_judged_by_that_day(gateway: Gateway) -> None:
    await gateway.member()
    gateway.clock.offset = DAY * 4 * 365
    await gateway.judge()
    assert await codes(gateway) == [(1, "export.contract_not_in_force")]
