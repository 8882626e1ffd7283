"""Jobs on a real queue: deferred with the act, run, retried, taken over."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import replace

import pytest

from tests.stories.kit.jobs.conftest import AT_ONCE, QUICK, Shop, statuses, until
from yumen.kit.errors import NotSent, Rejected
from yumen.kit.jobs import Arguments, NotIds, list_dead
from yumen.kit.jobs.worker import run_worker, take_over
from yumen.kit.work import Work


async def test_a_job_runs_with_its_arguments_and_leaves_one_line(shop: Shop) -> None:
    shop.jobs.register("greet", shop.note)
    number = await shop.defer("greet", {"subject": "sub_x", "times": 2})
    await shop.run()
    assert shop.ran == [{"subject": "sub_x", "times": 2}]
    (line,) = shop.lines
    assert (line.job, line.id, line.attempt, line.outcome) == ("greet", number, 1, "done")
    async with shop.conn() as conn:
        assert await statuses(conn) == []


async def test_a_job_exists_only_if_the_act_is_committed(shop: Shop) -> None:
    shop.jobs.register("greet", shop.note)
    async with shop.conn() as conn:
        await shop.jobs.defer(conn, "greet", {"n": 1})
        await conn.rollback()
    await shop.run()
    assert shop.ran == []


async def test_personal_values_never_become_arguments_or_locks(shop: Shop) -> None:
    shop.jobs.register("greet", shop.note)
    with pytest.raises(NotIds):
        await shop.defer("greet", {"phone": "13800138000"})
    with pytest.raises(NotIds):
        await shop.defer("greet", lock="oGZUI0egBJY1zhBYw2KhdUfwVJJE")


async def test_a_second_job_of_the_same_queueing_lock_is_skipped_and_the_act_goes_on(shop: Shop) -> None:
    shop.jobs.register("tidy", shop.note)
    async with shop.conn() as conn:
        first = await shop.jobs.defer(conn, "tidy", {"n": 1}, queueing_lock="tidy")
        second = await shop.jobs.defer(conn, "tidy", {"n": 2}, queueing_lock="tidy")
    await shop.run()
    assert first is not None
    assert second is None
    assert shop.ran == [{"n": 1}]


async def test_jobs_of_one_lock_run_in_order(shop: Shop) -> None:
    async def slow_first(work: Work, args: Arguments) -> None:
        await asyncio.sleep(0.05 if args["n"] == 0 else 0)
        shop.ran.append(args)

    shop.jobs.register("step", slow_first)
    for number in range(4):
        await shop.defer("step", {"n": number}, lock="sub_x")
    await shop.run_until(lambda: len(shop.ran) == 4)
    assert [args["n"] for args in shop.ran] == [0, 1, 2, 3]


async def test_a_job_that_fails_is_tried_again(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(NotSent("http.refused"), times=2), backoff=AT_ONCE)
    await shop.defer("send")
    await shop.run_until(lambda: len(shop.lines) == 3)
    assert [(line.outcome, line.code) for line in shop.lines] == [
        ("retry", "http.refused"),
        ("retry", "http.refused"),
        ("done", ""),
    ]


async def test_what_a_recipient_rejected_is_not_tried_again(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("wechat.refused")), backoff=AT_ONCE)
    await shop.defer("send")
    await shop.run()
    assert [(line.outcome, line.code) for line in shop.lines] == [("dead", "wechat.refused")]


async def test_a_job_on_the_clock_runs_by_itself(shop: Shop) -> None:
    shop.jobs.register("tick", shop.note, cron="* * * * * *")
    await shop.run_until(lambda: len(shop.ran) >= 1)
    assert all(isinstance(args["timestamp"], int) for args in shop.ran)


async def test_a_stopping_worker_lets_its_job_finish(shop: Shop) -> None:
    began = asyncio.Event()

    async def slow(work: Work, args: Arguments) -> None:
        began.set()
        await asyncio.sleep(0.2)
        shop.ran.append(args)

    shop.jobs.register("slow", slow)
    await shop.defer("slow")
    await shop.run_until(began.is_set)
    assert [line.outcome for line in shop.lines] == ["done"]


async def test_a_job_that_outlasts_the_stop_goes_back_to_the_queue(shop: Shop) -> None:
    began = asyncio.Event()

    async def endless(work: Work, args: Arguments) -> None:
        began.set()
        await asyncio.sleep(60)

    shop.jobs.register("endless", endless)
    await shop.defer("endless")
    await shop.run_until(began.is_set, drain_s=0.05)
    assert [(line.outcome, line.code) for line in shop.lines] == [("stopped", "jobs.stopped")]
    async with shop.conn() as conn:
        assert await statuses(conn) == ["todo"]


VICTIM = """
import asyncio, sys
from yumen.kit.clock import Clock
from yumen.kit.db import Database, Role
from yumen.kit.events import Bus
from yumen.kit.jobs import Jobs
from yumen.kit.jobs.worker import WorkerOptions, run_worker
from yumen.kit.work import Work

async def endless(work, args):
    print("began", flush=True)
    await asyncio.sleep(float(sys.argv[2]))

async def main():
    database = Database({Role.APP: sys.argv[1]})
    await database.open(Role.APP)
    jobs = Jobs()
    jobs.register("endless", endless, retry_max=1)
    options = WorkerOptions(poll_s=0.02, heartbeat_s=0.1, stalled_s=0.4)
    await run_worker(Work(database, Clock(), {}, Bus(jobs)), jobs, sys.argv[1], options)
    await database.close()

asyncio.run(main())
"""


async def victim(shop: Shop, sleeps_s: float) -> asyncio.subprocess.Process:
    """A worker in a process of its own, in the middle of a job."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", VICTIM, shop.url, str(sleeps_s), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"began\n"
    return process


async def test_the_job_of_a_killed_worker_is_done_by_another(shop: Shop) -> None:
    shop.jobs.register("endless", shop.note, retry_max=1)
    await shop.defer("endless")
    killed = await victim(shop, 60)
    os.kill(killed.pid, signal.SIGKILL)
    await killed.wait()
    await shop.run_until(lambda: len(shop.ran) == 1)
    assert [(line.outcome, line.code) for line in shop.lines] == [("retry", "jobs.killed"), ("done", "")]


async def test_a_job_that_keeps_killing_workers_is_buried(shop: Shop) -> None:
    shop.jobs.register("endless", shop.note, retry_max=0)
    await shop.defer("endless")
    killed = await victim(shop, 60)
    os.kill(killed.pid, signal.SIGKILL)
    await killed.wait()
    await asyncio.sleep(0.5)
    await take_over(shop.work, shop.jobs, 0.4, shop.lines.append)
    async with shop.conn() as conn:
        assert [letter.code for letter in await list_dead(conn)] == ["jobs.killed"]
    assert shop.ran == []


async def test_sigterm_lets_the_job_finish_and_the_process_end_well(shop: Shop) -> None:
    shop.jobs.register("endless", shop.note)
    await shop.defer("endless")
    process = await victim(shop, 0.3)
    process.send_signal(signal.SIGTERM)
    rest, _ = await process.communicate()
    assert process.returncode == 0
    (line,) = [json.loads(row) for row in rest.splitlines()]
    assert (line["job"], line["outcome"]) == ("endless", "done")


async def test_a_worker_waits_for_a_lost_database_and_goes_on(shop: Shop) -> None:
    shop.jobs.register("greet", shop.note)
    stop = asyncio.Event()
    options = replace(QUICK, until_idle=False)
    worker = asyncio.ensure_future(run_worker(shop.work, shop.jobs, shop.url, options, stop, tell=shop.lines.append))
    await shop.defer("greet", {"n": 1})
    await until(lambda: len(shop.ran) == 1)
    async with shop.conn() as conn:
        await conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user"
            " and datname = current_database() and pid <> pg_backend_pid()"
        )
    await shop.defer("greet", {"n": 2})
    await until(lambda: len(shop.ran) == 2)
    stop.set()
    await worker
