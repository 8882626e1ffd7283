"""Hundreds of thousands of made-up requests at the three edges: no 500, no answer that is not a problem, no hang."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.conftest import Cluster
from tests.stories.app.conftest import Town, opened_town, sandbox  # noqa: F401  # a fixture
from tests.stories.app.storm import Storm, blow_blindly, blow_by_schema
from tests.stories.app.test_bad_input import callers_of
from yumen.sandbox.wechat.server import Addresses

BY_SCHEMA, BLINDLY, SEEDS = 150, 4000, 4


@pytest.fixture
async def town(cluster: Cluster, sandbox: Addresses, tmp_path: Path) -> AsyncIterator[Town]:  # noqa: F811
    async with opened_town(cluster, sandbox, tmp_path) as opened:
        yield opened


async def test_made_up_requests_meet_no_defect(town: Town, tell: Callable[..., None]) -> None:
    callers = await callers_of(town)
    requests, refused, loop = 0, 0, asyncio.get_running_loop()
    for edge, gate in callers.gates.items():
        for number in range(SEEDS):

            async def token(path: str, edge: str = edge) -> str | None:
                return await callers.token(edge, path)

            storm = Storm(gate, token, loop)
            await asyncio.to_thread(blow_by_schema, storm, edge, BY_SCHEMA, number)
            await asyncio.to_thread(blow_blindly, storm, edge, BLINDLY, number)
            assert not storm.amiss, "\n" + "\n".join(storm.amiss[:20])
            requests += storm.statuses.total()
            refused += sum(count for status, count in storm.statuses.items() if status >= 400)
    tell(requests=requests, refused=refused, defects=0)
