"""The lane's statement: many shoppers at once, and nobody pays for somebody else's trouble."""

import asyncio
import time

import msgspec
import psycopg
import pytest

from yumen.customer.identity.login import UNKNOWN, Known, doorkeeper
from yumen.customer.identity.tokens import hash_of, open_session_key
from yumen.kit.db import Role
from yumen.kit.errors import Problem
from yumen.security.trail import encode

PEOPLE = 32


async def enrol_many(house, count=PEOPLE):
    return [(await house.enrol(f"oShopper{n}"))[0] for n in range(count)]


async def test_a_known_shopper_gets_a_session_and_one_leaf(house):
    subject, _ = await house.enrol("oAlice")
    known, arrival = await house.come_back("oAlice")
    assert known.subject == subject
    (row,) = await house.rows("select * from identity.session where token_hash = %s", hash_of(arrival.token))
    assert (row["id"], row["subject_id"], row["device"]) == (arrival.visit.session, subject, "ios-8.0")
    assert await house.leaves("session.opened") == [("session.opened", subject)] * 2


async def test_the_leaf_is_the_trails_own_encoding(house):
    subject, _ = await house.enrol("oAlice")
    _, arrival = await house.come_back("oAlice")
    app = house.app()
    facts = {"session": arrival.visit.session, "app": app.key}
    rows = await house.rows("select body from trail.entry order by id desc limit 1")
    assert rows[0]["body"] == encode("session.opened", arrival.at, doorkeeper(app.handler), subject, facts)


async def test_the_session_key_lies_sealed_under_the_token_alone(house):
    await house.enrol("oAlice")
    _, arrival = await house.come_back("oAlice")
    (row,) = await house.rows(
        "select id, session_key_sealed from identity.session where id = %s", arrival.visit.session
    )
    assert open_session_key(arrival.token, row["id"], row["session_key_sealed"])
    assert open_session_key(house.arrive("oAlice").token, row["id"], row["session_key_sealed"]) is None


async def test_a_stranger_is_said_to_be_unknown_and_nothing_is_written(house):
    outcomes = await asyncio.gather(*(house.logins.open(house.arrive(f"oStranger{n}")) for n in range(5)))
    assert outcomes == [UNKNOWN] * 5
    assert await house.rows("select 1 as one from identity.session") == []
    assert await house.leaves("session.opened") == []


async def test_an_openid_of_another_app_is_a_stranger_here(house):
    await house.enrol("oAlice")
    assert await house.logins.open(house.arrive("oAlice", appid="wx00000000000000a2")) == UNKNOWN


async def test_known_and_unknown_share_a_batch_and_keep_their_own_answers(house):
    subjects = await enrol_many(house, 4)
    arrivals = [house.arrive(openid) for n in range(4) for openid in (f"oShopper{n}", f"oStranger{n}")]
    outcomes = await asyncio.gather(*(house.logins.open(arrival) for arrival in arrivals))
    assert [outcome.subject for outcome in outcomes[::2]] == subjects
    assert outcomes[1::2] == [UNKNOWN] * 4


async def test_the_same_shopper_twice_in_a_batch_is_normal(house):
    subject, _ = await house.enrol("oAlice")
    arrivals = [house.arrive("oAlice") for _ in range(10)]
    outcomes = await asyncio.gather(*(house.logins.open(arrival) for arrival in arrivals))
    assert {outcome.subject for outcome in outcomes} == {subject}
    sessions = await house.rows("select id from identity.session where subject_id = %s", subject)
    assert len(sessions) == 11
    assert len(await house.leaves("session.opened")) == 11


async def test_a_shopper_whose_row_is_locked_elsewhere_holds_up_nobody_else(house):
    subjects = await enrol_many(house)
    async with await house.database.connect(Role.APP) as elsewhere:
        await elsewhere.execute("select 1 from identity.subject where id = %s for update", (subjects[7],))
        started = time.monotonic()
        logins = [asyncio.create_task(house.logins.open(house.arrive(f"oShopper{n}"))) for n in range(PEOPLE)]
        done, _ = await asyncio.wait([task for n, task in enumerate(logins) if n != 7], timeout=1.5)
        took_s = time.monotonic() - started
        assert len(done) == PEOPLE - 1
        assert took_s < 1.0
        assert not logins[7].done()
        await elsewhere.rollback()
    known = await asyncio.wait_for(logins[7], 2)
    assert isinstance(known, Known)
    assert known.subject == subjects[7]
    assert len(await house.leaves("session.opened")) == 2 * PEOPLE


async def test_a_row_that_stays_locked_is_given_up_without_a_trace(house):
    subject, _ = await house.enrol("oAlice")
    async with await house.database.connect(Role.APP) as elsewhere:
        await elsewhere.execute("select 1 from identity.subject where id = %s for update", (subject,))
        with pytest.raises(Problem) as caught:
            await house.logins.open(house.arrive("oAlice"))
    assert caught.value.code.status == 503
    assert len(await house.leaves("session.opened")) == 1


async def test_one_bad_row_fails_alone_and_the_others_keep_their_leaves(house):
    subjects = await enrol_many(house)
    first = house.arrive("oShopper0")
    await house.logins.open(first)
    arrivals = [house.arrive(f"oShopper{n}") for n in range(PEOPLE)]
    bad = msgspec.structs.replace(
        arrivals[5], visit=msgspec.structs.replace(arrivals[5].visit, token_hash=first.visit.token_hash)
    )
    outcomes = await asyncio.gather(
        *(house.logins.open(bad if n == 5 else arrivals[n]) for n in range(PEOPLE)), return_exceptions=True
    )
    assert [outcome.subject for outcome in outcomes if isinstance(outcome, Known)] == subjects[:5] + subjects[6:]
    assert isinstance(outcomes[5], Problem)
    assert len(await house.leaves("session.opened")) == PEOPLE + 1 + PEOPLE - 1
    assert len(await house.rows("select id from identity.session")) == PEOPLE + 1 + PEOPLE - 1


async def test_a_merged_shopper_logs_in_as_the_person_they_stand_for(house):
    alice, _ = await house.enrol("oAlice")
    twin, _ = await house.enrol("oAliceOld")
    async with house.unit() as uow:
        await uow.conn.execute("update identity.subject set stands_for = %s where id = %s", (alice, twin))
    known, _ = await house.come_back("oAliceOld")
    assert (known.subject, known.named) == (alice, twin)
    assert (await house.leaves("session.opened"))[-1] == ("session.opened", alice)


async def test_cut_connections_lose_no_login_and_double_none(house, cluster):
    await enrol_many(house)
    logins = [asyncio.create_task(house.logins.open(house.arrive(f"oShopper{n % PEOPLE}"))) for n in range(200)]
    await asyncio.sleep(0.01)
    await cluster.admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'yumen_app'")
    outcomes = await asyncio.gather(*logins, return_exceptions=True)
    opened = sum(isinstance(outcome, Known) for outcome in outcomes)
    assert all(isinstance(outcome, Known) or outcome.code.status == 503 for outcome in outcomes)
    sessions = await house.rows("select id from identity.session")
    assert len(sessions) == len(await house.leaves("session.opened"))
    assert PEOPLE + opened <= len(sessions) <= PEOPLE + len(logins)
    for _ in range(20):
        last = (await asyncio.gather(house.logins.open(house.arrive("oShopper0")), return_exceptions=True))[0]
    assert isinstance(last, Known)


async def test_the_pool_gets_its_connection_back_out_of_autocommit(house):
    await house.enrol("oAlice")
    await house.come_back("oAlice")
    async with house.database.pool(Role.APP).connection() as conn:
        assert conn.autocommit is False


async def test_the_app_role_may_not_change_a_leaf(house):
    await house.enrol("oAlice")
    async with await house.database.connect(Role.APP) as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute("update trail.entry set body = body")
