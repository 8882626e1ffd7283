"""Fifty times kill -9 at random points of a running house: no act without leaf, no leaf without act, no lost login."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.stories.house.killing import VICTIMS, besieged, check, strike
from yumen.kit.settings import FILE_VARIABLE

KILLS = 50


async def test_fifty_kills_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tell: Callable[..., None]
) -> None:
    monkeypatch.setenv(FILE_VARIABLE, "")
    seed = time.time_ns() % 1_000_000
    print(f"seed {seed}")
    dice, struck, slowest_s = random.Random(seed), Counter[str](), 0.0
    async with besieged(tmp_path / "demo", shoppers=8) as siege:
        await siege.until_served(8)
        for number in range(KILLS):
            victim = VICTIMS[number % len(VICTIMS)] if number < len(VICTIMS) else dice.choice(VICTIMS)
            await asyncio.sleep(dice.uniform(0.0, 1.5))
            strike(siege.running, victim)
            struck[victim] += 1
            began = time.monotonic()
            await siege.until_served(4)
            slowest_s = max(slowest_s, time.monotonic() - began)
        reckoning = await siege.peace()
    tell(
        kills=KILLS, **{victim.replace("-", "_"): count for victim, count in struck.items()},
        logins=reckoning.rows["session.opened"], leaves=reckoning.entries, retried=siege.load.retried,
        logins_lost=reckoning.sessions_lost, slowest_recovery_s=round(slowest_s, 1), seed=seed,
    )  # fmt: skip
    check(reckoning)
