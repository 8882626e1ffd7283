"""Commands against a house with people in it, as somebody at a terminal runs them."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import pytest
from psycopg import conninfo
from typer.testing import CliRunner, Result

from tests.stories.app.conftest import Town
from yumen.app.cli import access, app, jobs, keys, settings, trail
from yumen.kit.db import Role


async def run(town: Town, folder: Path, *words: str) -> Result:
    file = await asyncio.to_thread(town.settings_file, folder)
    env = {"YUMEN_LANG": "en", "YUMEN_CONFIG": str(file)}
    return await asyncio.to_thread(CliRunner().invoke, app, list(words), env=env)


async def test_commands_answer_about_trail_keys_and_jobs(town: Town, tmp_path: Path) -> None:
    await town.visitor()
    size = await town.publish()
    for words, said in (
        (("trail", "status"), str(size)),
        (("trail", "export", str(tmp_path / "export")), str(size)),
        (("trail", "check"), ""),
        (("keys", "status"), "1"),
        (("keys", "rotate-epoch"), "2"),
        (("keys", "repeat-shreds"), "0 keys"),
        (("jobs", "dead"), ""),
        (("migrate", "--status"), "main: 0001"),
        (("access", "bootstrap", "Lin Yue", "--role", "operator"), "stf_"),
    ):
        done = await run(town, tmp_path, *words)
        assert (done.exit_code, said in done.output) == (0, True), (words, done.output, done.stderr)
    assert (tmp_path / "export" / "checkpoint").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("jobs", "show", "41"), "jobs.no_such_letter"),
        (("jobs", "replay", "41", "--key", "nobody"), "auth.invalid"),
        (("jobs", "discard", "41", "--reason", "obsolete", "--key", "nobody"), "auth.invalid"),
        (("keys", "destroy-epoch", "1", "--approval", "apr_x", "--key", "nobody"), "auth.invalid"),
        (("access", "bootstrap", "Lin", "--role", "operator", "--handler", "satin"), "handler.unclear"),
        (("access", "bootstrap", "Lin", "--role", "king"), "access.role_unfit"),
    ],
)
async def test_what_cannot_be_done_is_told_with_its_code(
    town: Town,
    tmp_path: Path,
    words: tuple[str, ...],
    code: str,
) -> None:
    done = await run(town, tmp_path, *words)
    assert (done.exit_code, f"[{code}]" in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("words", [("keys", "status"), ("jobs", "dead"), ("trail", "check"), ("serve", "shopper")])
async def test_databases_that_were_not_migrated_are_told_as_that(
    town: Town, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = await asyncio.to_thread(town.settings_file, tmp_path)
    bare = {False: f"bare_{secrets.token_hex(4)}", True: f"bare_{secrets.token_hex(4)}"}
    environ = {"YUMEN_LANG": "en", "YUMEN_CONFIG": str(file)}
    for role, url in town.databases.urls.items():
        name = bare[role in {Role.KEYS, Role.KEYS_OWNER}]
        environ[f"YUMEN_DATABASE__{role.upper()}"] = conninfo.make_conninfo(url, dbname=name)
    for keys_too, name in bare.items():
        owner = "yumen_keys_owner" if keys_too else "yumen_owner"
        await town.cluster.admin.execute(f"create database {name} owner {owner}")
    try:
        done = await asyncio.to_thread(CliRunner().invoke, app, list(words), env=environ)
        assert (done.exit_code, "[database.behind]" in done.stderr) == (1, True), done.stderr
    finally:
        for name in bare.values():
            await town.cluster.admin.execute(f"drop database {name} with (force)")


def test_every_group_has_its_commands() -> None:
    for module, count in ((trail, 4), (keys, 5), (jobs, 4), (access, 2)):
        assert len(module.group.registered_commands) == count
    assert settings.Shape("json") is settings.Shape.JSON
