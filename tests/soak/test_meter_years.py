"""Ten million attempts of a million and a half persons in three simulated years, at the lines of the law; recounted."""

from __future__ import annotations

import os
import time

from tests.conftest import Cluster
from tests.stories.border.conftest import Border, border  # noqa: F401  # a fixture
from tests.stories.border.years import Years

ATTEMPTS = int(os.environ.get("SOAK_METER_ATTEMPTS", "10000000"))
PERSONS_MAX = 1_500_000
WRITERS = 32
HAND = 16
"""Attempts that a writer has under way at once: a page of people, of which the booking lane makes whole batches."""


async def test_the_meter_over_three_years(border: Border, cluster: Cluster, tell) -> None:  # noqa: F811
    persons = max(1_000, min(PERSONS_MAX, ATTEMPTS * 3 // 20))
    years = Years(
        border, cluster, persons=persons, attempts=ATTEMPTS, scale=PERSONS_MAX // persons, writers=WRITERS, hand=HAND,
        step_days=1 if ATTEMPTS >= 1_000_000 else 30, drain=True, say=say,
    )  # fmt: skip
    begun, cpu = time.monotonic(), time.process_time()
    await years.live()
    spent_s, cpu_s = time.monotonic() - begun, time.process_time() - cpu
    say(f"lived for {spent_s:,.0f} s, {cpu_s:,.0f} s of processor time in Python; counting again")
    found = await years.recount()
    tell(
        attempts=ATTEMPTS, persons=persons, writers=WRITERS, under_way_each=HAND,
        seconds=round(spent_s), python_s=round(cpu_s),
        recount_s=round(time.monotonic() - begun - spent_s), **years.told, **found, differences=0,
    )  # fmt: skip


def say(line: str) -> None:
    print(f"meter: {line}", flush=True)
