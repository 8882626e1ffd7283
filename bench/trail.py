"""Trail: acts with a leaf beside acts with a plain row, time to integration, a backlog, and a stranger's verification.

`python -m bench.trail [--full]` prints the figures as JSON, short by default; `measure` gives them to the report.
"""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
import time
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psycopg

from bench.ground import FOLDER, ROOT
from bench.report import Goal, Section
from yumen.kit import postgres
from yumen.kit.clock import real_now
from yumen.kit.crypto import Sm2PrivateKey
from yumen.kit.db import Conn, Database, Role
from yumen.kit.migrate import Target, migrate
from yumen.security.trail import KeySigner, Sequencer, note
from yumen.security.trail.merkle import TILE, Edge, leaf_hash, widths
from yumen.security.trail.publish import tile_path

ORIGIN = "bench.example.cn/trail"
WRITERS = {1: (0.90, 0.97), 4: (0.90, 0.97), 16: (0.75, 0.85), 32: (0.75, 0.85)}
SLOW = (16, 0.65, 0.80)
SLOW_US = 2000
BACKLOG = 100_000
COLUMNS = ("acts a second", "plain", "with leaf", "ratio", "p50 / p99 ms plain", "p50 / p99 ms with leaf")


@dataclass
class Round:
    """One round of writers against one table."""

    per_s: float
    p50_ms: float
    p99_ms: float
    wal_bytes: float
    integration_ms: list[float]


class Desk:
    """A durable database of its own, its roles, and the processes that press on it."""

    def __init__(self, server: postgres.Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.urls = {Role(role): url for role, url in server.urls().items()}

    def admin(self, statement: str) -> int:
        with psycopg.connect(self.server.admin_url("yumen"), autocommit=True) as conn:
            cursor = conn.execute(statement.encode())
            return int((cursor.fetchone() or (0,))[0] or 0) if cursor.description else 0

    def press(self, table: str, writers: int, seconds: float) -> Round:
        """Two processes of writers (one for a single writer); with a sequencer where there are leaves."""
        self.admin("truncate bench.act, bench.plain")
        self.admin("checkpoint")
        before = self.admin("select pg_current_wal_lsn() - '0/0'::pg_lsn")
        start = self.admin("select size from trail.head")
        with self._sequencer(table) as rounds:
            split = [writers] if writers == 1 else [writers // 2, writers - writers // 2]
            processes = [self._writers(table, part, seconds) for part in split]
            told = [json.loads(process.communicate()[0]) for process in processes]
        acts = sum(part["acts"] for part in told)
        wal = self.admin("select pg_current_wal_lsn() - '0/0'::pg_lsn") - before
        spans = self._integration(rounds, start) if rounds.exists() else []
        p50, p99 = (max(part[name] for part in told) for name in ("p50_ms", "p99_ms"))
        return Round(acts / seconds, p50, p99, wal / acts, spans)

    def _writers(self, table: str, connections: int, seconds: float) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "bench.trail_load", "write"]
        arguments = [self.server.admin_url("yumen"), table, str(connections), str(seconds)]
        return subprocess.Popen([*command, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True)

    @contextmanager
    def _sequencer(self, table: str) -> Iterator[Path]:
        rounds = self.folder / "rounds"
        rounds.unlink(missing_ok=True)
        if table != "trail.entry":
            yield rounds
            return
        command = [sys.executable, "-m", "bench.trail_load", "sequence", self.urls[Role.SEQUENCER], str(rounds)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            yield rounds
            time.sleep(0.5)
            process.send_signal(signal.SIGTERM)

    def _integration(self, rounds: Path, start: int) -> list[float]:
        """From just before the insert until after the commit of the round that placed the leaf, in ms."""
        lines = [line.split() for line in rounds.read_text().splitlines()]
        sizes, ats = [int(size) for _, size in lines], [int(at) for at, _ in lines]
        with psycopg.connect(self.server.admin_url("yumen")) as conn:
            rows = conn.execute(
                "select idx, split_part(convert_from(body, 'UTF8'), '},', 2) from trail.position"
                " join trail.entry using (xid, id) where idx >= %s order by idx",
                (start,),
            ).fetchall()
        return sorted((ats[bisect_right(sizes, idx)] - int(made.rstrip("]"))) / 1e6 for idx, made in rows)


def measure(quick: bool) -> Section:
    """Everything, peer and ours in turn in one job."""
    folder = FOLDER / "trail"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        desk = Desk(server, folder)
        asyncio.run(_prepare(desk))
        rows, goals = _acts(desk, 1.0 if quick else 3.0, 1 if quick else 5)
        goals += [_backlog(desk), _disk(desk)]
    finally:
        server.stop()
    goals += _verification(folder / "export")
    shutil.rmtree(folder)
    notes = [
        "An act is BEGIN, a row of 200 bytes, a second row (a plain one of a leaf's size, or the leaf), COMMIT, in one "
        "pipeline; writers in two processes; with leaves the sequencer runs on the same processor. Medians.",
        f"Slow commits are imitated with commit_delay = {SLOW_US} µs. Integration is from before the insert until "
        "the round that placed the leaf is committed; the sequencer looks each 20 ms.",
    ]
    return Section("trail", "Trail", COLUMNS, rows, goals, notes)


async def _prepare(desk: Desk) -> None:
    async with await Database(desk.urls).connect(Role.OWNER, autocommit=True) as owner:
        await migrate(owner, Target.MAIN)
        await owner.execute("create schema bench")
        for table in ("act", "plain"):
            await owner.execute(
                f"create table bench.{table} (id bigint generated always as identity primary key, body bytea not null)"
            )


def _acts(desk: Desk, seconds: float, rounds: int) -> tuple[list[tuple[str | float, ...]], list[Goal]]:
    rows, goals = [], []
    for writers, (floor, aim) in WRITERS.items():
        plain, ours = _in_turn(desk, writers, seconds, rounds)
        rows.append(_row(f"{writers} writers", plain, ours))
        ratio = median(one.per_s for one in ours) / median(one.per_s for one in plain)
        goals.append(Goal(f"acts with leaf against plain, {writers} writers", ratio, floor, aim, "times"))
        if writers == 16:
            spans = sorted(span for one in ours for span in one.integration_ms)
            p50, p99 = spans[len(spans) // 2], spans[len(spans) * 99 // 100]
            wal = median(one.wal_bytes for one in ours) - median(one.wal_bytes for one in plain)
            goals += [
                Goal("integrated, 16 writers, p50", p50, 60, 25, "ms", lower=True),
                Goal("integrated, 16 writers, p99", p99, 250, 75, "ms", lower=True),
                Goal("WAL a leaf beyond a plain row", wal, 350, 250, "bytes", lower=True),
            ]
    writers, floor, aim = SLOW
    _delay(desk, SLOW_US)
    plain, ours = _in_turn(desk, writers, seconds, rounds)
    _delay(desk, 0)
    rows.append(_row(f"{writers} writers, commits {SLOW_US // 1000} ms slower", plain, ours))
    ratio = median(one.per_s for one in ours) / median(one.per_s for one in plain)
    goals.append(Goal(f"the same with slow commits, {writers} writers", ratio, floor, aim, "times"))
    return rows, goals


def _in_turn(desk: Desk, writers: int, seconds: float, rounds: int) -> tuple[list[Round], list[Round]]:
    plain, ours = [], []
    for _ in range(rounds):
        plain.append(desk.press("bench.plain", writers, seconds))
        ours.append(desk.press("trail.entry", writers, seconds))
    return plain, ours


def _row(name: str, plain: list[Round], ours: list[Round]) -> tuple[str | float, ...]:
    one, other = median(r.per_s for r in plain), median(r.per_s for r in ours)
    spans = [f"{median(r.p50_ms for r in part):.1f} / {median(r.p99_ms for r in part):.1f}" for part in (plain, ours)]
    return (name, round(one), round(other), round(other / one, 2), *spans)


def _delay(desk: Desk, microseconds: int) -> None:
    desk.admin(f"alter system set commit_delay = {microseconds}")
    desk.admin("alter system set commit_siblings = 0")
    desk.admin("select pg_reload_conf()")


def _disk(desk: Desk) -> Goal:
    """What leaves take beyond the same rows in a plain table, tiles and places included, over a whole backlog."""
    desk.admin("truncate bench.plain")
    desk.admin("insert into bench.plain (body) select body from trail.entry")
    ours = "pg_total_relation_size('trail.entry') + pg_total_relation_size('trail.position')"
    beyond = f"{ours} + pg_total_relation_size('trail.tile') - pg_total_relation_size('bench.plain')"
    bytes_a_leaf = desk.admin(f"select ({beyond}) / (select size from trail.head)")
    return Goal("disk a leaf beyond its row", bytes_a_leaf, 200, 140, "bytes", lower=True)


def _backlog(desk: Desk) -> Goal:
    made = f"select convert_to(repeat('b', 205) || n, 'UTF8') from generate_series(1, {BACKLOG}) n"
    desk.admin(f"insert into trail.entry (body) {made}")
    begun = time.perf_counter()
    asyncio.run(_catch_up(desk))
    return Goal("a backlog integrated", BACKLOG / (time.perf_counter() - begun), 25_000, 60_000, "leaves a second")


async def _catch_up(desk: Desk) -> None:
    async def connect() -> Conn:
        return await Database(desk.urls).connect(Role.SEQUENCER)

    await Sequencer(connect).catch_up()


def _verification(folder: Path, leaves: int = 1_000_000) -> list[Goal]:
    _make_export(folder, leaves)
    command = [sys.executable, "-m", "yumen_verifier", str(folder), "--keys", str(folder / "keys"), "--format", "json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert (told["verdict"], told["size"]) == ("whole", leaves)
    return [
        Goal("1,000,000 leaves verified", told["seconds"], 10, 6, "s", lower=True),
        Goal("the verifier's memory", told["memory_mib"], 64, 40, "MiB", lower=True),
    ]


def _make_export(folder: Path, leaves: int) -> None:
    """A log of that size in the export's layout, without a database."""
    signer, edge = KeySigner(Sm2PrivateKey.generate()), Edge()
    for start in range(0, leaves, TILE):
        bodies = [
            b'["y1","bench.acted",%d,"%s",1]' % (at, b"b" * 170) for at in range(start, min(leaves, start + TILE))
        ]
        bundle = b"".join(len(body).to_bytes(2) + body for body in bodies)
        _put(folder / tile_path("entries", start // TILE, len(bodies)), bundle)
        for tile in edge.extend([leaf_hash(body) for body in bodies]):
            _put(folder / tile_path(str(tile.level), tile.n, TILE), tile.hashes)
    for level, width in enumerate(widths(leaves)):
        if width:
            _put(folder / tile_path(str(level), leaves >> 8 * (level + 1), width), b"".join(edge.rows[level]))
    _put(folder / "keys", note.key_line([], ORIGIN, 0, real_now(), signer, signer) + b"\n")
    _put(folder / "checkpoint", note.sign_head(note.TreeHead(ORIGIN, leaves, edge.root()), real_now(), signer))


def _put(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(quick="--full" not in sys.argv)), indent=1, ensure_ascii=False))
