"""Every committed act gets exactly one place, whoever is killed, whatever stays open, wherever it is restored."""

import asyncio
import contextlib
from collections.abc import Callable

import pytest
from psycopg.errors import SerializationFailure

from tests.stories.security.trail.desk import Desk
from tests.stories.security.trail.rivals import run_rivals
from yumen.kit.db import Conn, Role
from yumen.kit.errors import Problem
from yumen.security import trail
from yumen.security.trail.sequencer import BUSY_S, ENOUGH, IDLE_S, pause_after, prepare

ENTRY = b'["y1","test.acted",1,"tests",1,{},null]'


async def health(desk: Desk) -> trail.Health:
    async with await desk.connect() as conn:
        return await trail.check(conn)


async def insert(conn: Conn) -> None:
    await conn.execute("insert into trail.entry (body) values (%s)", (ENTRY,))


async def test_acts_get_places_once(desk: Desk) -> None:
    await desk.act(530)
    assert await desk.integrate() == 530
    assert await desk.integrate() == 530
    assert (await health(desk)).sound


async def test_rivals_killed_at_random_lose_and_double_nothing(desk: Desk) -> None:
    committed = await run_rivals(desk, kills=4, seed=1)
    assert committed > 100
    assert await desk.integrate() == committed
    assert (await health(desk)).sound


async def test_an_act_left_open_holds_nothing_up_and_is_taken_when_it_commits(desk: Desk) -> None:
    async with await desk.database.connect(Role.APP) as open_act:
        await insert(open_act)
        await desk.act(20)
        assert await desk.integrate() == 20
        await desk.act(5)
        assert await desk.integrate() == 25
        await open_act.commit()
    assert await desk.integrate() == 26
    assert (await health(desk)).sound


async def test_an_act_rolled_back_leaves_no_leaf(desk: Desk) -> None:
    async with await desk.database.connect(Role.APP) as conn:
        await insert(conn)
        await conn.execute("savepoint half")
        await insert(conn)
        await conn.execute("rollback to half")
        await conn.commit()
        await insert(conn)
        await conn.rollback()
    assert await desk.integrate() == 1


async def test_of_two_rounds_at_once_one_loses_and_reloads(desk: Desk) -> None:
    first, second = trail.Sequencer(desk.connect), trail.Sequencer(desk.connect)
    async with await desk.connect() as one, await desk.connect() as other:
        await prepare(one)
        await prepare(other)
        await first.integrate(one)
        await second.integrate(other)
        await desk.act(10)
        results = await asyncio.gather(first.integrate(one), second.integrate(other), return_exceptions=True)
        assert 10 in results
        assert all(result in (0, 10) or isinstance(result, SerializationFailure) for result in results)
        await desk.act(10)
        with contextlib.suppress(SerializationFailure):
            await second.integrate(other)
        await first.integrate(one)
    assert await desk.integrate() == 20
    assert (await health(desk)).sound


def test_rounds_come_close_where_leaves_are_many_and_gather_where_they_are_few() -> None:
    few, many = BUSY_S, IDLE_S
    for _ in range(20):
        few, many = pause_after(1, few), pause_after(ENOUGH, many)
    assert (few, many) == (IDLE_S, BUSY_S)
    assert pause_after(0, BUSY_S) > BUSY_S


async def test_a_running_sequencer_survives_the_loss_of_its_connection(desk: Desk) -> None:
    sizes: list[int] = []
    stop = asyncio.Event()
    running = asyncio.create_task(trail.Sequencer(desk.connect, sizes.append).run(stop))
    await desk.act(3)
    await _until(lambda: sizes[-1:] == [3])
    await desk.tamper(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where usename = 'yumen_sequencer' and datname = current_database()"
    )
    await desk.act(4)
    await _until(lambda: sizes[-1:] == [7])
    stop.set()
    await running


async def test_a_sequencer_does_not_build_on_a_changed_tree(desk: Desk) -> None:
    await desk.act(300)
    await desk.integrate()
    await desk.tamper(
        "update trail.entry set body = set_byte(body, 20, 0) where id = (select max(id) from trail.entry)"
    )
    await desk.act(1)
    with pytest.raises(Problem, match=r"trail\.broken"):
        await desk.integrate()


async def test_in_another_cluster_restored_entries_and_new_ones_all_get_one_place(desk: Desk) -> None:
    await desk.act(300)
    await desk.integrate()
    await desk.act(10)  # dumped before they got a place
    await desk.tamper(
        # what a restore into a younger cluster looks like: stored numbers above all that will be given there
        "update trail.position set xid = (xid::text::bigint + 5000)::text::xid8",
        "update trail.entry set xid = (xid::text::bigint + 5000)::text::xid8",
        "update trail.head set cluster = 1, seen = '900000:900000:'",
    )
    await desk.act(7)
    assert await desk.integrate() == 317
    await desk.act(20)
    assert await desk.integrate() == 337
    assert (await health(desk)).sound
    assert await desk.sign() == 337


async def _until(done: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not done():
        assert asyncio.get_running_loop().time() < deadline, "the sequencer did not come back"
        await asyncio.sleep(0.02)
