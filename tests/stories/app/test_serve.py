"""The edges and the worker as processes: what is under way at SIGTERM is finished, and nothing odd breaks HTTP."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.stories.app.conftest import Town, until
from yumen.app.supervisor import answers, free_port
from yumen.kit.db import Role

TAKEN: set[int] = set()


@asynccontextmanager
async def program(
    town: Town, folder: Path, *words: str, **settings: object
) -> AsyncIterator[asyncio.subprocess.Process]:
    """One of our programs over the town's databases; its lines go to `folder/log`."""
    told = {f"YUMEN_{name.upper()}": str(value) for name, value in settings.items()}
    with (folder / "log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "yumen", "--config", str(town.settings_file(folder)), *words, stdout=log,
            stderr=log, env={**os.environ, **told, "YUMEN_LANG": "en"}, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


@asynccontextmanager
async def served(town: Town, folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    port = free_port(18_700, TAKEN)
    async with program(town, folder, "serve", "shopper", server__shopper_port=port) as process:
        await until(lambda: answers("127.0.0.1", port, "/readyz"))
        yield process, port


async def test_a_request_under_way_at_sigterm_is_finished(town: Town, tmp_path: Path) -> None:
    async with served(town, tmp_path) as (process, port), aiohttp.ClientSession() as http:
        person = await town.person()
        code = await town.wechat.login(town.appid, person.id)
        await town.wechat.trouble(town.appid, "slow", delay_ms=1500)
        body = {"app": town.appid, "code": code}
        asked = asyncio.create_task(http.post(f"http://127.0.0.1:{port}/v1/login", json=body))
        await asyncio.sleep(0.7)
        process.send_signal(signal.SIGTERM)
        answer = await asked
        assert (answer.status, (await answer.json())["session"][:4]) == (200, "ses_")
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert not await answers("127.0.0.1", port, "/livez")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
        b"POST /v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_and_the_server_goes_on(server_port: int, sent: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server_port)
    writer.write(sent)
    await writer.drain()
    try:
        async with asyncio.timeout(15):
            line = await reader.readline()
    except ConnectionResetError:
        line = b""
    finally:
        writer.close()
    assert line == b"" or b" 4" in line
    assert await answers("127.0.0.1", server_port, "/livez")


@pytest.fixture(scope="module")
async def server_port(tmp_path_factory: pytest.TempPathFactory, cluster, sandbox) -> AsyncIterator[int]:  # type: ignore[no-untyped-def]
    from tests.stories.app.conftest import opened_town

    folder = tmp_path_factory.mktemp("served")
    async with opened_town(cluster, sandbox, folder) as town, served(town, folder) as (_, port):
        yield port


async def test_a_worker_killed_in_the_middle_of_a_job_leaves_it_to_the_next(town: Town, tmp_path: Path) -> None:
    visitor = await town.visitor()
    await visitor.share_phone()
    blocker = await town.house.database.connect(Role.OWNER)
    quick = {"worker__heartbeat_s": 0.3, "worker__stalled_s": 1}
    async with blocker:
        await blocker.execute("lock table profile.phone in access exclusive mode")
        async with program(town, tmp_path, "worker", **quick) as first:
            await town.wechat.revoke(town.appid, visitor.person, "8")
            await until(lambda: doing(town))
            os.killpg(first.pid, signal.SIGKILL)
            await first.wait()
    assert await town.count("select count(*) from profile.phone") == 1, "nothing half done"
    async with program(town, tmp_path, "worker", **quick) as second:
        await until(lambda: removed(town))
        leaf = "select count(*) from trail.entry where body like '%%phone.removed%%'"
        assert await town.count(leaf) == 1
        await until(lambda: published(town))
        second.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(second.wait(), 40) == 0


async def doing(town: Town) -> bool:
    return await town.count("select count(*) from jobs.procrastinate_jobs where status = 'doing'") > 0


async def removed(town: Town) -> bool:
    return await town.count("select count(*) from profile.phone") == 0


async def published(town: Town) -> bool:
    return (town.settings.trail.publish_folder / "checkpoint").exists()
