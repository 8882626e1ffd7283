"""The meter after three simulated years of everything that may befall it, against a recount written apart."""

from __future__ import annotations

import pytest

from tests.conftest import Cluster
from tests.stories.border.conftest import Border
from tests.stories.border.years import Years

HAPPENED = ("turns", "kills", "merges", "unmerges", "erasures", "replays", "crashes", "doubled")


async def test_three_years_of_writers_crashes_and_merges_agree_with_a_recount(border: Border, cluster: Cluster) -> None:
    years = Years(border, cluster, persons=3_000, attempts=20_000, scale=500)
    await years.live()
    found = await years.recount()
    assert found["held"] > 100, "the lines were reached"
    assert not [what for what in HAPPENED if not years.told[what]], dict(years.told)
    assert found["ledger rows"] + years.told["replays"] == 20_000


@pytest.mark.parametrize("seed", range(6))
async def test_few_persons_and_a_near_line_under_any_interleaving(border: Border, cluster: Cluster, seed: int) -> None:
    years = Years(border, cluster, persons=14, attempts=300, scale=14_000, seed=seed, writers=12, hand=1 + seed % 3 * 4)
    await years.live()
    await years.recount()
