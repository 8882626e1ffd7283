"""Hundreds of thousands of made-up requests at the three edges: no 500, no answer that is not a problem, no hang.

Each edge and seed is a test of its own, so that `make soak ARGS="tests/soak/test_fuzz_api.py -n 3"` shares them among
processes, and `-k staff-0` runs one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.conftest import Cluster
from tests.stories.app.conftest import Town, opened_town, sandbox  # noqa: F401  # a fixture
from tests.stories.app.storm import Storm, blow_blindly, blow_by_schema
from tests.stories.app.test_bad_input import callers_of
from yumen.app.serve import EDGES
from yumen.sandbox.wechat.server import Addresses

BY_SCHEMA, BLINDLY, SEEDS = 150, 4000, 4


@pytest.fixture
async def town(cluster: Cluster, sandbox: Addresses, tmp_path: Path) -> AsyncIterator[Town]:  # noqa: F811
    async with opened_town(cluster, sandbox, tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("number", range(SEEDS))
@pytest.mark.parametrize("edge", EDGES)
async def test_made_up_requests_meet_no_defect(town: Town, edge: str, number: int, tell: Callable[..., None]) -> None:
    callers = await callers_of(town)
    storm = Storm(callers.gates[edge], lambda path: callers.token(edge, path), asyncio.get_running_loop())
    await asyncio.to_thread(blow_by_schema, storm, edge, BY_SCHEMA, number)
    await asyncio.to_thread(blow_blindly, storm, edge, BLINDLY, number)
    refused = sum(count for status, count in storm.statuses.items() if status >= 400)
    tell(requests=storm.statuses.total(), refused=refused, defects=len(storm.amiss))
    assert not storm.amiss, "\n" + "\n".join(storm.amiss[:20])
