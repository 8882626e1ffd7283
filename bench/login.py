"""Login: ours beside a FastAPI and a Fastify backend, alternately, in one run, on the same database server."""

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from statistics import median

from bench.ground import Ground, Target, common_ground
from bench.load import Load, press
from bench.peers import start
from bench.report import Goal, Section

CONNECTIONS = (32, 64)
WARM_UP_S = 4
SETTLE_S = 1.0  # what was under way when the load ended is done after this
OURS = "Yumen"
Starter = Callable[[Ground], AbstractContextManager[Target]]


@dataclass(frozen=True)
class Run:
    """One load on one server."""

    server: str
    connections: int
    load: Load
    server_us: float
    database_us: float


def measure(ours: Starter | None, subjects: int, seconds: float, rounds: int) -> Section:
    """Start all, warm up, then press each in turn, round after round. Without `ours` only the peers are measured."""
    why_not = start.why_not_fastify()
    starters = [*([ours] if ours else []), start.fastapi, *([] if why_not else [start.fastify])]
    with ExitStack() as stack:
        ground = stack.enter_context(common_ground(subjects))
        targets = [stack.enter_context(starter(ground)) for starter in starters]
        for target in targets:
            press(target.door, subjects, max(CONNECTIONS), WARM_UP_S)
            time.sleep(SETTLE_S)
        runs = [
            _press(ground, target, connections, seconds)
            for _ in range(rounds)
            for connections in CONNECTIONS
            for target in targets
        ]
    notes = [
        f"{subjects:,} known shoppers, a random one and a fresh code each time; WeChat is a stand-in that answers in "
        f"0 ms; commits are durable; {rounds} rounds of {seconds:.0f} s, servers in turn; medians. One worker each.",
        "Each login: code2Session, find by blind index, last seen, session row, log row (ours: a leaf), commit, "
        "answer, and one log line. Every answer was 2xx and every login was found in the database.",
        *([f"The Fastify peer was left out: {why_not}."] if why_not else []),
        *([] if ours else ["Ours was not measured in this run."]),
    ]
    return Section("login", "Login", COLUMNS, _rows(runs), _goals(runs) if ours else (), notes)


COLUMNS = ("server", "connections", "logins/s", "p50 ms", "p99 ms", "server CPU µs", "PostgreSQL CPU µs")


def _press(ground: Ground, target: Target, connections: int, seconds: float) -> Run:
    """One load; every login answered must stand in the database, and none may have failed."""
    before, server, database = target.logins(), target.cpu_s(), ground.database.cpu_s()
    load = press(target.door, ground.subjects, connections, seconds)
    server, database = target.cpu_s() - server, ground.database.cpu_s() - database
    surplus = target.logins() - before - load.requests
    if load.failed or not load.requests or not 0 <= surplus <= connections:
        raise AssertionError(f"{target.name}: {load}, and {surplus} more logins in the database than answers")
    return Run(target.name, connections, load, server / load.requests * 1e6, database / load.requests * 1e6)


def _of(runs: Sequence[Run], server: str, connections: int) -> list[Run]:
    return [run for run in runs if run.server == server and run.connections == connections]


def _rows(runs: Sequence[Run]) -> list[tuple[str | float, ...]]:
    rows: list[tuple[str | float, ...]] = []
    for server in dict.fromkeys(run.server for run in runs):
        for connections in CONNECTIONS:
            group = _of(runs, server, connections)
            figures = [
                [(r.load.per_s, r.load.p50_ms, r.load.p99_ms, r.server_us, r.database_us)[n] for r in group]
                for n in range(5)
            ]
            rows.append((server, connections, *(median(figure) for figure in figures)))
    return rows


def _goals(runs: Sequence[Run]) -> list[Goal]:
    goals = []
    for server, floor, aim in (("FastAPI", 4.0, 8.0), ("Fastify", 0.8, 1.2)):
        names = [name for name in dict.fromkeys(run.server for run in runs) if name.startswith(server + " ")]
        for name in names:
            for connections in CONNECTIONS:
                pairs = zip(_of(runs, OURS, connections), _of(runs, name, connections), strict=True)
                ratio = median(mine.load.per_s / theirs.load.per_s for mine, theirs in pairs)
                goals.append(Goal(f"logins against {server}, {connections} connections", ratio, floor, aim, "times"))
    return goals
