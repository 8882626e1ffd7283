"""Everybody taken back through a recipient that fails, renames and throttles; and an export that stays small.

Every one is gone at the recipient, or in the queue for people; nobody is silently kept.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import suppress

from bench.processes import Process
from tests.stories.gateway.conftest import CONTRACT, DAY, Gateway, gateway  # noqa: F401  # a fixture
from tests.stories.gateway.crowd import enrol
from tests.stories.gateway.recipient import not_sent, timed_out
from yumen.border import contracting
from yumen.gateway import retraction
from yumen.gateway.connectors.connector import Outcome, Record, Settled

RETRACTIONS = int(os.environ.get("SOAK_RETRACTIONS", "100000"))
EXPORTED = int(os.environ.get("SOAK_EXPORTED", "1000000"))
GROWTH_MAX_MIB = 300.0
ROUNDS_MAX = 200


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


async def test_an_export_stays_small_and_a_kill_costs_one_batch(gateway: Gateway, tell) -> None:  # noqa: F811
    await enrol(gateway, EXPORTED)
    await gateway.judge()
    hq, before, most = gateway.hq, Process(os.getpid(), whole_tree=False), 0.0
    start_mib = before.rss_mib()
    forget_what_is_sent(gateway)
    kills, twice = 0, 0
    while (await gateway.rows("select count(*) as n from border.outbound"))[0]["n"]:
        sent_before = hq.count  # type: ignore[attr-defined]
        arrived_before = await arrived(gateway)
        task = asyncio.ensure_future(gateway.send())
        while not task.done():
            await asyncio.wait([task], timeout=0.2)
            most = max(most, before.rss_mib() - start_mib)
            if kills < 3 and hq.count - sent_before > EXPORTED // 5:  # type: ignore[attr-defined]
                task.cancel()
        if task.cancelled():
            kills += 1
            with suppress(asyncio.CancelledError):
                await task
            unknown = hq.count - sent_before - (await arrived(gateway) - arrived_before)  # type: ignore[attr-defined]
            assert unknown <= hq.batch_max * gateway.recipient.at_once, "at most the batches that were in the air"
            twice += unknown
        else:
            task.result()
    assert await arrived(gateway) == EXPORTED
    assert most < GROWTH_MAX_MIB
    assert hq.count - EXPORTED <= twice  # type: ignore[attr-defined]
    tell(persons=EXPORTED, growth_mib=round(most, 1), kills=kills, sent_again=hq.count - EXPORTED)  # type: ignore[attr-defined]


def forget_what_is_sent(gateway: Gateway) -> None:  # noqa: F811
    """A recipient that keeps names and versions only, so that its memory is not taken for ours."""
    hq = gateway.hq
    hq.count = 0  # type: ignore[attr-defined]

    def apply(one: Record) -> Settled:
        hq.count += 1  # type: ignore[attr-defined]
        hq.held[one.external_id] = Record("", one.external_id, one.version, {})
        return Settled(one.external_id, Outcome.DONE, remote_id=str(hq.count))  # type: ignore[attr-defined]

    hq._apply = apply  # type: ignore[method-assign]


async def arrived(gateway: Gateway) -> int:  # noqa: F811
    return int((await gateway.rows("select count(*) as n from border.transfer where state = 3"))[0]["n"])
