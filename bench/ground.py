"""What every measured server stands on: one PostgreSQL with durable commits, one WeChat stand-in, one log folder."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from bench.load import Door
from bench.processes import Process, free_port, running
from yumen.kit import postgres

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".run" / "bench"


@dataclass(frozen=True)
class Ground:
    """The common ground of one run. `database` is the PostgreSQL process tree."""

    server: postgres.Server
    database: Process
    wechat_port: int
    subjects: int

    @property
    def folder(self) -> Path:
        return FOLDER

    def fresh_database(self, name: str, schema: Path) -> str:
        """A new database with that schema; answers its connection string."""
        with psycopg.connect(self.server.admin_url(), autocommit=True) as admin:
            admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        url = self.server.admin_url(name)
        with psycopg.connect(url) as conn:
            conn.execute(schema.read_text().encode())
        return url


@dataclass(frozen=True)
class Target:
    """A running server: its door, its processes, and how many logins its database holds."""

    name: str
    door: Door
    processes: tuple[Process, ...]
    url: str
    sessions: str = "select count(*) from session"

    def cpu_s(self) -> float:
        return sum(process.cpu_s() for process in self.processes)

    def logins(self) -> int:
        with psycopg.connect(self.url) as conn:
            row = conn.execute(self.sessions.encode()).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def common_ground(subjects: int) -> Iterator[Ground]:
    """Start PostgreSQL (durable, as users run it) and the stand-in; stop both at the end."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    server, port = postgres.ensure(FOLDER / "postgres"), free_port()
    try:
        with running([sys.executable, "-m", "bench.stand_in", str(port)], port, FOLDER / "stand_in.log", cwd=ROOT):
            yield Ground(server, Process(server.pid), port, subjects)
    finally:
        server.stop()
