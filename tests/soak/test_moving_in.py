"""A large shop moves in by commands that are killed again and again, moves out, and moves into an empty house."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic

from tests.conftest import Cluster
from tests.stories.app.conftest import Town, sandbox, settings_for, town  # noqa: F401  # fixtures
from tests.stories.app.test_custody import approved
from tests.stories.app.transfer.conftest import HEADS
from yumen.kit.db import Database, Role
from yumen.sandbox.wechat.server import Addresses

MEMBERS = int(os.environ.get("SOAK_MEMBERS", "100000"))
ORDERS = MEMBERS * 3
KILLS_MAX = int(os.environ.get("SOAK_IMPORT_KILLS", "10"))
OPEN = {"YUMEN_KEYS__UNSEAL_PER_MINUTE_MAX": "100000000"}
BALANCES = """
select count(*) as people, sum(b.points)::bigint as points, sum(b.owed)::bigint as owed,
       count(b.subject_id) as with_points,
       (select count(*) from inbound.past_order) as orders,
       (select sum(total_fen - refunded_fen)::bigint from inbound.past_order) as fen,
       (select count(*) from profile.phone) as phones
  from identity.alias a left join loyalty.balance b using (subject_id)
"""


def members(appid: str) -> Iterator[str]:
    for n in range(MEMBERS):
        yield f"m-{n},{appid},oSoakMember{n:017d},soak-unionid-{n},1{380_000_0000 + n},会员{n},1990-05-17,2020-03-01"


def points() -> Iterator[str]:
    for n in range(MEMBERS):
        yield f"m-{n},,{n % 5_000 + 1},2031-0{n % 9 + 1}-01"


def orders() -> Iterator[str]:
    for n in range(ORDERS):
        yield f"m-{n % MEMBERS},A-{n},completed,{n % 90_000 + 100},,2024-05-01"


def write(file: Path, head: str, lines: Iterator[str]) -> Path:
    with file.open("w", encoding="utf-8") as out:
        out.write(head + "\n")
        out.writelines(f"{line}\n" for line in lines)
    return file


async def command(settings: Path, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "yumen", *words, env={**os.environ, **OPEN, "YUMEN_CONFIG": str(settings)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip


async def run(settings: Path, *words: str) -> str:
    process = await command(settings, *words)
    said, _ = await process.communicate()
    assert process.returncode == 0, (words, said.decode())
    return said.decode()


async def bring(settings: Path, what: str, file: Path, chance: random.Random) -> int:
    """Give the command again until it ends by itself; answers how often it was killed."""
    kills = 0
    while True:
        process = await command(settings, "import", what, str(file), "--source", "soak")
        try:
            wait_s = chance.uniform(2.0, 8.0) if kills < KILLS_MAX else None
            await asyncio.wait_for(process.communicate(), wait_s)
        except TimeoutError:
            process.send_signal(signal.SIGKILL)
            await process.wait()
            kills += 1
            continue
        assert process.returncode == 0
        return kills


async def balances(urls: dict[Role, str]) -> dict[str, object]:
    async with await Database(urls).connect(Role.OWNER) as owner:
        row = await (await owner.execute(BALANCES)).fetchone()
    assert row is not None
    return dict(row)


async def test_moving_in_killed_and_out_again(
    town: Town,  # noqa: F811
    cluster: Cluster,
    sandbox: Addresses,  # noqa: F811
    tmp_path: Path,
    tell,
) -> None:
    chance = random.Random(20261125)
    settings = town.settings_file(tmp_path)
    files = {
        "members": write(tmp_path / "members.csv", HEADS["members"], members(town.appid)),
        "points": write(tmp_path / "points.csv", HEADS["points"], points()),
        "orders": write(tmp_path / "orders.csv", HEADS["orders"], orders()),
    }
    began, kills = monotonic(), 0
    for what, file in files.items():
        kills += await bring(settings, what, file, chance)
    import_s = monotonic() - began
    there = await balances(town.databases.urls)
    assert there == {
        "people": MEMBERS, "points": sum(n % 5_000 + 1 for n in range(MEMBERS)), "owed": 0, "with_points": MEMBERS,
        "orders": ORDERS, "fen": sum(n % 90_000 + 100 for n in range(ORDERS)), "phones": MEMBERS,
    }  # fmt: skip
    leaves = await town.count("select count(*) from trail.entry")
    for what, file in files.items():
        await run(settings, "import", what, str(file), "--source", "soak")
    assert (await balances(town.databases.urls), await town.count("select count(*) from trail.entry")) == (
        there,
        leaves,
    )

    first, second = await town.clerk("operator", "compliance"), await town.clerk("operator", "compliance")
    approval = await approved(town, "data.export", first, second, scope="everything")  # type: ignore[arg-type]
    began = monotonic()
    await run(settings, "export", str(tmp_path / "out"), "--approval", approval, "--key", first)
    export_s = monotonic() - began
    urls = await cluster.create_pair()
    try:
        other = tmp_path / "other"
        other.mkdir()
        empty = settings_for(urls, other, sandbox.api, town.appid, "unused")
        at = replace(town, settings=empty).settings_file(other)
        for what in ("members", "points", "orders", "consents"):
            file = tmp_path / "out" / "import" / f"{what}.jsonl"
            await run(at, "import", what, str(file), "--source", "yumen")
        assert await balances(urls) == there
    finally:
        await cluster.drop_pair(urls)
    tell(
        members=MEMBERS, orders=ORDERS, kills=kills, import_s=round(import_s, 1), export_s=round(export_s, 1),
        differences=0,
    )  # fmt: skip
