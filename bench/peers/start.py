"""Start a peer on a database of its own that already knows the shoppers."""

import hmac
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from bench.ground import ROOT, Ground, Target
from bench.load import Door
from bench.processes import free_port, running
from bench.stand_in import openid_of

HERE = Path(__file__).parent
PYTHON = ROOT / ".tools" / "peers" / "bin" / "python"
NODE_OLDEST = 20


@contextmanager
def fastapi(ground: Ground) -> Iterator[Target]:
    """FastAPI + SQLAlchemy + httpx under uvicorn, one worker, uvloop and httptools."""
    port, url, env = free_port(), *prepared(ground, "peer_fastapi")
    command: list[str | Path] = [
        *(PYTHON, "-m", "uvicorn", "main:app", "--port", str(port), "--loop", "uvloop", "--http", "httptools"),
        *("--access-log", "--no-use-colors"),
    ]
    with running(command, port, ground.folder / "fastapi.log", env, HERE / "fastapi") as process:
        yield Target("FastAPI + SQLAlchemy + httpx", Door(port, "/v1/login"), (process,), url)


@contextmanager
def fastify(ground: Ground) -> Iterator[Target]:
    """Fastify + pg + undici, one process."""
    port, url, env = free_port(), *prepared(ground, "peer_fastify")
    env = {**env, "PORT": str(port), "NODE_ENV": "production"}
    with running(["node", "server.mjs"], port, ground.folder / "fastify.log", env, HERE / "fastify") as process:
        yield Target("Fastify + pg + undici", Door(port, "/v1/login"), (process,), url)


def why_not_fastify() -> str | None:
    """Why the Node.js peer cannot run here, or None when it can."""
    if not shutil.which("node"):
        return "Node.js is not there"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if int(version.lstrip("v").split(".")[0]) < NODE_OLDEST:
        return f"Node.js {version} is older than {NODE_OLDEST}"
    if not (HERE / "fastify/node_modules/.installed").exists():
        return "its npm packages are not installed"
    return None


def prepared(ground: Ground, database: str) -> tuple[str, Mapping[str, str]]:
    """A database with the shoppers in it, and the environment of a peer that uses it."""
    url = ground.fresh_database(database, HERE / "schema.sql")
    index_key = secrets.token_bytes(32)
    with psycopg.connect(url) as conn:
        _know_everybody(conn, ground.subjects, index_key)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("vacuum analyze")
    place = conninfo_to_dict(url)
    return url, {
        "PGHOST": str(place["host"]),
        "PGPORT": str(place["port"]),
        "PGUSER": str(place["user"]),
        "PGPASSWORD": str(place["password"]),
        "PGDATABASE": database,
        "WECHAT_BASE": f"http://127.0.0.1:{ground.wechat_port}",
        "APP": "wx" + "0" * 16,
        "APP_SECRET": secrets.token_hex(16),
        "INDEX_KEY": index_key.hex(),
        "SEAL_KEY": secrets.token_hex(32),
    }


def _know_everybody(conn: psycopg.Connection[tuple[object, ...]], subjects: int, index_key: bytes) -> None:
    conn.execute(
        "insert into subject (enrolled_at, last_seen_at) select now(), now() from generate_series(1, %s)", [subjects]
    )
    with conn.cursor().copy(
        "copy alias (app_id, openid_index, subject_id, openid_sealed, named_at) from stdin"
    ) as copy:
        for number in range(subjects):
            index = hmac.digest(index_key, openid_of(number).encode(), "sha256")[:16]
            copy.write_row((1, index, number + 1, os.urandom(56), "now"))
