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


async def test_the_meter_over_three_years(border: Border, cluster: Cluster, tell) -> None:  # noqa: F811
    persons = max(1_000, min(PERSONS_MAX, ATTEMPTS * 3 // 20))
    years = Years(
        border, cluster, persons=persons, attempts=ATTEMPTS, scale=PERSONS_MAX // persons, writers=WRITERS,
        step_days=1 if ATTEMPTS >= 1_000_000 else 30, drain=True,
    )  # fmt: skip
    begun = time.monotonic()
    await years.live()
    spent_s = time.monotonic() - begun
    found = await years.recount()
    tell(
        attempts=ATTEMPTS, persons=persons, writers=WRITERS, seconds=round(spent_s), **years.told, **found,
        differences=0,
    )  # fmt: skip
