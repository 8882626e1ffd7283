"""Taking in a shopper for the first time, and joining the apps of one handler by unionid."""

import asyncio

import pytest

from yumen.customer.identity import OPENID
from yumen.customer.identity.enrolment import NamedMeanwhile, learn_unionid, take_in
from yumen.customer.identity.events import SubjectEnrolled, UnionidProved
from yumen.customer.identity.names import openid_of
from yumen.kit.db import Role
from yumen.kit.errors import Problem

CLUB, RIVAL = "wx00000000000000a2", "wx00000000000000b1"
UNIONID = "oUnionOfAlice000000000000000"


async def test_a_stranger_becomes_a_subject_with_a_session_and_two_leaves(house):
    subject, _ = await house.enrol("oAlice")
    assert await house.leaves("subject.enrolled", "session.opened") == [
        ("subject.enrolled", subject),
        ("session.opened", subject),
    ]
    assert house.ear.heard == [SubjectEnrolled(subject, house.handler)]
    (row,) = await house.rows("select ref, handler_id from identity.subject where id = %s", subject)
    assert row["ref"].startswith("sub_")
    assert row["handler_id"] == house.handler


async def test_the_openid_lies_sealed_and_opens_for_who_needs_it(house):
    subject, _ = await house.enrol("oAliceInTheOpen", UNIONID)
    (row,) = await house.rows("select * from identity.alias where subject_id = %s", subject)
    kept = b"".join(value for value in row.values() if isinstance(value, bytes))
    assert b"oAliceInTheOpen" not in kept
    assert UNIONID.encode() not in kept
    async with house.unit() as uow:
        assert await openid_of(uow, subject, house.app().key) == "oAliceInTheOpen"
        with pytest.raises(Problem) as caught:
            await openid_of(uow, subject, house.app(CLUB).key)
    assert caught.value.code.name == "subject.not_named"


async def test_the_same_unionid_in_another_app_of_the_handler_is_the_same_person(house):
    subject, _ = await house.enrol("oAliceShop", UNIONID)
    arrival = house.arrive("oAliceClub", UNIONID, CLUB)
    async with house.unit() as uow:
        known, is_new = await take_in(uow, arrival)
    assert (known.subject, is_new) == (subject, False)
    assert (await house.leaves())[-2:] == [("subject.named_again", subject), ("session.opened", subject)]
    again, _ = await house.come_back("oAliceClub", UNIONID, CLUB)
    assert again.subject == subject


async def test_a_unionid_joins_nobody_across_handlers(house):
    subject, _ = await house.enrol("oAliceShop", UNIONID)
    other, _ = await house.enrol("oAliceRival", UNIONID, RIVAL)
    assert other != subject
    rows = await house.rows("select distinct handler_id from identity.subject")
    assert len(rows) == 2


async def test_without_a_unionid_two_apps_know_two_people(house):
    assert (await house.enrol("oAliceShop"))[0] != (await house.enrol("oAliceClub", "", CLUB))[0]


async def test_two_first_logins_at_once_make_one_person(house):
    async def first(openid):
        arrival = house.arrive(openid, UNIONID, CLUB if "Club" in openid else house.app().appid)
        async with house.unit() as uow:
            return await take_in(uow, arrival)

    outcomes = await asyncio.gather(first("oAliceShop"), first("oAliceClub"))
    assert len({known.subject for known, _ in outcomes}) == 1
    assert sorted(is_new for _, is_new in outcomes) == [False, True]


async def test_the_same_openid_twice_at_once_enrols_once_and_the_other_is_sent_to_the_lane(house):
    async def first():
        async with house.unit() as uow:
            return await take_in(uow, house.arrive("oAlice"))

    outcomes = await asyncio.gather(first(), first(), return_exceptions=True)
    assert sum(isinstance(outcome, NamedMeanwhile) for outcome in outcomes) == 1
    assert len(await house.rows("select id from identity.subject")) == 1
    assert len(await house.leaves("subject.enrolled")) == len(await house.leaves("session.opened")) == 1


async def test_a_unionid_that_comes_later_is_kept(house):
    subject, _ = await house.enrol("oAlice")
    known, arrival = await house.come_back("oAlice", UNIONID)
    assert known.unionid_index is None
    async with house.unit() as uow:
        await learn_unionid(uow, arrival, known)
    again, _ = await house.come_back("oAlice", UNIONID)
    assert again.unionid_index == arrival.unionid_index
    assert await house.leaves("subject.unionid_learned") == [("subject.unionid_learned", subject)]
    async with house.unit() as uow:
        await learn_unionid(uow, arrival, known)
    assert len(await house.leaves("subject.unionid_learned")) == 1


async def test_a_late_unionid_that_names_somebody_else_too_is_said_aloud(house):
    alice, _ = await house.enrol("oAliceShop", UNIONID)
    twin, _ = await house.enrol("oAliceClub", "", CLUB)
    known, arrival = await house.come_back("oAliceClub", UNIONID, CLUB)
    async with house.unit() as uow:
        await learn_unionid(uow, arrival, known)
    assert house.ear.heard[-1] == UnionidProved(alice, twin, house.handler)


async def test_if_the_unit_fails_nothing_remains(house):
    arrival = house.arrive("oAlice")
    with pytest.raises(KeyError):
        async with house.unit() as uow:
            await take_in(uow, arrival)
            raise KeyError
    assert await house.rows("select id from identity.subject") == []
    assert await house.leaves("subject.enrolled") == []


async def test_without_the_key_database_known_shoppers_log_in_and_new_ones_leave_nothing(house):
    subject, _ = await house.enrol("oAlice")
    await house.database.pool(Role.KEYS).close()
    assert (await house.come_back("oAlice"))[0].subject == subject
    with pytest.raises(Problem) as caught:
        await house.enrol("oStranger")
    assert caught.value.code.name == "database.unavailable"
    assert len(await house.rows("select id from identity.subject")) == 1
    assert len(await house.leaves("subject.enrolled")) == 1


async def test_the_index_of_an_openid_needs_the_key(house):
    await house.enrol("oAlice")
    (row,) = await house.rows("select openid_index from identity.alias")
    assert row["openid_index"] == house.vault.index(house.handler, OPENID, "oAlice")
    assert row["openid_index"] != house.vault.index(house.app(RIVAL).handler, OPENID, "oAlice")
