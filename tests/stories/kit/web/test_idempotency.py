"""The same request sent twice is done once."""

from __future__ import annotations

import asyncio

import pytest

from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.web import idempotency
from yumen.kit.web.idempotency import Outcome, Request, key_of
from yumen.kit.work import Actor, ActorKind, Work

ACTOR = Actor(ActorKind.SUBJECT, "sub_1", HandlerId(1))


class Nowhere:
    async def publish(self, conn: Conn, event: object) -> None: ...


@pytest.fixture
def work(database: Database) -> Work:
    return Work(database, Clock(), {}, Nowhere())


def request(content: bytes = b"{}", key: str = "key-12345") -> Request:
    return Request.of(ACTOR, key, "POST /v1/phone", content)


async def once(work: Work, asked: Request, done: list[int]) -> Outcome:
    async with work.begin(ACTOR) as uow:
        earlier = await idempotency.claim(uow, asked)
        if earlier is not None:
            return earlier
        await asyncio.sleep(0.05)
        done.append(1)
        outcome: Outcome = {"binding": f"phn_{len(done)}"}
        await idempotency.settle(uow, asked, outcome)
        return outcome


async def test_a_repeat_gets_the_first_outcome(work: Work) -> None:
    done: list[int] = []
    first, second = await once(work, request(), done), await once(work, request(), done)
    assert first == second == {"binding": "phn_1"}
    assert done == [1]


async def test_two_at_once_are_done_once(work: Work) -> None:
    done: list[int] = []
    outcomes = await asyncio.gather(*(once(work, request(), done) for _ in range(5)))
    assert done == [1]
    assert all(outcome == {"binding": "phn_1"} for outcome in outcomes)


async def test_another_request_under_the_same_key_is_refused(work: Work) -> None:
    await once(work, request(), [])
    with pytest.raises(Problem) as refused:
        await once(work, request(b'{"code": "other"}'), [])
    assert refused.value.code.name == "idempotency.mismatch"


async def test_a_request_that_failed_leaves_its_key_free(work: Work) -> None:
    with pytest.raises(KeyError):
        async with work.begin(ACTOR) as uow:
            await idempotency.claim(uow, request())
            raise KeyError
    assert await once(work, request(), []) == {"binding": "phn_1"}


async def test_keys_of_different_actors_do_not_meet(work: Work) -> None:
    await once(work, request(), [])
    other = Request.of(Actor(ActorKind.SUBJECT, "sub_2", HandlerId(1)), "key-12345", "POST /v1/phone", b"{}")
    async with work.begin(ACTOR) as uow:
        assert await idempotency.find(uow, other) is None


@pytest.mark.parametrize("key", ["short", "x" * 129, "with space", "ключ-ключ", "line\nline"])
def test_an_odd_key_is_refused(key: str) -> None:
    with pytest.raises(Problem) as refused:
        key_of(key)
    assert refused.value.code.name == "idempotency.key_invalid"


def test_no_key_is_no_key() -> None:
    assert key_of(None) is None


async def test_many_keys_are_claimed_and_settled_at_once_those_that_are_free(work: Work) -> None:
    await once(work, request(key="key-taken"), [])
    asked = [request(key=key) for key in ("key-00001", "key-taken", "key-00001", "key-00002")]
    async with work.begin(ACTOR) as uow:
        outcomes = [(one, {"order": f"ord_{at}"}) for at, one in enumerate(asked)]
        assert await idempotency.keep_outcomes(uow, outcomes) == [True, False, False, True]
    async with work.begin(ACTOR) as uow:
        found = [await idempotency.find(uow, one) for one in asked]
    assert found == [{"order": "ord_0"}, {"binding": "phn_1"}, {"order": "ord_0"}, {"order": "ord_3"}]
