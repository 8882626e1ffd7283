"""Recognising a token: one query, remembered for a few seconds and no longer."""

import asyncio

from yumen.customer.identity import subjects
from yumen.customer.identity.authentication import Authenticator
from yumen.customer.identity.tokens import new_token


async def recognise(house, authenticator, token):
    async with house.unit() as uow:
        return await authenticator.authenticate(uow.conn, token, uow.now)


async def test_a_token_names_its_subject_session_and_app(house):
    subject, arrival = await house.enrol("oAlice")
    record = await recognise(house, Authenticator(), arrival.token)
    assert (record.subject, record.id, record.app, record.handler) == (
        subject,
        arrival.visit.session,
        house.app().key,
        house.handler,
    )
    assert record.subject_ref.startswith("sub_")


async def test_other_texts_open_nothing(house):
    await house.enrol("oAlice")
    for token in ("", "ys_short", new_token(), "ys_" + "é" * 43, "x" * 5000):
        assert await recognise(house, Authenticator(), token) is None
        assert Authenticator().remembered(token, house.clock.now()) is None


async def test_another_process_learns_of_an_ended_session_within_the_window(house):
    _, arrival = await house.enrol("oAlice")
    other = Authenticator(ttl_s=0.2)
    assert await recognise(house, other, arrival.token) is not None
    async with house.unit() as uow:
        await uow.conn.execute("delete from identity.session")
    assert await recognise(house, other, arrival.token) is not None
    await asyncio.sleep(0.25)
    assert await recognise(house, other, arrival.token) is None


async def test_what_is_remembered_is_bounded(house):
    _, first = await house.enrol("oAlice")
    _, second = await house.come_back("oAlice")
    small = Authenticator(cache_max=1)
    for arrival in (first, second):
        await recognise(house, small, arrival.token)
    assert small.remembered(first.token, house.clock.now()) is None
    assert small.remembered(second.token, house.clock.now()) is not None


async def test_after_a_merge_a_token_names_the_person_meant(house):
    alice, _ = await house.enrol("oAlice")
    twin, arrival = await house.enrol("oAliceOld")
    own = house.services[Authenticator]
    assert (await recognise(house, own, arrival.token)).subject == twin
    async with house.unit() as uow:
        link = await subjects.link(uow, twin, alice, "staff")
    assert (await recognise(house, own, arrival.token)).subject == alice
    async with house.unit() as uow:
        await subjects.unlink(uow, link.merge)
    assert (await recognise(house, own, arrival.token)).subject == twin
