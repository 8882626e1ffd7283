"""A large shop moves in by commands that are killed again and again, moves out, and moves into an empty house.

Sizes by environment: `SOAK_MEMBERS` (each has three orders), `SOAK_IMPORT_KILLS` (of each file).
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from bench.processes import Process
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
       (select count(*) from profile.phone) as phones,
       (select md5(string_agg(person, ',' order by person)) from (
            select concat_ws(' ', coalesce(b.points, 0), b.owed, count(o.number), sum(o.total_fen - o.refunded_fen),
                             min(o.placed_at), max(o.placed_at)) as person
              from identity.subject s left join loyalty.balance b on b.subject_id = s.id
              left join inbound.past_order o on o.subject_id = s.id group by s.id, b.points, b.owed) as each
       ) as each_person
  from identity.alias a left join loyalty.balance b using (subject_id)
"""


def openid(n: int) -> str:
    return f"oSoakMember{n:017d}"


def phone(n: int) -> str:
    return f"1{380_000_0000 + n}"


def members(appid: str) -> Iterator[str]:
    for n in range(MEMBERS):
        yield f"m-{n},{appid},{openid(n)},soak-unionid-{n},{phone(n)},会员{n},1990-05-17,2020-03-01"


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
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
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
            said, _ = await asyncio.wait_for(process.communicate(), wait_s)
        except TimeoutError:
            process.send_signal(signal.SIGKILL)
            await process.wait()
            kills += 1
            continue
        assert process.returncode == 0, (what, kills, said.decode())
        return kills


async def balances(urls: dict[Role, str]) -> dict[str, object]:
    async with await Database(urls).connect(Role.OWNER) as owner:
        row = await (await owner.execute(BALANCES)).fetchone()
    assert row is not None
    return dict(row)


@dataclass
class Watch:
    """Says what is done; keeps how long each part took, and the processor seconds of commands and PostgreSQL."""

    postgres: Process
    figures: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def during(self, part: str) -> Iterator[None]:
        began, spent = monotonic(), self._spent()
        yield
        took, spent = round(monotonic() - began, 1), round(self._spent() - spent, 1)
        self.figures |= {f"{part}_s": took, f"{part}_processor_s": spent}
        print(f"moving in: {part}, {took} s, {spent} s of processor time", flush=True)

    def _spent(self) -> float:
        ours = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ours.ru_utime + ours.ru_stime + self.postgres.cpu_s()


async def test_moving_in_killed_and_out_again(
    town: Town,  # noqa: F811
    cluster: Cluster,
    sandbox: Addresses,  # noqa: F811
    tmp_path: Path,
    tell,
) -> None:
    chance, watch, kills = random.Random(20261125), Watch(Process(cluster.server.pid)), 0
    settings = town.settings_file(tmp_path)
    files = {
        "members": write(tmp_path / "members.csv", HEADS["members"], members(town.appid)),
        "points": write(tmp_path / "points.csv", HEADS["points"], points()),
        "orders": write(tmp_path / "orders.csv", HEADS["orders"], orders()),
    }
    for what, file in files.items():
        with watch.during(f"import_{what}"):
            kills += await bring(settings, what, file, chance)
    there = await balances(town.databases.urls)
    assert {name: value for name, value in there.items() if name != "each_person"} == {
        "people": MEMBERS, "points": sum(n % 5_000 + 1 for n in range(MEMBERS)), "owed": 0, "with_points": MEMBERS,
        "orders": ORDERS, "fen": sum(n % 90_000 + 100 for n in range(ORDERS)), "phones": MEMBERS,
    }  # fmt: skip
    leaves = await town.count("select count(*) from trail.entry")
    with watch.during("second_run"):
        for what, file in files.items():
            await run(settings, "import", what, str(file), "--source", "soak")
    with watch.during("second_run_of_another_file"):  # one more line end, so that no row is skipped for its hash
        for what, file in files.items():
            file.write_bytes(file.read_bytes() + b"\n")
            await run(settings, "import", what, str(file), "--source", "soak")
    assert await balances(town.databases.urls) == there
    assert await town.count("select count(*) from trail.entry") == leaves
    out = await moved_out(town, settings, tmp_path / "out", watch)
    assert told_phones(out / "members.jsonl") == {openid(n): f"+86{phone(n)}" for n in range(MEMBERS)}
    urls = await cluster.create_pair()
    try:
        other = tmp_path / "other"
        other.mkdir()
        empty = settings_for(urls, other, sandbox.api, town.appid, "unused")
        at = replace(town, settings=empty).settings_file(other)
        for what in ("members", "points", "orders", "consents"):
            with watch.during(f"into_an_empty_house_{what}"):
                await run(at, "import", what, str(out / f"{what}.jsonl"), "--source", "yumen")
        assert await balances(urls) == there
    finally:
        await cluster.drop_pair(urls)
    load = round(os.getloadavg()[1], 1)
    tell(members=MEMBERS, orders=ORDERS, kills=kills, **watch.figures, differences=0, load=load)


async def moved_out(town: Town, settings: Path, folder: Path, watch: Watch) -> Path:  # noqa: F811
    """The full export, as two people decided it; answers the folder that an import reads."""
    first, second = await town.clerk("operator", "compliance"), await town.clerk("operator", "compliance")
    approval = await approved(town, "data.export", first, second, scope="everything")  # type: ignore[arg-type]
    with watch.during("export"):
        await run(settings, "export", str(folder), "--approval", approval, "--key", first)
    return folder / "import"


def told_phones(file: Path) -> dict[str, str]:
    with file.open("rb") as lines:
        rows = [json.loads(line) for line in lines]
    return {row["openid"]: row["phone"] for row in rows}
