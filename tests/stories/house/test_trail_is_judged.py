"""Show 2: after real load a superuser tampers, the trail is exported by command, and the verifier names the leaf."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import psycopg

from tests.stories.app.conftest import Town
from tests.stories.security.trail.desk import acts_of, judge
from tests.stories.security.trail.test_tampering import CLOSE_GAP, DELETE, FLIP, INSERT, NO_CHECK, SWAP
from yumen.app import custody
from yumen.app.demo import cast
from yumen.app.demo.cast import Part
from yumen.kit.db import Role

KEEP = (
    "create table trail.kept_entry as table trail.entry",
    "create table trail.kept_position as table trail.position",
    NO_CHECK,
)
RESTORE = (
    "truncate trail.entry, trail.position",
    "insert into trail.entry overriding system value select * from trail.kept_entry",
    "insert into trail.position select * from trail.kept_position",
)


async def test_a_tampered_trail_is_exported_and_the_leaf_is_named(town: Town, tmp_path: Path) -> None:
    people = await town.wechat.add_people(len(Part))
    people = people[-len(Part) :]
    await cast.play(town.api, town.wechat, town.appid, people, lambda done: None)
    size = await town.publish()
    assert size > 40
    settings = town.settings_file(tmp_path)
    published = town.settings.trail.publish_folder
    await superuser(town, *KEEP)

    judged = await exported(settings, tmp_path / "whole", published)
    assert (judged["verdict"], judged["size"], judged["findings"]) == ("whole", size, [])

    for number, (statements, code) in enumerate(
        (((FLIP,), "leaf.edited"), ((DELETE,), "leaf.deleted"), (CLOSE_GAP, "leaf.deleted"), (SWAP, "leaf.swapped"),
         (INSERT, "leaf.inserted"))
    ):  # fmt: skip
        leaf = 7 + 5 * number
        await superuser(town, *(each.format(leaf=leaf) for each in statements))
        folder = tmp_path / f"tampered-{number}"
        if number == 0:
            judged = await exported(settings, folder, published)
            named = [(found["code"], found["leaf"]) for found in judged["findings"]]
        else:  # the same without starting two programs
            await custody.trail_export(town.settings, folder)
            named = acts_of(await asyncio.to_thread(judge, folder, published))
        assert named == [(code, leaf)]
        await superuser(town, *RESTORE)

    await custody.trail_export(town.settings, tmp_path / "healed")
    assert judge(tmp_path / "healed", published).verdict == "whole"


async def superuser(town: Town, *statements: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(town.databases.urls[Role.APP])["dbname"]
    url = psycopg.conninfo.make_conninfo(town.cluster.server.admin_url(), dbname=name)
    async with await psycopg.AsyncConnection.connect(url) as conn:
        for statement in statements:
            await conn.execute(statement)  # type: ignore[call-overload]


async def exported(settings: Path, folder: Path, witness: Path) -> dict[str, Any]:
    """`yumen trail export`, then `yumen-verify` with what was published before as witness."""
    await run("yumen", "--config", str(settings), "trail", "export", str(folder))
    keys = ("--keys", str(witness / "keys"))
    said = await run("yumen_verifier", str(folder), "--witness", str(witness), *keys, "--format", "json", codes=(0, 1))
    report: dict[str, Any] = json.loads(said)
    return report


async def run(*words: str, codes: tuple[int, ...] = (0,)) -> bytes:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "YUMEN_LANG": "en"},
    )  # fmt: skip
    said, wrong = await process.communicate()
    assert process.returncode in codes, (words, process.returncode, wrong.decode())
    return said
