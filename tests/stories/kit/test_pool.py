"""A crowd waits its turn; a database that serves nobody is told of at once."""

from __future__ import annotations

import asyncio

import pytest
from psycopg_pool import PoolTimeout

from yumen.kit.db import Database, Role
from yumen.kit.pool import Pool


async def opened(database: Database, size: int, wait_s: float) -> Pool:
    pool = Pool(database.urls[Role.APP], min_size=1, max_size=size, timeout=wait_s, open=False)
    await pool.open(wait=True)
    return pool


async def test_the_last_of_a_crowd_is_served_though_it_waits_longer_than_one_may_for_a_silent_database(
    database: Database,
) -> None:
    pool = await opened(database, 1, 4.0)
    served: list[int] = []

    async def ask(number: int) -> None:
        async with pool.connection() as conn:
            await conn.execute("select pg_sleep(1)")
            served.append(number)

    await asyncio.gather(*(ask(number) for number in range(6)))
    await pool.close()
    assert served == list(range(6))


async def test_when_nobody_is_served_everybody_in_line_hears_of_it(database: Database) -> None:
    pool = await opened(database, 1, 0.2)
    async with pool.connection():

        async def ask() -> None:
            async with pool.connection():
                raise AssertionError

        refused = await asyncio.gather(*(ask() for _ in range(3)), return_exceptions=True)
    async with pool.connection() as conn:  # and the turn is free again
        await conn.execute("select 1")
    await pool.close()
    assert [type(one) for one in refused] == [PoolTimeout] * 3


async def test_a_limit_given_with_the_call_holds_in_a_crowd(database: Database) -> None:
    pool = await opened(database, 1, 5.0)
    async with pool.connection():
        with pytest.raises(PoolTimeout):
            await pool.getconn(timeout=0.05)
    await pool.putconn(await pool.getconn(timeout=5.0))
    await pool.close()


async def test_who_leaves_the_line_gives_the_turn_on(database: Database) -> None:
    pool = await opened(database, 1, 5.0)
    async with pool.connection():
        first, second = (asyncio.ensure_future(pool.getconn()) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
    conn = await second
    await pool.putconn(conn)
    await pool.close()
    assert first.cancelled()


async def test_a_connection_that_comes_back_changed_is_nobody_elses(database: Database) -> None:
    pool = await opened(database, 1, 5.0)
    async with pool.connection() as conn:
        await conn.set_autocommit(True)
    async with pool.connection() as conn:
        assert not conn.autocommit
    await pool.close()
