"""Two hundred thousand requests through one server process: its memory does not grow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import Cluster
from tests.stories.app.conftest import Town, opened_town, sandbox  # noqa: F401  # a fixture
from tests.stories.app.test_serve import served
from yumen.sandbox.wechat.server import Addresses

REQUESTS, WARM, TOGETHER = 200_000, 20_000, 32
LOGIN_EVERY = 20
GROWTH_MAX_MIB = 16


@pytest.fixture
async def town(cluster: Cluster, sandbox: Addresses, tmp_path: Path) -> AsyncIterator[Town]:  # noqa: F811
    async with opened_town(cluster, sandbox, tmp_path) as opened:
        yield opened


async def test_memory_does_not_grow(town: Town, tmp_path: Path, tell: Callable[..., None]) -> None:
    async with served(town, tmp_path) as (process, port), aiohttp.ClientSession() as http:
        url, began = f"http://127.0.0.1:{port}", time.monotonic()
        tokens = [(await town.visitor()).token for _ in range(TOGETHER)]
        await ask(town, http, url, tokens, WARM)
        warm_mib = resident_mib(process.pid)
        await ask(town, http, url, tokens, REQUESTS - WARM)
        end_mib = resident_mib(process.pid)
        seconds = time.monotonic() - began
    tell(requests=REQUESTS, warm_mib=round(warm_mib, 1), end_mib=round(end_mib, 1), seconds=round(seconds))
    assert end_mib - warm_mib < GROWTH_MAX_MIB


async def ask(town: Town, http: aiohttp.ClientSession, url: str, tokens: list[str], requests: int) -> None:
    """Reads, refusals and logins of ever new people, a few at a time."""
    people = iter(await town.wechat.add_people(requests // LOGIN_EVERY + TOGETHER))

    async def one(token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        for number in range(requests // TOGETHER):
            if number % LOGIN_EVERY == 0:
                code = await town.wechat.login(town.appid, next(people).id)  # one at a time: it lives five minutes
                body = {"app": town.appid, "code": code}
                async with http.post(f"{url}/v1/login", json=body) as answer:
                    assert answer.status == 200, await answer.text()
            elif number % 7 == 0:
                async with http.patch(f"{url}/v1/profile", json={"nickname": 1}, headers=headers) as answer:
                    assert answer.status == 400
            else:
                path = ("/v1/me", "/v1/consents", "/v1/profile", "/v1/notices", "/v1/sessions")[number % 5]
                async with http.get(url + path, headers=headers) as answer:
                    assert answer.status == 200, await answer.text()

    await asyncio.gather(*(one(token) for token in tokens))


def resident_mib(pid: int) -> float:
    """Of the server and the workers it started."""
    pids = [pid, *(int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    pages = sum(int(Path(f"/proc/{each}/statm").read_text().split()[1]) for each in pids)
    return pages * 4096 / 2**20
