"""A unit commits whole or not at all, and never an act without its leaf."""

from __future__ import annotations

import pytest
from psycopg.errors import UniqueViolation
from psycopg.pq import TransactionStatus

from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database, Role
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId
from yumen.kit.work import Actor, ActorKind, UnitOfWork, UnrecordedActError, Work, recorded

ACTOR = Actor(ActorKind.SYSTEM, "worker", HandlerId(1))


class Nowhere:
    async def publish(self, conn: Conn, event: object) -> None: ...


@pytest.fixture
def work(database: Database) -> Work:
    return Work(database, Clock(), {int: 7}, Nowhere())


@recorded
async def raise_alarm(uow: UnitOfWork, place: str, leaves: int = 1) -> str:
    await uow.conn.execute(
        "insert into ops.alarm (code, place, raised_at, last_at) values ('test', %s, %s, %s)",
        (place, uow.now, uow.now),
    )
    uow.tally.leaves += leaves
    return place


@recorded
async def do_nothing(uow: UnitOfWork) -> str:
    return uow.unchanged("same")


async def alarms(work: Work) -> list[str]:
    async with work.begin(ACTOR) as uow:
        rows = await (await uow.conn.execute("select place from ops.alarm order by place")).fetchall()
    return [row["place"] for row in rows]


async def test_leaving_the_block_commits(work: Work) -> None:
    async with work.begin(ACTOR) as uow:
        assert await raise_alarm(uow, "a") == "a"
    assert await alarms(work) == ["a"]


async def test_an_exception_rolls_everything_back(work: Work) -> None:
    with pytest.raises(KeyError):
        async with work.begin(ACTOR) as uow:
            await raise_alarm(uow, "a")
            raise KeyError
    assert await alarms(work) == []


@pytest.mark.parametrize("leaves", [0, 2])
async def test_an_act_without_exactly_one_leaf_is_not_committed(work: Work, leaves: int) -> None:
    with pytest.raises(UnrecordedActError):
        async with work.begin(ACTOR) as uow:
            await raise_alarm(uow, "a", leaves=leaves)
    assert await alarms(work) == []


async def test_a_story_that_finds_nothing_to_do_needs_no_leaf(work: Work) -> None:
    async with work.begin(ACTOR) as uow:
        assert await do_nothing(uow) == "same"


async def test_services_are_found_by_their_kind(work: Work) -> None:
    async with work.begin(ACTOR) as uow:
        assert uow.use(int) == work.use(int) == 7


async def test_a_lost_database_is_a_coded_problem(database: Database, work: Work) -> None:
    await database.open(Role.OWNER)
    async with database.pool(Role.OWNER).connection() as owner:
        await owner.execute("select 1")
    with pytest.raises(Problem) as lost:
        async with work.begin(ACTOR) as uow:
            await uow.conn.execute("select pg_terminate_backend(pg_backend_pid())")
    assert lost.value.code.name == "database.unavailable"
    assert await alarms(work) == [], "the pool heals"


async def test_a_pipelined_unit_commits_everything_or_nothing(work: Work) -> None:
    async with work.begin(ACTOR, pipelined=True) as uow:
        await raise_alarm(uow, "a")
        await raise_alarm(uow, "b")
    with pytest.raises(UniqueViolation):
        async with work.begin(ACTOR, pipelined=True) as uow:
            await raise_alarm(uow, "c")
            await raise_alarm(uow, "a")
    with pytest.raises(KeyError):
        async with work.begin(ACTOR, pipelined=True) as uow:
            await raise_alarm(uow, "d")
            raise KeyError
    assert await alarms(work) == ["a", "b"]


async def test_what_only_the_commit_of_a_pipelined_unit_finds_out_is_raised(work: Work) -> None:
    async with await work.database.connect(Role.OWNER) as conn:
        await conn.execute("create temporary table later (n int primary key deferrable initially deferred)")
        with pytest.raises(UniqueViolation):
            async with work.begin_on(conn, ACTOR) as uow:
                await uow.conn.execute("insert into later values (1), (1)")


async def test_a_pipelined_unit_that_says_nothing_leaves_no_transaction_open(work: Work) -> None:
    async with work.database.pool(Role.APP).connection() as conn:
        async with work.begin_on(conn, ACTOR):
            pass
        assert conn.info.transaction_status is TransactionStatus.IDLE
        async with work.begin_on(conn, ACTOR) as uow:
            await raise_alarm(uow, "a")
        assert conn.info.transaction_status is TransactionStatus.IDLE
    assert await alarms(work) == ["a"]


@pytest.mark.parametrize("leaves", [0, 2])
async def test_a_pipelined_act_without_its_one_leaf_is_not_committed(work: Work, leaves: int) -> None:
    with pytest.raises(UnrecordedActError):
        async with work.begin(ACTOR, pipelined=True) as uow:
            await raise_alarm(uow, "a", leaves)
    assert await alarms(work) == []
