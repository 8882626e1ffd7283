"""Start our server as it is run: one worker for the shopper edge, one worker process with the trail's sequencer."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psycopg
from psycopg import sql

from bench.ground import ROOT, Ground, Target
from bench.load import Door
from bench.processes import free_port, running
from yumen.kit.postgres import LOGINS, grant_sql, keys_database_of

YUMEN = Path(sys.executable).with_name("yumen")
DATABASE = "bench_ours"
APPID = "wx" + "0123456789abcdef"
UNLIMITED = "1000000000"
ENROLLING = 16
SETTINGS = f"""
[handler.bench]
name = "Bench"
[brand.bench]
handler = "bench"
name = "Bench"
[app.bench]
brand = "bench"
appid = "{APPID}"
secret = "env:BENCH_SECRET"
"""


@contextmanager
def yumen(ground: Ground) -> Iterator[Target]:
    """The shopper edge and the worker, on fresh databases in which every shopper has logged in once."""
    port, env = free_port(), environment(ground)
    env = {**env, "YUMEN_SERVER__SHOPPER_PORT": str(port)}
    run([YUMEN, "migrate"], env)
    with (
        running([YUMEN, "serve", "shopper"], port, ground.folder / "ours-shopper.log", env, ROOT) as shopper,
        running([YUMEN, "worker"], None, ground.folder / "ours-worker.log", env, ROOT) as worker,
    ):
        door = Door(port, "/v1/login", f'{{"app":"{APPID}","code":"CODE"}}')
        asyncio.run(_enrol(door, ground.subjects))
        url = ground.server.admin_url(DATABASE)
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("vacuum analyze")
        yield Target("Yumen", door, (shopper, worker), url, "select count(*) from identity.session")


def environment(ground: Ground, more: str = "") -> dict[str, str]:
    """Settings for fresh databases, keys and folders, without limits that a single address would meet;
    `more` is added to the settings file."""
    folder = ground.folder / "ours"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "yumen.toml").write_text(SETTINGS + more)
    _fresh_pair(ground)
    urls = ground.server.urls(DATABASE, keys_database_of(DATABASE))
    return {
        "YUMEN_CONFIG": str(folder / "yumen.toml"),
        "YUMEN_WECHAT__BASE_URLS": f"http://127.0.0.1:{ground.wechat_port}",
        "YUMEN_SERVER__ADDRESS_PER_MINUTE_MAX": UNLIMITED,
        "YUMEN_SERVER__SUBJECT_PER_MINUTE_MAX": UNLIMITED,
        "BENCH_SECRET": "0" * 32,
        **{f"YUMEN_DATABASE__{role.upper()}": url for role, url in urls.items()},
    }


def _fresh_pair(ground: Ground) -> None:
    with psycopg.connect(ground.server.admin_url(), autocommit=True) as admin:
        for login in LOGINS:
            if login.owns:
                name = sql.Identifier(keys_database_of(DATABASE) if login.keys else DATABASE)
                admin.execute(sql.SQL("drop database if exists {} with (force)").format(name))
                admin.execute(sql.SQL("create database {} owner {}").format(name, sql.Identifier(login.name)))
        admin.execute(grant_sql(DATABASE, keys_database_of(DATABASE)))


async def _enrol(door: Door, subjects: int) -> None:
    """Log every shopper in once, so that each is known and has a key."""
    numbers = iter(range(subjects))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{door.port}") as client:

        async def visit() -> None:
            for number in numbers:
                body = door.body.replace("CODE", f"{number:08d}enrolment")
                async with client.post(door.path, data=body, headers={"content-type": "application/json"}) as answer:
                    assert answer.status == 200, await answer.text()

        await asyncio.gather(*(visit() for _ in range(ENROLLING)))


def run(command: list[str | Path], env: Mapping[str, str]) -> None:
    subprocess.run(command, env={**os.environ, **env}, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
