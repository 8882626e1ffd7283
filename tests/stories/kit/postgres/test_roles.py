"""Roles and databases as an operator makes them on a managed PostgreSQL, without a superuser."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yumen.kit.db import Database, Role
from yumen.kit.migrate import Target, migrate
from yumen.kit.postgres import LOGINS, Server, ensure, find_binaries, role_sql
from yumen.kit.postgres.roles import grant_sql

MEMORY = Path("/dev/shm")


@pytest.fixture
def managed() -> Iterator[Server]:
    """A server without any of our roles, and an administrator who is no superuser."""
    folder = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
    folder.chmod(0o711)
    server = ensure(folder, fast=True)
    with psycopg.connect(server.admin_url(), autocommit=True) as admin:
        for name in ("yumen", "yumen_keys"):
            admin.execute(f"drop database {name}")  # type: ignore[call-overload]
        for login in LOGINS:
            admin.execute(f"drop role {login.name}")  # type: ignore[call-overload]
        admin.execute("create role cloud_admin login createrole createdb password 'made-up'")
        admin.execute("grant connect on database postgres to cloud_admin")
    yield server
    server.stop()
    shutil.rmtree(folder)


def run_as_operator(server: Server, text: str) -> tuple[int, str]:
    passwords = [part for login in LOGINS for part in ("-v", f"{login.name}_password=made-up-{login.role}")]
    asked = subprocess.run(
        [str(find_binaries().folder / "psql"), "-X", "-v", "ON_ERROR_STOP=1", *passwords, "-f", "-", "postgres"],
        input=text,
        env={"PGHOST": str(server.sockets), "PGUSER": "cloud_admin", "PGPASSWORD": "made-up"},
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.returncode, asked.stderr


async def test_the_text_for_operators_is_enough_to_migrate(managed: Server) -> None:
    assert run_as_operator(managed, role_sql()) == (0, "")
    urls = {
        Role(login.role): f"host={managed.sockets} user={login.name} password=made-up-{login.role}"
        f" dbname={'yumen_keys' if login.keys else 'yumen'}"
        for login in LOGINS
    }
    database = Database(urls)
    async with await database.connect(Role.OWNER, autocommit=True) as owner:
        assert [m.number for m in await migrate(owner, Target.MAIN)][:1] == [1]
    async with await database.connect(Role.APP) as app:
        assert await (await app.execute("select count(*) as jobs from jobs.procrastinate_jobs")).fetchone() == {
            "jobs": 0
        }
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        await psycopg.AsyncConnection.connect(urls[Role.APP].replace("dbname=yumen", "dbname=yumen_keys"))


def test_the_wall_is_the_same_text_for_any_pair_of_databases() -> None:
    text = grant_sql("a", "a_keys").as_string(None)
    assert 'grant connect on database "a" to "yumen_app";' in text
    assert 'grant connect on database "a_keys" to "yumen_app";' not in text
    assert 'grant connect on database "a_keys" to "yumen_keys";' in text
