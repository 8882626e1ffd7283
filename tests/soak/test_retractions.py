"""Everybody taken back through a recipient that fails, renames and throttles; and an export that stays small.

Every one is gone at the recipient, or in the queue for people; nobody is silently kept.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench.gateway_ground import awaited, crowded
from bench.processes import ROOT, Process, running
from tests.stories.gateway.conftest import CONTRACT, DAY, Gateway, gateway  # noqa: F401  # a fixture
from tests.stories.gateway.crowd import enrol
from tests.stories.gateway.recipient import not_sent, timed_out
from yumen.border import contracting
from yumen.gateway import retraction

RETRACTIONS = int(os.environ.get("SOAK_RETRACTIONS", "100000"))
EXPORTED = int(os.environ.get("SOAK_EXPORTED", "1000000"))
MEMORY_MAX_MIB = 300.0
BATCH = 200
CONNECTIONS = 16
ROUNDS_MAX = 200
KILLS = 3
LOOK_EVERY_S = max(0.5, EXPORTED / 500_000)
"""Counting a million who wait takes the database as long as sending some hundred of them."""


async def test_retractions_through_a_failing_recipient(gateway: Gateway, tell) -> None:  # noqa: F811
    await enrol(gateway, RETRACTIONS)
    await gateway.all_of_it()
    assert len(gateway.hq.held) == RETRACTIONS
    gateway.hq.batch_max = max(3, min(200, RETRACTIONS // 100))
    chance = random.Random(11)
    renamed = chance.sample(sorted(gateway.hq.held), RETRACTIONS // 50)
    for name in renamed:
        gateway.hq.rename(name, f"renamed {name}")
    async with gateway.unit() as uow:
        await contracting.end(uow, CONTRACT)
    planned = await retraction.sweep(gateway.work, gateway.gate, gateway.handler)
    assert planned == {CONTRACT: RETRACTIONS}
    failed = 0

    def trouble(what: str, n: int) -> Exception | None:
        nonlocal failed
        if chance.random() >= 0.3:
            return None
        failed += 1
        return chance.choice([not_sent(), not_sent(retry_after_s=2), timed_out()])

    gateway.hq.trouble = trouble
    gateway.hq.trouble_after = lambda what, n: timed_out() if chance.random() < 0.05 else None
    begun, rounds = time.monotonic(), 0
    while rounds < ROUNDS_MAX and await unfinished(gateway):
        await gateway.recall()
        gateway.clock.offset += DAY / 24
        rounds += 1
    assert failed > 0
    rows = await gateway.rows(
        "select state, code, count(*) as n from gateway.recall group by state, code order by state, code"
    )
    states = {(row["state"], row["code"]): row["n"] for row in rows}
    assert {state for state, _ in states} == {"done", "people"}
    waiting = sum(count for (state, _), count in states.items() if state == "people")
    assert waiting + sum(count for (state, _), count in states.items() if state == "done") == RETRACTIONS
    assert set(gateway.hq.held) == {f"renamed {name}" for name in renamed}
    assert waiting >= len(renamed), "whoever was renamed is named"
    tell(
        retractions=RETRACTIONS, renamed=len(renamed), failed_calls=failed, rounds=rounds,
        gone=RETRACTIONS - waiting, waiting_for_people=waiting, silently_kept=0,
        seconds=round(time.monotonic() - begun),
    )  # fmt: skip


async def unfinished(gateway: Gateway) -> bool:  # noqa: F811
    return bool(await gateway.rows("select id from gateway.recall where state = 'open' limit 1"))


def test_an_export_stays_small_and_a_kill_costs_one_batch(tmp_path: Path, tell) -> None:
    """The exporting process, the database and the recipient are each their own; the first is killed three times."""
    kills, most_mib = 0, 0.0
    with crowded(tmp_path / "crowd", EXPORTED) as (task, _), recipient(tmp_path) as told:
        words = {**task, **told, "kind": "salesforce", "connections": CONNECTIONS, "persons": EXPORTED}
        while waiting(task) > 0:
            exporter = subprocess.Popen([sys.executable, "-m", "bench.gateway_ours", json.dumps(words)], cwd=ROOT)
            at_begin = waiting(task)
            while exporter.poll() is None:
                most_mib = max(most_mib, Process(exporter.pid, whole_tree=False).rss_mib())
                time.sleep(LOOK_EVERY_S)
                if kills < KILLS and at_begin - waiting(task) > EXPORTED // 5:
                    exporter.kill()
                    exporter.wait()
                    kills += 1
    closed = json.loads((tmp_path / "closed.json").read_text())
    assert closed["records"] == EXPORTED
    assert closed["backwards"] == 0
    assert closed["twice"] <= kills * BATCH
    assert most_mib < MEMORY_MAX_MIB
    tell(persons=EXPORTED, most_mib=round(most_mib, 1), kills=kills, applied_twice=closed["twice"])


@contextmanager
def recipient(folder: Path) -> Iterator[dict[str, Any]]:
    """A recipient of its own process, until the block ends; then it has said what it holds."""
    words = [sys.executable, "-m", "bench.gateway_lean", "salesforce", "127.0.0.1", folder]
    with running(words, None, folder / "recipient.log", cwd=ROOT):
        yield {**awaited(folder / "open.json", folder / "recipient.log"), "address": "127.0.0.1"}


def waiting(task: dict[str, Any]) -> int:
    """Persons who have not arrived."""
    with psycopg.connect(task["urls"]["owner"]) as conn:
        row = conn.execute("select count(*) from border.outbound").fetchone()
    return 0 if row is None else int(row[0])
