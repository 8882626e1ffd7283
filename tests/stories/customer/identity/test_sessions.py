"""Sessions: rotated without losing anybody, repeated without doubling, ended at once."""

import asyncio
from datetime import timedelta

import pytest

from yumen.customer.identity import sessions
from yumen.customer.identity.authentication import SESSION_IDLE, SESSION_MAX, Authenticator
from yumen.customer.identity.enrolment import take_in
from yumen.customer.identity.session_store import SESSIONS_MAX
from yumen.kit.errors import Problem

REPEAT = b"r" * 16


async def recognise(house, token, authenticator=None):
    async with house.unit() as uow:
        return await (authenticator or Authenticator()).authenticate(uow.conn, token, uow.now)


async def rotate(house, token):
    async with house.unit() as uow:
        return await sessions.rotate(uow, token)


async def test_a_rotated_token_opens_the_same_session_and_its_session_key(house):
    subject, arrival = await house.enrol("oAlice")
    before = (await recognise(house, arrival.token)).open_session_key(arrival.token)
    fresh = await rotate(house, arrival.token)
    record = await recognise(house, fresh.token)
    assert (record.id, record.subject) == (arrival.visit.session, subject)
    assert record.open_session_key(fresh.token) == before is not None
    assert await house.leaves("session.rotated") == [("session.rotated", subject)]


async def test_after_a_lost_answer_the_old_token_rotates_again(house):
    _, arrival = await house.enrol("oAlice")
    lost = await rotate(house, arrival.token)
    key = (await recognise(house, arrival.token)).open_session_key(arrival.token)
    fresh = await rotate(house, arrival.token)
    assert await recognise(house, lost.token) is None
    assert (await recognise(house, fresh.token)).open_session_key(fresh.token) == key is not None
    assert await recognise(house, arrival.token) is not None


async def test_the_old_token_dies_after_the_overlap(house):
    _, arrival = await house.enrol("oAlice")
    fresh = await rotate(house, arrival.token)
    house.clock.offset += sessions.OVERLAP
    assert await recognise(house, arrival.token) is None
    with pytest.raises(Problem) as caught:
        await rotate(house, arrival.token)
    assert caught.value.code is sessions.ENDED
    assert await recognise(house, fresh.token) is not None


async def test_of_two_rotations_at_once_one_is_overtaken_and_nobody_is_logged_out(house):
    _, arrival = await house.enrol("oAlice")
    outcomes = await asyncio.gather(*(rotate(house, arrival.token) for _ in range(4)), return_exceptions=True)
    won = [outcome for outcome in outcomes if isinstance(outcome, sessions.Fresh)]
    lost = [outcome.code for outcome in outcomes if isinstance(outcome, Problem)]
    assert won
    assert set(lost) <= {sessions.OVERTAKEN}
    assert len(won) + len(lost) == 4
    assert len(await house.leaves("session.rotated")) == len(won)
    assert [await recognise(house, fresh.token) for fresh in won].count(None) == len(won) - 1
    assert await recognise(house, arrival.token) is not None


async def test_a_repeated_login_answers_the_same_session_with_a_fresh_token(house):
    arrival = house.arrive("oAlice", repeat=REPEAT)
    async with house.unit() as uow:
        await take_in(uow, arrival)
    async with house.unit() as uow:
        fresh = await sessions.repeat(uow, REPEAT)
    assert fresh.session == arrival.visit.session
    assert (await recognise(house, fresh.token)).open_session_key(fresh.token) is None
    assert await recognise(house, arrival.token) is not None
    assert len(await house.rows("select id from identity.session")) == 1
    assert len(await house.leaves("session.opened")) == len(await house.leaves("session.rotated")) == 1


async def test_a_repeat_that_comes_too_late_or_never_was_finds_nothing(house):
    arrival = house.arrive("oAlice", repeat=REPEAT)
    async with house.unit() as uow:
        await take_in(uow, arrival)
        assert await sessions.repeat(uow, b"x" * 16) is None
    house.clock.offset += sessions.REPEAT_WITHIN
    async with house.unit() as uow:
        assert await sessions.repeat(uow, REPEAT) is None


async def test_a_session_ends_by_idleness_unless_it_is_used(house):
    _, arrival = await house.enrol("oAlice")
    house.clock.offset += SESSION_IDLE - timedelta(minutes=1)
    assert await recognise(house, arrival.token) is not None
    house.clock.offset += SESSION_IDLE - timedelta(minutes=1)
    assert await recognise(house, arrival.token) is not None
    house.clock.offset += SESSION_IDLE
    assert await recognise(house, arrival.token) is None


async def test_no_session_outlives_its_absolute_end(house):
    _, arrival = await house.enrol("oAlice")
    for _ in range(SESSION_MAX // timedelta(days=29)):
        assert await recognise(house, arrival.token) is not None
        house.clock.offset += timedelta(days=29)
    assert await recognise(house, arrival.token) is not None
    house.clock.offset += SESSION_MAX - (SESSION_MAX // timedelta(days=29)) * timedelta(days=29)
    assert await recognise(house, arrival.token) is None


async def test_the_list_shows_each_device_and_ending_one_leaves_the_others(house):
    alice, phone = await house.enrol("oAlice")
    _, tablet = await house.come_back("oAlice")
    bob, bobs = await house.enrol("oBob")
    async with house.unit() as uow:
        assert {d.session for d in await sessions.list_devices(uow, alice)} == {
            phone.visit.session,
            tablet.visit.session,
        }
        await sessions.close(uow, alice, phone.visit.session)
    async with house.unit() as uow:
        assert [d.session for d in await sessions.list_devices(uow, alice)] == [tablet.visit.session]
    assert await recognise(house, phone.token) is None
    assert await recognise(house, tablet.token) is not None
    with pytest.raises(Problem) as caught:
        async with house.unit() as uow:
            await sessions.close(uow, alice, bobs.visit.session)
    assert caught.value.code is sessions.NOT_FOUND
    assert (await recognise(house, bobs.token)).subject == bob


async def test_ending_all_ends_all_and_says_how_many_once(house):
    alice, first = await house.enrol("oAlice")
    _, second = await house.come_back("oAlice")
    async with house.unit() as uow:
        assert await sessions.close_all(uow, alice) == 2
    async with house.unit() as uow:
        assert await sessions.close_all(uow, alice) == 0
    assert [await recognise(house, arrival.token) for arrival in (first, second)] == [None, None]
    assert await house.leaves("session.all_closed") == [("session.all_closed", alice)]


async def test_the_process_that_ends_a_session_forgets_it_at_once(house):
    alice, arrival = await house.enrol("oAlice")
    own = house.services[Authenticator]
    assert await recognise(house, arrival.token, own) is not None
    assert own.remembered(arrival.token, house.clock.now()) is not None
    async with house.unit() as uow:
        await sessions.close(uow, alice, arrival.visit.session)
    assert await recognise(house, arrival.token, own) is None


async def test_the_list_is_bounded_and_shows_the_latest(house):
    alice, _ = await house.enrol("oAlice")
    for _ in range(3):
        house.clock.offset += timedelta(minutes=1)
        await asyncio.gather(*(house.come_back("oAlice") for _ in range(40)))
    async with house.unit() as uow:
        devices = await sessions.list_devices(uow, alice)
    assert len(devices) == SESSIONS_MAX
    assert devices == sorted(devices, key=lambda device: device.used_at, reverse=True)


async def test_the_nightly_round_forgets_ended_sessions_only(house):
    _, arrival = await house.enrol("oAlice")
    house.clock.offset += SESSION_IDLE / 2
    _, later = await house.come_back("oAlice")
    house.clock.offset += SESSION_IDLE / 2
    async with house.unit() as uow:
        assert await sessions.forget_ended(uow) == 1
    assert await recognise(house, arrival.token) is None
    assert await recognise(house, later.token) is not None
