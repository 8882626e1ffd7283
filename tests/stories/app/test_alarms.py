"""An alarm says once what is wrong, and counts."""

from __future__ import annotations

from tests.stories.app.conftest import Town
from yumen.app.alarms import raise_alarm
from yumen.kit.work import Actor, ActorKind


async def test_an_alarm_is_raised_once_and_counted(town: Town) -> None:
    for _ in range(3):
        async with town.house.work.begin(Actor(ActorKind.SYSTEM, "worker", town.handler)) as uow:
            await raise_alarm(uow, "trail.unsound", "trail")
    assert await town.count("select times from ops.alarm") == 3
