"""The gate from a terminal: a contract through four eyes, then what there is to see; refusals end with their code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories.app.cli.test_commands import run
from tests.stories.app.conftest import Town
from tests.stories.gateway.conftest import WRITTEN
from yumen.gateway import connection_store
from yumen.kit.db import Role
from yumen.kit.work import Actor, ActorKind

SOURCE = WRITTEN.format(
    version=1, external="loyalty.member.number", last_state_wins="true", starts_on="2026-11-01", ends_on="2029-10-31"
)


async def test_from_a_file_to_a_contract_in_force_and_its_connection(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "members-crm.toml"
    file.write_text(SOURCE)
    han, li = await town.clerk("compliance"), await town.clerk("compliance")
    proposed = await run(town, tmp_path, "gateway", "propose", str(file), "--key", han)
    approval = proposed.output.strip()
    assert approval.startswith("apr_"), proposed.stderr
    async with town.house.work.begin(Actor(ActorKind.SYSTEM, "test", town.handler)) as uow:
        await connection_store.ensure(uow.conn, uow.handler, "members-crm", uow.now)
    for words, said in (
        (("approve", approval, "--key", li), approval),
        (("enforce", "members-crm", "--version", "1", "--approval", approval, "--key", han), "in force"),
        (("forecast",), "99999"),
        (("forecast", "--add", "99999"), "yes"),
        (("pause", "members-crm", "--reason", "audit", "--key", han), "paused"),
        (("status",), "audit"),
        (("resume", "members-crm", "--key", han), "runs"),
        (("resync", "members-crm", "--key", han), "again"),
        (("cases",), "Nothing"),
        (("end", "members-crm", "--key", han), "ended"),
    ):
        done = await run(town, tmp_path, "gateway", *words)
        assert (done.exit_code, said in done.output) == (0, True), (words, done.output, done.stderr)


async def test_a_plan_that_does_not_fit_and_a_name_nobody_has_end_with_1(town: Town, tmp_path: Path) -> None:
    async with town.house.database.pool(Role.APP).connection() as conn:
        await conn.execute(
            "insert into border.meter (handler_id, year, counter, used, adjusted, ceiling)"
            " values (%s, extract(year from now() at time zone 'Asia/Shanghai'), 1, 0, 5, 0)",
            (town.handler,),
        )
    assert (await run(town, tmp_path, "gateway", "forecast")).exit_code == 0
    explained = await run(town, tmp_path, "gateway", "explain", "8123")
    assert (explained.exit_code, "Nobody" in explained.output) == (1, True)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("pause", "members-crm", "--reason", "audit", "--key", "nobody"), "auth.invalid"),
        (("approve", "apr_x", "--key", "nobody"), "auth.invalid"),
        (("status", "--handler", "satin"), "handler.unclear"),
    ],
)
async def test_what_cannot_be_done_is_told_with_its_code(
    town: Town, tmp_path: Path, words: tuple[str, ...], code: str
) -> None:
    done = await run(town, tmp_path, "gateway", *words)
    assert (done.exit_code, f"[{code}]" in done.stderr) == (1, True), done.stderr
