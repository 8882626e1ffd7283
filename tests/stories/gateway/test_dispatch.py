"""What is booked arrives, once and in order, or there is a reason; whatever goes wrong, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stories.gateway.conftest import CONTRACT, Gateway, opened_gateway
from tests.stories.gateway.recipient import FakeRecipient, at, not_sent, timed_out
from yumen.border import State
from yumen.customer import profile
from yumen.gateway import closing, connections, dispatch
from yumen.gateway.carrying import QUOTA, REFUSED
from yumen.gateway.connectors.connector import Found, Outcome, Record, Settled
from yumen.gateway.departing import CLOSED
from yumen.gateway.settling import keep_days
from yumen.kit.db import Database
from yumen.kit.errors import Rejected
from yumen.security.datamap import Purpose


async def test_batches_are_as_large_as_the_recipient_takes_and_no_larger(gateway: Gateway) -> None:
    gateway.hq.batch_max, gateway.hq.connections_max = 4, 3
    await gateway.members(10)
    await gateway.judge()
    assert (await gateway.send()).arrived == 10
    assert sorted(size for _, size in gateway.hq.calls) == [2, 4, 4]
    assert 1 <= gateway.hq.flying_most <= 3


async def test_above_a_size_the_way_for_masses_is_taken(gateway: Gateway) -> None:
    gateway.hq.bulk_from = 5
    await gateway.members(6)
    await gateway.judge()
    assert (await gateway.send()).arrived == 6
    assert gateway.hq.calls == [("bulk", 6)]


async def test_several_changes_of_a_person_become_one(gateway: Gateway) -> None:
    person = await gateway.member()
    for number in ("13911111111", "13922222222"):
        await gateway.judge()
        async with gateway.unit() as uow:
            await gateway.bind(uow, person, number)
    await gateway.judge()
    assert len(await gateway.rows("select * from border.outbound")) == 3
    assert (await gateway.send()).arrived == 1
    assert [record.version for record in gateway.hq.sent] == [3]
    assert await gateway.states(person) == [State.ARRIVED] * 3


async def test_where_every_state_counts_each_is_sent_in_order_and_never_two_at_once(gateway: Gateway) -> None:
    await gateway.enforce(2, last_state_wins="false")
    person = await gateway.member()
    for number in ("13911111111", "13922222222"):
        await gateway.judge()
        async with gateway.unit() as uow:
            await gateway.bind(uow, person, number)
    await gateway.judge()

    async def changes_meanwhile(records: Sequence[Record]) -> None:
        async with gateway.unit() as uow:
            await gateway.bind(uow, person, f"1393333{records[0].version:04d}")

    gateway.hq.on_send = changes_meanwhile
    await gateway.send()
    versions = [record.version for record in gateway.hq.sent]
    assert versions == sorted(versions)
    assert len(versions) == 3
    assert gateway.hq.met == []


async def test_how_long_it_may_be_kept_abroad_begins_with_its_arrival(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.all_of_it()
    async with gateway.unit() as uow:
        assert await keep_days(uow, gateway.gate, gateway.recipient) == 730
    (row,) = await gateway.rows("select keep_until_at - arrived_at as days from gateway.presence")
    assert row["days"] == timedelta(days=730)


async def test_nothing_new_is_not_sent_again(gateway: Gateway) -> None:
    person = await gateway.member()
    await gateway.all_of_it()
    await gateway.agree(person, Purpose.MARKETING, given=True)
    await gateway.agree(person, Purpose.PROFILE)
    await gateway.all_of_it()
    assert len(gateway.hq.sent) == 1
    assert await gateway.states(person) == [State.ARRIVED, State.ARRIVED]


async def test_what_was_not_sent_is_sent_again(gateway: Gateway) -> None:
    await gateway.members(2)
    gateway.hq.trouble = at({0, 1}, not_sent)
    await gateway.judge()
    tally = await gateway.send()
    assert (tally.arrived, tally.failures, tally.finished) == (2, 2, True)
    assert len(gateway.hq.sent) == 2
    assert len(gateway.slept) == 2


async def test_retry_after_is_obeyed(gateway: Gateway) -> None:
    await gateway.member()
    gateway.hq.trouble = at({0}, lambda: not_sent(17))
    await gateway.judge()
    await gateway.send()
    assert 17.0 in gateway.slept


async def test_a_link_that_stays_down_is_left_for_the_next_round_and_marked(gateway: Gateway) -> None:
    await gateway.member()
    gateway.hq.trouble = lambda what, n: not_sent()
    await gateway.judge()
    tally = await gateway.send()
    assert (tally.arrived, tally.left, tally.finished) == (0, 1, False)
    async with gateway.unit() as uow:
        (status,) = await connections.status(uow)
    assert status.connection.down_since_at is not None
    gateway.hq.trouble = lambda what, n: None
    assert (await gateway.send()).arrived == 1
    async with gateway.unit() as uow:
        (status,) = await connections.status(uow)
    assert (status.connection.down_since_at, status.arrived) == (None, 1)


async def test_a_time_out_after_the_recipient_acted_doubles_nothing(gateway: Gateway) -> None:
    await gateway.members(3)
    gateway.hq.trouble_after = at({0}, timed_out)
    await gateway.judge()
    assert (await gateway.send()).arrived == 3
    assert len(gateway.hq.sent) == 3
    assert [what for what, _ in gateway.hq.calls] == ["send", "ask"]
    assert gateway.patience.grace_s in gateway.slept


async def test_a_time_out_before_it_acted_resends_only_what_is_absent(gateway: Gateway) -> None:
    await gateway.members(3)
    gateway.hq.trouble = at({0}, timed_out)
    await gateway.judge()
    assert (await gateway.send()).arrived == 3
    assert [what for what, _ in gateway.hq.calls] == ["send", "ask", "send"]


async def test_an_answer_that_does_not_fit_settles_nothing(gateway: Gateway) -> None:
    await gateway.members(2)
    whole, said = gateway.hq.send, []

    async def half(records: Sequence[Record]) -> list[object]:
        said.append(await whole(records))
        return said[0][:1] if len(said) == 1 else said[-1]

    gateway.hq.send = half  # type: ignore[method-assign, assignment]
    await gateway.judge()
    assert (await gateway.send()).arrived == 2
    assert [what for what, _ in gateway.hq.calls] == ["send", "ask"]


async def test_when_even_asking_fails_nothing_is_sent_until_it_is_known(gateway: Gateway) -> None:
    await gateway.member()
    gateway.hq.trouble_after = lambda what, n: timed_out() if n < 7 else None
    await gateway.judge()
    tally = await gateway.send()
    assert (tally.arrived, tally.unknown, tally.finished) == (0, 1, False)
    assert len(gateway.hq.sent) == 1
    assert (await gateway.send()).finished
    assert len(gateway.hq.sent) == 1
    assert await gateway.states() == [State.ARRIVED]


async def test_a_recipient_that_cannot_be_asked_gets_the_same_again(gateway: Gateway) -> None:
    await gateway.member()
    gateway.hq.reads_back = False
    gateway.hq.trouble_after = at({0}, timed_out)
    await gateway.judge()
    assert (await gateway.send()).arrived == 1
    assert [record.version for record in gateway.hq.sent] == [1, 1]


async def test_a_killed_process_asks_for_what_it_had_under_way(gateway: Gateway) -> None:
    gateway.hq.batch_max = 2
    await gateway.members(6)
    await gateway.judge()
    sending = asyncio.Event()

    async def hang(records: Sequence[Record]) -> None:
        if len(gateway.hq.calls) == 2:
            sending.set()
            await asyncio.sleep(60)

    gateway.hq.on_send = hang
    gateway.hq.connections_max = 1
    task = asyncio.create_task(gateway.send())
    await sending.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gateway.hq.on_send = None
    gateway.hq.flying, gateway.hq.persons_flying = 0, set()
    assert (await gateway.send()).finished
    assert len(gateway.hq.sent) == 6
    calls = [what for what, _ in gateway.hq.calls]
    assert calls[:3] == ["send", "send", "ask"]
    assert calls.count("send") == 4, "the batch that was in the air, and the one that had not been sent"
    assert set(await gateway.states()) == {State.ARRIVED}


async def test_one_bad_record_is_a_case_and_the_others_arrive(gateway: Gateway) -> None:
    people = await gateway.members(3)
    bad = await gateway.number_of(people[1])
    gateway.hq.refuse[bad] = (Outcome.REJECTED, "REQUIRED_FIELD_MISSING", "Phone_Hash")
    await gateway.judge()
    tally = await gateway.send()
    assert (tally.arrived, tally.rejected) == (2, 1)
    (case,) = await gateway.rows("select subject_id, code, field, state from gateway.case_file")
    assert (case["subject_id"], case["code"], case["field"]) == (people[1], "REQUIRED_FIELD_MISSING", "Phone_Hash")
    assert await gateway.states(people[1]) == [State.REJECTED]
    assert await gateway.rows("select * from border.outbound") == []


async def test_a_busy_record_is_sent_again_alone(gateway: Gateway) -> None:
    people = await gateway.members(3)
    busy = await gateway.number_of(people[1])
    gateway.hq.refuse[busy] = (Outcome.RETRY, "UNABLE_TO_LOCK_ROW", "")

    async def unlock(records: Sequence[Record]) -> None:
        if len(records) == 1:
            gateway.hq.refuse.clear()

    gateway.hq.on_send = unlock
    await gateway.judge()
    assert (await gateway.send()).arrived == 3
    assert [size for _, size in gateway.hq.calls] == [3, 1]


async def test_a_refused_call_stops_the_connection_until_people_resume_it(gateway: Gateway) -> None:
    await gateway.members(2)
    gateway.hq.trouble = at({0}, lambda: Rejected("connector.refused", "INVALID_FIELD"))
    await gateway.judge()
    assert (await gateway.send()).code == REFUSED.name
    assert (await gateway.send()).code == "gateway.stopped"
    stopped = [one for one in gateway.bus.heard if isinstance(one, connections.Stopped)]
    assert [(one.contract, one.code) for one in stopped] == [(CONTRACT, "INVALID_FIELD")]
    async with gateway.unit() as uow:
        await connections.resume(uow, CONTRACT)
    assert (await gateway.send()).arrived == 2
    assert await gateway.kinds("gateway.") == ["gateway.stopped", "gateway.resumed"]


async def test_a_withdrawal_between_booking_and_sending_stops_it(gateway: Gateway) -> None:
    person = await gateway.member()
    await gateway.judge()
    await gateway.withdraw(person)
    assert (await gateway.send()).arrived == 0
    assert gateway.hq.calls == []
    assert await gateway.states(person) == [State.RECALLED]
    await gateway.judge()
    assert await gateway.states(person) == [State.RECALLED, State.REFUSED]


async def test_whoever_is_erased_in_the_middle_of_a_batch_does_not_leave_in_the_next_attempt(gateway: Gateway) -> None:
    kept, gone = await gateway.members(2)
    names = [await gateway.number_of(one) for one in (kept, gone)]
    gateway.hq.trouble = at({0}, not_sent)
    erased = False

    async def erase_meanwhile(seconds: float) -> None:
        nonlocal erased
        if not erased:
            erased = True
            await gateway.erase(gone)

    await gateway.judge()
    patience = type(gateway.patience)(sleep=erase_meanwhile)
    tally = await dispatch.run_round(gateway.work, gateway.gate, gateway.recipient, patience)
    assert tally.arrived == 1
    assert set(gateway.hq.held) == {names[0]}
    await gateway.recall()
    assert await gateway.states(gone) == [State.RECALLED]
    assert await gateway.rows("select id from gateway.presence where subject_id = %s", gone) == []


async def test_an_ended_version_sends_nobody_and_they_are_judged_anew(gateway: Gateway) -> None:
    person = await gateway.member()
    await gateway.judge()
    await gateway.enforce(2)
    assert (await gateway.send()).arrived == 0
    await gateway.all_of_it()
    assert await gateway.states(person) == [State.RECALLED, State.ARRIVED]
    assert len(gateway.hq.sent) == 1


async def test_a_paused_connection_sends_nothing(gateway: Gateway) -> None:
    await gateway.send()
    async with gateway.unit() as uow:
        await connections.pause(uow, CONTRACT, "month_end")
    await gateway.member()
    await gateway.judge()
    assert (await gateway.send()).code == "gateway.paused"
    assert gateway.hq.calls == []


async def test_a_closed_border_lets_nothing_be_judged_or_sent(gateway: Gateway) -> None:
    await gateway.members(2)
    await gateway.judge()
    await gateway.do("update border.meter set used = used - 1")
    assert await closing.recount(gateway.work, gateway.handler) == 1
    assert (await gateway.send()).code == CLOSED.name
    await gateway.member()
    assert await gateway.judge() == []
    assert gateway.hq.calls == []


async def test_the_recipients_quota_is_left_to_others(gateway: Gateway) -> None:
    gateway.hq.batch_max, gateway.hq.connections_max, gateway.hq.budget_left = 1, 1, 4
    frugal = type(gateway.recipient)(gateway.handler, CONTRACT, gateway.hq, b"salt", calls_left_min=2)
    await gateway.members(4)
    await gateway.judge()
    tally = await dispatch.run_round(gateway.work, gateway.gate, frugal, gateway.patience)
    assert (tally.code, gateway.hq.budget_left) == (QUOTA.name, 2)
    gateway.hq.budget_left = 100
    assert (await gateway.send()).finished
    assert len(gateway.hq.sent) == 4


async def test_our_own_calls_of_a_day_are_bounded(gateway: Gateway) -> None:
    gateway.hq.batch_max, gateway.hq.connections_max = 1, 1
    frugal = type(gateway.recipient)(gateway.handler, CONTRACT, gateway.hq, b"salt", calls_a_day_max=3)
    await gateway.members(5)
    await gateway.judge()
    tally = await dispatch.run_round(gateway.work, gateway.gate, frugal, gateway.patience)
    assert (tally.code, len(gateway.hq.sent)) == (QUOTA.name, 3)


async def test_two_people_under_one_name_are_a_case_and_not_one_record(gateway: Gateway) -> None:
    await gateway.enforce(2, external="profile.detail.nickname")
    one, other = await gateway.members(2)
    for person in (one, other):
        await gateway.agree(person, Purpose.PROFILE)
        async with gateway.unit() as uow:
            await profile.details.change(uow, person, profile.details.Change(nickname="小玉"))
    await gateway.all_of_it()
    await gateway.all_of_it()
    (case,) = await gateway.rows("select subject_id, code from gateway.case_file")
    assert (case["subject_id"], case["code"]) == (other, "gateway.name_shared")
    assert len(gateway.hq.sent) == 1


async def test_a_new_name_here_leaves_only_the_new_one_there(gateway: Gateway) -> None:
    await gateway.enforce(2, external="profile.detail.nickname")
    person = await gateway.member()
    await gateway.agree(person, Purpose.PROFILE)
    for nickname in ("玉", "小玉"):
        async with gateway.unit() as uow:
            await profile.details.change(uow, person, profile.details.Change(nickname=nickname))
        await gateway.all_of_it()
    assert set(gateway.hq.held) == {"小玉"}


async def test_whoever_has_no_name_for_the_recipient_is_a_case(gateway: Gateway) -> None:
    await gateway.enforce(2, external="profile.detail.nickname")
    person = await gateway.member()
    await gateway.all_of_it()
    (case,) = await gateway.rows("select subject_id, code from gateway.case_file")
    assert (case["subject_id"], case["code"]) == (person, "gateway.value_unfit")
    assert gateway.hq.calls == []


@dataclass
class Deaf(FakeRecipient):
    """Loses its first two calls, which are under way together, and answers nobody who asks before it is told to."""

    heard: dict[int, asyncio.Event] = field(default_factory=lambda: {n: asyncio.Event() for n in range(2)})
    begun: int = 0
    asked: int = 0

    async def send(self, records: Sequence[Record]) -> list[Settled]:
        self.begun += 1
        await until(lambda: self.begun >= 2)
        return await super().send(records)

    async def ask(self, external_ids: Sequence[str]) -> list[Found]:
        self.asked += 1
        await self.heard[self.asked - 1].wait()
        return await super().ask(external_ids)

    def sends(self) -> int:
        return sum(what == "send" for what, _ in self.calls)


async def until(true: Callable[[], bool]) -> None:
    """Raises TimeoutError after a minute."""
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


async def test_the_first_who_is_answered_after_a_break_shows_the_link_to_all(
    database: Database, tmp_path: Path
) -> None:
    hq = Deaf(batch_max=1, connections_max=2, trouble=at({0, 1}, timed_out))
    gateway = await opened_gateway(database, tmp_path / "kms", hq)
    await gateway.members(6)
    await gateway.judge()
    sending = asyncio.create_task(gateway.send())
    await until(lambda: hq.asked == 2)
    await asyncio.sleep(0.2)
    assert hq.sends() == 2, "nobody is sent into a link of which nothing is known"
    hq.heard[0].set()
    await until(lambda: len(hq.sent) == 5)
    assert hq.asked == 2, "the other still asks for its own"
    hq.heard[1].set()
    assert (await sending).arrived == 6
    assert len({record.external_id for record in hq.sent}) == len(hq.sent) == 6
    await gateway.gate.bookings.close()
