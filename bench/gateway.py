"""Persons a second over the bad way: our dispatcher and connectors, and the CRMs' own clients, one record a call.

`python -m bench.gateway [--quick] [salesforce|hubspot]` prints the figures; `measure` gives them to the report.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.gateway_crowd import fill, make_handler, opened
from bench.ground import FOLDER
from bench.link import BAD, Conditions, Link, NoNamespaces
from bench.link import opened as opened_link
from bench.report import Goal, Section
from yumen.gateway.connectors.connector import Connector
from yumen.kit import postgres
from yumen.kit.db import Database, Role
from yumen.kit.migrate import Target, migrate

CONNECTIONS = 8
READY_S = 30.0
CUT_S = 4.0
CUT_EVERY_S = 9.0
COLUMNS = ("who", "persons/s", "call p50", "call p99", "our CPU", "against one thread", "against 8 threads")
FLOORS = {"salesforce": (250.0, 700.0), "hubspot": (150.0, 450.0)}
MODULES = {"salesforce": "simple_salesforce", "hubspot": "hubspot"}
PEERS = {"salesforce": "simple-salesforce", "hubspot": "hubspot-api-client"}


@dataclass(frozen=True)
class Run:
    """One sender: how many persons, in how long; when each call ended, how long it took."""

    persons: int
    seconds: float
    calls: Sequence[tuple[float, float, int]] = ()
    cpu_s: float = math.nan

    @property
    def rate(self) -> float:
        return self.persons / self.seconds

    def call_s(self, share: float) -> float:
        times = sorted(seconds for _, seconds, _ in self.calls)
        return times[min(len(times) - 1, int(len(times) * share))] if times else math.nan


def measure(quick: bool, kinds: Sequence[str] = ("salesforce", "hubspot")) -> Section:
    """Both CRMs, one after the other. Where no namespaces are allowed nothing is measured, and the section says so."""
    rows: list[Sequence[str | float]] = []
    goals: list[Goal] = []
    notes = [
        f"Link: {BAD.round_trip_s * 1e3:.0f} ms there and back, {BAD.loss:.0%} lost each way,"
        f" {BAD.rate / 1e6:.0f} Mbit/s, {BAD.queue_s * 1e3:.0f} ms of queue; two networks, packets relayed between.",
        "Recipients are the sandboxes, with HubSpot's documented rate limits in force. Peers send one record a call and"
        " keep their connections; simple-salesforce over TLS, since it knows nothing else.",
    ]
    try:
        for kind in kinds:
            if find_spec(MODULES[kind]) is None:
                notes.append(f"{kind} is not measured: {PEERS[kind]} is not installed.")
            else:
                _of_kind(kind, quick, rows, goals)
    except NoNamespaces as refused:
        notes.append(f"Not measured here: {refused}.")
    return Section("gateway", "Persons over the bad way", COLUMNS, rows, goals, notes)


def _of_kind(kind: str, quick: bool, rows: list[Sequence[str | float]], goals: list[Goal]) -> None:
    persons, seconds, cuts = (6_000, 15, 2) if quick else (24_000, 40, 20)
    ours = _ours(kind, persons, BAD)
    one, eight = _peer(kind, 1, seconds), _peer(kind, 8, seconds)
    cut, after, lost = _with_cuts(kind, 3 * persons if quick else 60_000, cuts)
    rows.append(_row(f"ours, {kind}, {CONNECTIONS} connections", ours, one, eight))
    rows.append(_row(f"{PEERS[kind]}, 1 thread", one, one, eight))
    rows.append(_row(f"{PEERS[kind]}, 8 threads", eight, one, eight))
    rows.append(_row(f"ours, {kind}, {len(after)} cuts of {CUT_S:.0f} s", cut, one, eight))
    floor, aim = FLOORS[kind]
    goals += [
        Goal(f"{kind}: times {PEERS[kind]}", ours.rate / one.rate, floor, aim, "×"),
        Goal(f"{kind}: times 8 threads", ours.rate / eight.rate, 90, 90, "×"),
        Goal(f"{kind}: batch p99", ours.call_s(0.99), 6, 3, "s", lower=True),
        Goal(f"{kind}: first batch after a cut, worst", max(after, default=math.nan), 5, 2, "s", lower=True),
        Goal(f"{kind}: persons lost or doubled", lost, 0, 0, "", lower=True),
    ]


def _ours(kind: str, persons: int, conditions: Conditions) -> Run:
    with _both_sides(kind, conditions) as (link, told, folder), _crowded(persons) as task:
        said = link.client.run(_words("bench.gateway_ours", {**task, **told, "kind": kind, "persons": persons}))
        figures = json.loads(said.splitlines()[-1])
    _check(folder, persons)
    return Run(figures["arrived"], figures["seconds"], figures["calls"], figures["cpu_s"])


def _with_cuts(kind: str, persons: int, cuts: int) -> tuple[Run, list[float], int]:
    """The same while the link is cut again and again: the run, seconds to the first batch after each, how many off."""
    ends: list[float] = []
    with _both_sides(kind, replace(BAD, seed=2)) as (link, told, folder), _crowded(persons) as task:
        words = _words("bench.gateway_ours", {**task, **told, "kind": kind, "persons": persons})
        child = subprocess.Popen([str(word) for word in link.client.command(words)], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        child.stdout.readline()
        while len(ends) < cuts and child.poll() is None:
            time.sleep(CUT_EVERY_S - CUT_S)
            link.cut(CUT_S)
            time.sleep(CUT_S)
            ends.append(time.monotonic())
        figures = json.loads(child.communicate()[0].splitlines()[-1])
    run = Run(figures["arrived"], figures["seconds"], figures["calls"], figures["cpu_s"])
    finished = [end for end, _, done in run.calls if done]
    after = [min(end for end in finished if end > up) - up for up in ends if any(end > up for end in finished)]
    return run, after, _off(folder, persons, run.persons)


def _peer(kind: str, threads: int, seconds: float) -> Run:
    with _both_sides(kind, BAD) as (link, told, folder):
        task = {**told, "threads": threads, "seconds": seconds, "ca": str(folder / "ca.pem")}
        figures = json.loads(link.client.run(_words(f"bench.peers.{kind}", task)))
    return Run(int(figures["persons"]), figures["seconds"])


@contextmanager
def _both_sides(kind: str, conditions: Conditions) -> Iterator[tuple[Link, dict[str, Any], Path]]:
    """The link, what the far side told of itself, and its folder."""
    folder = FOLDER / "abroad"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with opened_link(conditions) as link:
        words: list[str | Path] = [sys.executable, "-m", "bench.gateway_abroad", kind, link.server.address, folder]
        with link.server.running(words, None, folder / "server.log"):
            told = _await(folder / "open.json", folder / "server.log")
            yield link, {**told, "address": link.server.address, "connections": CONNECTIONS}, folder


def _await(file: Path, log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return dict(json.loads(text))
        time.sleep(0.05)
    raise TimeoutError(log.read_text(errors="replace")[-800:])


@contextmanager
def _crowded(persons: int) -> Iterator[dict[str, Any]]:
    """A database with that many who wait, and what the dispatcher must know of it."""
    folder = FOLDER / "gateway"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = postgres.ensure(folder / "postgres")
    try:
        handler = asyncio.run(_filled(server.urls(), folder / "kms", persons))
        yield {"urls": server.urls(), "kms": str(folder / "kms"), "handler": handler}
    finally:
        server.stop()


async def _filled(urls: dict[str, str], kms: Path, persons: int) -> int:
    database = Database({Role(role): url for role, url in urls.items()})
    for role, target in ((Role.OWNER, Target.MAIN), (Role.KEYS_OWNER, Target.KEYS)):
        async with await database.connect(role, autocommit=True) as owner:
            await migrate(owner, target)
    handler = await make_handler(database)
    nobody: Connector = None  # type: ignore[assignment]  # filling sends nothing
    async with opened(urls, kms, handler, nobody) as crowd:
        await fill(crowd, persons)
    return handler


def _check(folder: Path, persons: int) -> None:
    if _off(folder, persons, persons):
        raise AssertionError(f"the recipient has {(folder / 'closed.json').read_text()}, not {persons}")


def _off(folder: Path, sent: int, arrived: int) -> int:
    """How many the recipient has too few or too many, and how many we believe wrongly to have arrived."""
    held = int(json.loads((folder / "closed.json").read_text())["records"])
    return abs(sent - held) + abs(arrived - held)


def _words(module: str, task: dict[str, Any]) -> list[str | Path]:
    return [sys.executable, "-m", module, json.dumps(task)]


def _row(name: str, run: Run, one: Run, eight: Run) -> Sequence[str | float]:
    calls = [f"{run.call_s(share):.2f} s" if run.calls else "–" for share in (0.5, 0.99)]
    cpu = "–" if math.isnan(run.cpu_s) else f"{run.cpu_s / run.seconds:.0%} of a core"
    return name, round(run.rate, 1), *calls, cpu, round(run.rate / one.rate, 1), round(run.rate / eight.rate, 1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.gateway", description=__doc__)
    parser.add_argument("kinds", nargs="*", default=["salesforce", "hubspot"])
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    print(json.dumps(asdict(measure(asked.quick, asked.kinds)), indent=1, ensure_ascii=False))
