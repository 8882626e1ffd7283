"""Migrations against a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Sequence

import procrastinate.schema
import psycopg
import pytest

from tests.conftest import Cluster
from yumen.kit.db import Conn, Database, Role
from yumen.kit.errors import Problem
from yumen.kit.migrate import Migration, State, Target, migrate, shipped, status

ONE = Migration(1, "one", "create table ops.one (id int)")
TWO = Migration(2, "two", "create table ops.two (id int)")
BROKEN = Migration(2, "two", "create table ops.two (id int); select 1 / 0")
SLOW = "create table ops.two (id int); select pg_sleep(30)"


@pytest.fixture
async def owner(cluster: Cluster) -> AsyncIterator[Conn]:
    """The owner of an empty database."""
    name = f"empty_{next(cluster.numbers)}"
    await cluster.admin.execute(f"create database {name} owner yumen_owner")
    urls = {Role.OWNER: cluster.server.url("yumen_owner", name)}
    async with await Database(urls).connect(Role.OWNER, autocommit=True) as conn:
        yield conn
    await cluster.admin.execute(f"drop database {name} with (force)")


async def tables(conn: Conn) -> set[str]:
    rows = await conn.execute("select tablename from pg_tables where schemaname = 'ops' and tablename <> 'migration'")
    return {row["tablename"] for row in await rows.fetchall()}


async def states(conn: Conn, migrations: Sequence[Migration]) -> list[State]:
    return [step.state for step in await status(conn, migrations)]


async def test_migrations_are_applied_once_in_order_and_tell_their_progress(owner: Conn) -> None:
    told: list[tuple[str, int, int]] = []
    first = await migrate(owner, Target.MAIN, (ONE, TWO), lambda m, done, total: told.append((m.name, done, total)))
    again = await migrate(owner, Target.MAIN, (ONE, TWO))
    assert [m.number for m in first] == [1, 2]
    assert again == []
    assert told == [("one", 0, 2), ("two", 1, 2)]
    assert await tables(owner) == {"one", "two"}


async def test_a_database_that_nobody_migrated_shows_everything_as_pending(owner: Conn) -> None:
    assert await states(owner, (ONE, TWO)) == [State.PENDING, State.PENDING]


async def test_a_changed_migration_is_refused_before_anything_is_done(owner: Conn) -> None:
    await migrate(owner, Target.MAIN, (ONE,))
    changed = Migration(1, "one", ONE.text + " -- better")
    with pytest.raises(Problem, match=r"migration\.changed number=1") as refused:
        await migrate(owner, Target.MAIN, (changed, TWO))
    assert refused.value.facts["target"] == "main"
    assert await tables(owner) == {"one"}
    assert await states(owner, (changed, TWO)) == [State.CHANGED, State.PENDING]


async def test_a_database_newer_than_the_program_is_refused(owner: Conn) -> None:
    await migrate(owner, Target.MAIN, (ONE, TWO))
    with pytest.raises(Problem, match=r"migration\.unknown number=2"):
        await migrate(owner, Target.MAIN, (ONE,))
    assert await states(owner, (ONE,)) == [State.APPLIED, State.UNKNOWN]


async def test_a_gap_in_the_numbers_is_refused(owner: Conn) -> None:
    with pytest.raises(Problem, match=r"migration\.gap number=1"):
        await migrate(owner, Target.MAIN, (TWO,))
    assert await tables(owner) == set()


async def test_a_migration_that_fails_leaves_those_before_it_whole_and_nothing_of_itself(owner: Conn) -> None:
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(owner, Target.MAIN, (ONE, BROKEN))
    assert await tables(owner) == {"one"}
    assert await states(owner, (ONE, BROKEN)) == [State.APPLIED, State.PENDING]


async def test_two_programs_that_migrate_at_once_take_turns(owner: Conn) -> None:
    async with await psycopg.AsyncConnection.connect(
        owner.info.dsn, password=owner.info.password, autocommit=True, row_factory=psycopg.rows.dict_row
    ) as other:
        slow = (Migration(1, "one", ONE.text + "; select pg_sleep(0.2)"), TWO)
        done = await asyncio.gather(migrate(owner, Target.MAIN, slow), migrate(other, Target.MAIN, slow))
    assert sorted(len(applied) for applied in done) == [0, 2]


async def test_a_program_killed_in_a_migration_leaves_nothing_half_made(owner: Conn, cluster: Cluster) -> None:
    url = cluster.server.url("yumen_owner", owner.info.dbname)
    script = f"""
import asyncio
from yumen.kit.db import Database, Role
from yumen.kit.migrate import Migration, Target, migrate
async def main():
    async with await Database({{Role.OWNER: {url!r}}}).connect(Role.OWNER, autocommit=True) as conn:
        steps = (Migration(1, "one", {ONE.text!r}), Migration(2, "two", {SLOW!r}))
        await migrate(conn, Target.MAIN, steps, lambda m, done, total: print(m.name, flush=True))
asyncio.run(main())
"""
    victim = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
    assert victim.stdout is not None
    assert [await victim.stdout.readline() for _ in range(2)] == [b"one\n", b"two\n"]
    os.kill(victim.pid, signal.SIGKILL)
    await victim.wait()
    await cluster.admin.execute(  # a server notices a vanished client only when it next speaks to it
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> %s",
        (owner.info.dbname, owner.info.backend_pid),
    )
    assert [m.number for m in await migrate(owner, Target.MAIN, (ONE, TWO))] == [2]
    assert await tables(owner) == {"one", "two"}


@pytest.mark.parametrize(("target", "role"), [(Target.MAIN, Role.OWNER), (Target.KEYS, Role.KEYS_OWNER)])
async def test_the_shipped_migrations_of_each_database_are_applied(
    database: Database, target: Target, role: Role
) -> None:
    async with await database.connect(role, autocommit=True) as conn:
        assert {step.state for step in await status(conn, shipped(target))} == {State.APPLIED}


async def test_the_app_role_may_not_touch_what_is_not_granted(database: Database) -> None:
    async with database.pool(Role.APP).connection() as conn:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await conn.execute("update ops.clock set ahead = '1 day'")


def test_the_vendored_queue_schema_is_that_of_the_installed_queue() -> None:
    """When this fails, procrastinate brought a new schema: add a migration with its changes, then update the copy."""
    first = shipped(Target.MAIN)[0].text
    vendored = re.sub(r"\A.*?(?=^-- Procrastinate Schema$)", "", first, flags=re.DOTALL | re.MULTILINE)
    assert vendored.startswith(procrastinate.schema.SchemaManager.get_schema())
