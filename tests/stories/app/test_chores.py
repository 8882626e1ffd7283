"""The chores by the clock: each runs as the worker runs it, and does what its name says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.stories.app.conftest import Town
from yumen.app import chores
from yumen.app.moved_clock import move_clock
from yumen.kit.db import Role
from yumen.kit.jobs import Jobs


async def do(town: Town, name: str) -> None:
    jobs = Jobs()
    chores.register(jobs)
    await jobs.known[name].run(town.house.work, {})


async def ahead(town: Town, days: int) -> None:
    async with await town.house.database.connect(Role.OWNER) as owner:
        await owner.execute("update ops.clock set ahead = %s", (timedelta(days=days),))
    assert await move_clock(town.house.work) == timedelta(days=days)


def test_every_chore_has_its_time() -> None:
    jobs = Jobs()
    chores.register(jobs)
    assert len(jobs.known) >= 6
    assert all(job.cron for job in jobs.known.values())


@pytest.mark.parametrize(
    "name", [chores.FORGET_ANSWERS, chores.FORGET_PUSHES, chores.FINISH_SHREDS, chores.EXPIRE_APPROVALS,
             chores.FORGET_SESSIONS, chores.FORGET_BEACONS, chores.CHECK_TRAIL]
)  # fmt: skip
async def test_a_chore_on_a_house_in_order_changes_nothing(town: Town, name: str) -> None:
    await town.visitor()
    await town.publish()
    before = await town.count("select count(*) from trail.entry")
    await do(town, name)
    assert await town.count("select count(*) from trail.entry") == before
    assert await town.count("select count(*) from ops.alarm") == 0


async def test_old_answers_and_ended_sessions_are_forgotten(town: Town) -> None:
    visitor = await town.visitor()
    await visitor.share_phone()
    assert await town.count("select count(*) from ops.idempotency") > 0
    await ahead(town, 2)
    await do(town, chores.FORGET_ANSWERS)
    assert await town.count("select count(*) from ops.idempotency") == 0
    assert await town.count("select count(*) from identity.session") == 1
    await ahead(town, 400)
    await do(town, chores.FORGET_SESSIONS)
    assert await town.count("select count(*) from identity.session") == 0


async def test_a_trail_that_is_amiss_raises_one_alarm_that_counts(town: Town) -> None:
    await town.visitor()
    await town.publish()
    async with await town.house.database.connect(Role.OWNER) as owner:
        await owner.execute("delete from trail.position where idx = 0")
    for _ in range(2):
        await do(town, chores.CHECK_TRAIL)
    assert await town.count("select times from ops.alarm where code = 'trail.unsound'") == 2
