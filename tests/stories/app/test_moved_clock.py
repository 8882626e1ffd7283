"""The business clock moves where settings let it, in every process, and nowhere else."""

from __future__ import annotations

from datetime import timedelta

from tests.stories.app.conftest import Town, until
from yumen.app.moved_clock import followed
from yumen.kit.clock import Clock
from yumen.kit.db import Role
from yumen.kit.work import Work

YEAR = timedelta(days=365)


async def move(town: Town, by: timedelta) -> None:
    async with await town.house.database.connect(Role.OWNER) as owner:
        await owner.execute("update ops.clock set ahead = %s", (by,))


def another(town: Town) -> Work:
    """The work of another process of the same house."""
    work = town.house.work
    return Work(work.database, Clock(), work.services, work.sink)


async def test_a_moved_clock_is_followed_from_the_start_and_while_it_runs(town: Town) -> None:
    await move(town, YEAR)
    work = another(town)
    async with followed(work, movable=True):
        assert work.clock.offset == YEAR
        await move(town, 2 * YEAR)
        await until(lambda: at(work, 2 * YEAR))
        await town.lose(Role.APP)
        await town.restore(Role.APP)
        await move(town, 3 * YEAR)
        await until(lambda: at(work, 3 * YEAR))


async def test_a_clock_that_may_not_be_moved_stays_whatever_the_row_says(town: Town) -> None:
    await move(town, YEAR)
    work = another(town)
    async with followed(work, movable=False):
        assert work.clock.offset == timedelta(0)
    assert work.clock.offset == timedelta(0)


async def at(work: Work, offset: timedelta) -> bool:
    return work.clock.offset == offset
