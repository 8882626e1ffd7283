"""Show 5: whatever is killed -9 under load comes back, and no act, leaf or login is lost or doubled."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.stories.house.killing import VICTIMS, besieged, check, strike
from yumen.kit.settings import FILE_VARIABLE


async def test_killed_server_worker_and_database_lose_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILE_VARIABLE, "")  # what the demo's premises set is undone after the test
    dice = random.Random(5)
    async with besieged(tmp_path / "demo", shoppers=4) as siege:
        await siege.until_served(4)
        for victim in VICTIMS:
            await asyncio.sleep(dice.uniform(0.05, 0.6))
            strike(siege.running, victim)
            await siege.until_served(4)
        reckoning = await siege.peace()
    check(reckoning)
    assert reckoning.rows["session.opened"] >= 20
    assert siege.load.retried > 0
