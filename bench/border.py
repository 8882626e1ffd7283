"""The border under load: verdicts on one core, bookings of 32 callers in two processes, and 20 million counted before.

`book` starts processes of callers on one database (`bench.border_crowd`); a booking is verdict, ledger row, counted
person, meter and row to be sent, in one durable transaction. Rows counted before are loaded by the statement.
"""

import asyncio
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psycopg

from bench.border_crowd import assessed, members_crm, usual_person
from bench.ground import FOLDER
from bench.processes import Process, together
from bench.report import Goal, Section
from yumen.border import prepare
from yumen.kit import postgres
from yumen.kit.clock import real_now, shanghai_day
from yumen.kit.db import Database, Role
from yumen.kit.migrate import Target, migrate

VERDICTS_FLOOR, VERDICTS_AIM = 400_000.0, 1_500_000.0
BOOKINGS_FLOOR, BOOKINGS_AIM = 5_000.0, 15_000.0
P99_FLOOR_MS, P99_AIM_MS = 10.0, 5.0
GROWN_FLOOR, GROWN_AIM = 0.8, 0.95
SMALL, GROWN = 20_000, 20_000_000
PROCESSES, CALLERS = 2, 32
COLUMNS = ("persons counted before", "processes × callers", "bookings/s", "p50 ms", "p99 ms", "Python ms", "PG ms")
WORKED_OFF = "truncate border.outbound"
SETTINGS = (
    # a server as it is run for millions of rows, not as it comes; everything that makes a commit durable stays on
    "alter system set shared_buffers = '1GB'",
    "alter system set max_wal_size = '8GB'",
    "alter system set checkpoint_timeout = '30min'",
    "alter system set maintenance_work_mem = '256MB'",
)
BARE = "alter table identity.subject drop constraint subject_ref_key"
"""The index over public names: no booking reads or writes it, and it is a third of the loading."""
TRUSTED = "set session_replication_role = replica"
"""Rows of our own making are not held against the tables that they name."""
LOADS = (
    """
    insert into identity.subject (id, handler_id, ref, enrolled_at, last_seen_at)
    select n, 1, 'sub_' || lpad(n::text, 26, '0'), now(), now()
      from generate_series(%(first)s::bigint, %(last)s::bigint) n
    """,
    """
    insert into border.metered (subject_id, handler_id, year, counter)
    select n, 1, extract(year from now() at time zone 'Asia/Shanghai')::smallint, 1
      from generate_series(%(first)s::bigint, %(counted)s::bigint) n
    """,
)
LEVEL = """
insert into border.meter (handler_id, year, counter, used, ceiling)
select 1, extract(year from now() at time zone 'Asia/Shanghai')::smallint, 1, count(*), 1000000000000
  from border.metered
on conflict (handler_id, year, counter) do update set used = excluded.used, ceiling = excluded.ceiling
"""


@dataclass(frozen=True)
class Booking:
    """What one run of callers came to; milliseconds of processor time are for one person."""

    counted: int
    per_s: float
    p50_ms: float
    p99_ms: float
    python_ms: float
    postgres_ms: float

    def row(self) -> Sequence[str | float]:
        times = (round(one, 3) for one in (self.p50_ms, self.p99_ms, self.python_ms, self.postgres_ms))
        return (self.counted, f"{PROCESSES} × {CALLERS // PROCESSES}", round(self.per_s), *times)


def measure(quick: bool, grown: int = GROWN) -> Section:
    """Verdicts, then bookings over few rows and over many."""
    grown = 200_000 if quick else grown
    persons, rounds = (4_000, 1) if quick else (60_000, 5)
    usual, refused = verdicts(0.0, quick), verdicts(0.2, quick)
    folder = FOLDER / "border"
    room = persons * (rounds + 1)
    with _server(folder / "few") as few, _server(folder / "many") as many:
        load(few, 0, SMALL, room)
        load(many, 0, grown, room)
        pairs = [
            (
                book(few, folder / "few", SMALL, SMALL + done * persons, persons),
                book(many, folder / "many", grown, grown + done * persons, persons),
            )
            for done in range(rounds)
        ]
    over_few, over_many = (sorted(ones, key=lambda one: one.per_s)[rounds // 2] for ones in zip(*pairs, strict=True))
    kept = median(after.per_s / before.per_s for before, after in pairs)
    goals = [
        Goal("verdicts, one core", usual, VERDICTS_FLOOR, VERDICTS_AIM, "a second"),
        Goal("verdicts, every fifth refused", refused, VERDICTS_FLOOR, VERDICTS_AIM, "a second"),
        Goal("bookings, 32 callers on two cores", over_few.per_s, BOOKINGS_FLOOR, BOOKINGS_AIM, "a second"),
        Goal("a booking, p99", over_few.p99_ms, P99_FLOOR_MS, P99_AIM_MS, "ms", lower=True),
        Goal(f"bookings over {grown:,} against {SMALL:,} counted", kept, GROWN_FLOOR, GROWN_AIM, "times"),
    ]
    notes = [
        "A booking is verdict, ledger row, counted person, meter and row to be sent, in one durable transaction; "
        "PostgreSQL on the same cores. Persons in ascending order, each new. Two servers, their rounds in turn; "
        f"medians of {rounds}, the ratio of pairs. After each round the meter is held against its rows and the ledger.",
        f"Writing a page and flushing it alone took {_flush_ms():.2f} ms on this disk (median of 200).",
    ]
    return Section("border", "The border", COLUMNS, [over_few.row(), over_many.row()], goals, notes)


def verdicts(refused_share: float, quick: bool) -> float:
    """Verdicts a second of one core (processor time), the contract's half judged once."""
    today = shanghai_day(real_now())
    ready = prepare(members_crm(), assessed(today), today)
    every = round(1 / refused_share) if refused_share else 0
    people = [usual_person(n, told=not every or n % every != 0) for n in range(100_000)]
    judge, found = ready.judge, []
    for _ in range(3 if quick else 15):
        begun = time.process_time()
        for person in people:
            judge(person)
        found.append(len(people) / (time.process_time() - begun))
    return median(found)


def load(server: postgres.Server, first: int, counted: int, room: int) -> None:
    """Persons up to `counted` who were counted this year already, and `room` more who were not; two tables at once."""
    values = {"first": first + 1, "last": counted + room, "counted": counted}
    with ThreadPoolExecutor(len(LOADS)) as loaders:
        for done in [loaders.submit(_fill, server, statement, values) for statement in LOADS]:
            done.result()
    with psycopg.connect(server.admin_url("yumen"), autocommit=True) as conn:
        conn.execute(LEVEL.encode())
        conn.execute(b"vacuum (analyze, parallel 0) identity.subject, border.metered, border.meter, border.transfer")
        conn.execute(b"checkpoint")
    os.sync()  # so that no round waits for what the loading left to the disk


def _fill(server: postgres.Server, statement: str, values: dict[str, int]) -> None:
    with psycopg.connect(server.admin_url("yumen"), autocommit=True) as conn:
        conn.execute(TRUSTED.encode())
        conn.execute(statement.encode(), values)


@contextmanager
def _server(folder: Path) -> Iterator[postgres.Server]:
    """A migrated server of its own with its handler, gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        with psycopg.connect(server.admin_url(), autocommit=True) as admin:
            for setting in SETTINGS:
                admin.execute(setting.encode())
        server.stop()
        server = postgres.ensure(folder / "postgres")
        asyncio.run(_migrate(server))
        with psycopg.connect(server.admin_url("yumen"), autocommit=True) as conn:
            conn.execute(b"insert into identity.handler (code, name_en, name_zh) values ('velvet', 'V', 'V')")
            conn.execute(BARE.encode())
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


def book(server: postgres.Server, folder: Path, counted: int, after: int, persons: int) -> Booking:
    """So many persons after that one, half of them in each process; then meter, rows and ledger are held together."""
    share, files = persons // PROCESSES, []
    for place in range(PROCESSES):
        file = folder / f"callers-{place}.json"
        told = {"urls": server.urls(), "after": after + place * share, "persons": share,
                "callers": CALLERS // PROCESSES}  # fmt: skip
        file.write_text(json.dumps(told))
        files.append(file)
    database = Process(server.pid)
    parts, postgres_s = together("bench.border_crowd", files, database)
    _check(server)
    spent = quantiles([ms for part in parts for ms in part["spent_ms"]], n=100)
    wall = max(part["ended"] for part in parts) - min(part["begun"] for part in parts)
    each_ms = 1e3 / persons
    python_s = sum(part["cpu_s"] for part in parts)
    return Booking(counted, persons / wall, spent[49], spent[98], python_s * each_ms, postgres_s * each_ms)


def _check(server: postgres.Server) -> None:
    """Meter and counted persons are one number, everybody is in the ledger once; then the queue is emptied."""
    with psycopg.connect(server.admin_url("yumen"), autocommit=True) as conn:
        used = _number(conn, "select sum(used) from border.meter")
        rows = _number(conn, "select count(*) from border.metered")
        ledger = _number(conn, "select count(distinct subject_id) from border.transfer where verdict = 0")
        queued = _number(conn, "select count(*) from border.outbound")
        assert used == rows, (used, rows)
        assert _number(conn, "select count(*) from border.transfer") == ledger
        assert queued > 0
        conn.execute(WORKED_OFF.encode())


def _number(conn: psycopg.Connection[Any], question: str) -> int:
    row = conn.execute(question.encode()).fetchone()
    assert row is not None
    return int(row[0])


def _flush_ms() -> float:
    FOLDER.mkdir(parents=True, exist_ok=True)
    file, spent = FOLDER / "flush", []
    with file.open("wb") as out:
        for _ in range(200):
            begun = time.perf_counter()
            out.write(b"x" * 8192)
            out.flush()
            os.fdatasync(out.fileno())
            spent.append((time.perf_counter() - begun) * 1e3)
    file.unlink()
    return median(spent)


async def _migrate(server: postgres.Server) -> None:
    database = Database({Role(role): url for role, url in server.urls().items()})
    for role, target in ((Role.OWNER, Target.MAIN), (Role.KEYS_OWNER, Target.KEYS)):
        async with await database.connect(role, autocommit=True) as owner:
            await migrate(owner, target)
