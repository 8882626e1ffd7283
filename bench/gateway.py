"""Persons a second over the bad way: our dispatcher and connectors, and the CRMs' own clients, one record a call.

`python -m bench.gateway [--quick] [salesforce|hubspot]` prints the figures; `measure` gives them to the report.
"""

from __future__ import annotations

import argparse
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

from bench.gateway_ground import awaited, crowded
from bench.ground import FOLDER
from bench.link import BAD, Conditions, Link, NoNamespaces
from bench.link import opened as opened_link
from bench.processes import Process
from bench.report import Goal, Section

CONNECTIONS = 16
CROWD = FOLDER / "gateway"
ABROAD = FOLDER / "abroad"
CUT_S = 3.0
CUT_EVERY_S = 6.0
COLUMNS = ("who", "persons/s", "call p50", "call p99", "against one thread", "against 8 threads", *(
    f"µs a person: {who}" for who in ("ours", "PostgreSQL", "recipient", "link")
))  # fmt: skip
FLOORS = {"salesforce": (250.0, 700.0), "hubspot": (150.0, 450.0)}
CUTS = {"salesforce": (20, 130_000), "hubspot": (20, 100_000)}
"""How often the link is cut, and persons enough that all of them fall into the run."""
LIMITED = {"hubspot": "hubspot-limited"}
"""Who limits calls by the second: measured once more so, with the stand-in's own word for it."""
MODULES = {"salesforce": "simple_salesforce", "hubspot": "hubspot"}
PEERS = {"salesforce": "simple-salesforce", "hubspot": "hubspot-api-client"}


@dataclass(frozen=True)
class Run:
    """One sender: how many persons, in how long; when each call ended, how long it took.

    `cpu_s`: processor seconds of our process, PostgreSQL, the recipient, and the relay that is the link. `off`: persons
    that are missing, too many, or wrongly believed to have arrived; `twice` were applied twice, `backwards` after a
    later state of the same person.
    """

    persons: int
    seconds: float
    calls: Sequence[tuple[float, float, int]] = ()
    cpu_s: Sequence[float] = ()
    most_mib: float = math.nan
    off: int = 0
    twice: int = 0
    backwards: int = 0

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
        "Peers send one record a call to the sandboxes and keep their connections; simple-salesforce over TLS, since it"
        " knows nothing else. Ours sends to a stand-in that costs next to nothing, since the sandbox, on the same two"
        " cores, would be the narrowest place; the row with the sandbox shows that, and is checked record by record.",
        "The stand-in has no limit of calls but where a row says so: 190 in ten seconds are HubSpot's. Its sandbox"
        " keeps that limit.",
        "Each person is sent for the first time: opened, named, sealed under a new evidence key, written down. Judging"
        " and booking come before and are measured apart (border).",
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
    persons, seconds = (6_000, 12) if quick else (20_000, 25)
    cuts, crowd = (2, 12_000) if quick else CUTS[kind]
    ours, sandbox = _ours(kind, persons, kind), _ours(kind, 2_000 if quick else 6_000)
    one, eight = _peer(kind, 1, seconds), _peer(kind, 8, seconds)
    cut, after = _with_cuts(kind, crowd, cuts)
    rows.append(_row(f"ours, {kind}, {CONNECTIONS} connections", ours, one, eight))
    runs = [ours, sandbox, cut]
    if limited := LIMITED.get(kind):
        runs.append(_ours(kind, persons, limited))
        rows.append(_row(f"ours, {kind}, its limit of calls kept", runs[-1], one, eight))
    rows.append(_row(f"ours, {kind}, to the sandbox", sandbox, one, eight))
    rows.append(_row(f"{PEERS[kind]}, 1 thread", one, one, eight))
    rows.append(_row(f"{PEERS[kind]}, 8 threads", eight, one, eight))
    rows.append(_row(f"ours, {kind}, {len(after)} cuts of {CUT_S:.0f} s", cut, one, eight))
    floor, aim = FLOORS[kind]
    worst = max(after, default=math.nan)
    goals += [
        Goal(f"{kind}: times {PEERS[kind]}", ours.rate / one.rate, floor, aim, "×"),
        Goal(f"{kind}: times 8 threads", ours.rate / eight.rate, 90, 90, "×"),
        Goal(f"{kind}: batch p99", ours.call_s(0.99), 6, 3, "s", lower=True),
        Goal(f"{kind}: first batch after a cut, worst of {len(after)}", worst, 5, 2, "s", lower=True),
        Goal(f"{kind}: persons lost, or arrived unknown", sum(run.off for run in runs), 0, 0, "", lower=True),
        Goal(f"{kind}: persons applied twice", sum(run.twice for run in runs), 0, 0, "", lower=True),
        Goal(f"{kind}: persons out of order", sum(run.backwards for run in runs), 0, 0, "", lower=True),
        Goal(f"{kind}: memory of the sender, at most", cut.most_mib, 300, 200, "MiB", lower=True),
    ]  # fmt: skip


def _ours(kind: str, persons: int, lean: str = "") -> Run:
    """Sent to the stand-in of that name, or to the sandbox."""
    with (
        _both_sides(kind, BAD, lean) as (link, told, abroad),
        crowded(CROWD, persons) as (task, postgres_tree),
    ):
        words = _words("bench.gateway_ours", {**task, **told, "kind": kind, "persons": persons})
        others = (postgres_tree, abroad, Process(link.relay.pid))
        before = [process.cpu_s() for process in others]
        figures = json.loads(link.client.run(words).splitlines()[-1])
        spent = [process.cpu_s() - earlier for process, earlier in zip(others, before, strict=True)]
    return _run(figures, spent, persons)


def _with_cuts(kind: str, persons: int, cuts: int) -> tuple[Run, list[float]]:
    """The same while the link is cut again and again: the run, and seconds to the first batch after each cut."""
    ends: list[float] = []
    bad = replace(BAD, seed=2)
    with _both_sides(kind, bad, kind) as (link, told, _), crowded(CROWD, persons) as (task, _):
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
    run = _run(figures, (), persons)
    finished = [end for end, _, done in run.calls if done]
    after = [min(end for end in finished if end > up) - up for up in ends if any(end > up for end in finished)]
    return run, after


def _run(figures: dict[str, Any], spent: Sequence[float], persons: int) -> Run:
    """The run as our side tells it, held against what the recipient has."""
    closed = json.loads((ABROAD / "closed.json").read_text())
    off = abs(persons - closed["records"]) + abs(figures["arrived"] - closed["records"])
    return Run(
        figures["arrived"], figures["seconds"], figures["calls"], [figures["cpu_s"], *spent] if spent else (),
        figures["most_mib"], off, closed.get("twice", 0), closed.get("backwards", 0),
    )  # fmt: skip


def _peer(kind: str, threads: int, seconds: float) -> Run:
    with _both_sides(kind, BAD) as (link, told, _):
        task = {**told, "threads": threads, "seconds": seconds, "ca": str(ABROAD / "ca.pem")}
        figures = json.loads(link.client.run(_words(f"bench.peers.{kind}", task)))
    return Run(int(figures["persons"]), figures["seconds"])


@contextmanager
def _both_sides(kind: str, conditions: Conditions, lean: str = "") -> Iterator[tuple[Link, dict[str, Any], Process]]:
    """The link, what the far side told of itself, and its process."""
    shutil.rmtree(ABROAD, ignore_errors=True)
    ABROAD.mkdir(parents=True)
    module = "bench.gateway_lean" if lean else "bench.gateway_abroad"
    with opened_link(conditions) as link:
        words: list[str | Path] = [sys.executable, "-m", module, lean or kind, link.server.address, ABROAD]
        with link.server.running(words, None, ABROAD / "server.log") as process:
            told = awaited(ABROAD / "open.json", ABROAD / "server.log")
            yield link, {**told, "address": link.server.address, "connections": CONNECTIONS}, process


def _words(module: str, task: dict[str, Any]) -> list[str | Path]:
    return [sys.executable, "-m", module, json.dumps(task)]


def _row(name: str, run: Run, one: Run, eight: Run) -> Sequence[str | float]:
    calls = [f"{run.call_s(share):.2f} s" if run.calls else "–" for share in (0.5, 0.99)]
    cpu: list[str | float] = [round(spent / run.persons * 1e6) for spent in run.cpu_s] or ["–"] * 4
    return name, round(run.rate, 1), *calls, round(run.rate / one.rate, 1), round(run.rate / eight.rate, 1), *cpu


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.gateway", description=__doc__)
    parser.add_argument("kinds", nargs="*", default=["salesforce", "hubspot"])
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    print(json.dumps(asdict(measure(asked.quick, asked.kinds)), indent=1, ensure_ascii=False))
