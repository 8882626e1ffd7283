"""Jobs on a real queue: deferred with the act, run, retried, buried, taken over."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace

import pytest

from yumen.kit.clock import Clock
from yumen.kit.db import Conn, Database, Role
from yumen.kit.errors import NotSent, Problem, Rejected
from yumen.kit.events import Bus
from yumen.kit.jobs import Arguments, Backoff, Jobs, NotIds, discard, list_dead, replay, show
from yumen.kit.jobs.attempt import JobLine
from yumen.kit.jobs.worker import WorkerOptions, run_worker, take_over
from yumen.kit.work import Work

QUICK = WorkerOptions(poll_s=0.02, heartbeat_s=0.1, stalled_s=0.4, drain_s=0.5, until_idle=True)
AT_ONCE = Backoff(first_s=0.001, longest_s=0.001)


@dataclass
class Shop:
    """A worker's surroundings, and what it did."""

    work: Work
    jobs: Jobs
    ran: list[Arguments] = field(default_factory=list)
    lines: list[JobLine] = field(default_factory=list)

    async def note(self, work: Work, args: Arguments) -> None:
        self.ran.append(args)

    def fail_with(self, failure: Exception, times: int = 100) -> Callable[[Work, Arguments], Awaitable[None]]:
        async def run(work: Work, args: Arguments) -> None:
            self.ran.append(args)
            if len(self.ran) <= times:
                raise failure

        return run

    @property
    def url(self) -> str:
        return self.work.database.urls[Role.APP]

    async def defer(self, name: str, args: Arguments | None = None, lock: str | None = None) -> int | None:
        async with self.conn() as conn:
            return await self.jobs.defer(conn, name, args or {}, lock=lock)

    def conn(self) -> AbstractAsyncContextManager[Conn]:
        return self.work.database.pool(Role.APP).connection()

    async def run(self, **changes: object) -> None:
        await run_worker(self.work, self.jobs, self.url, replace(QUICK, **changes), tell=self.lines.append)  # type: ignore[arg-type]

    async def run_until(self, done: Callable[[], bool], **changes: object) -> None:
        """Run a worker that waits for jobs, until something is so."""
        stop = asyncio.Event()
        options = replace(QUICK, until_idle=False, **changes)  # type: ignore[arg-type]
        worker = asyncio.ensure_future(
            run_worker(self.work, self.jobs, self.url, options, stop, tell=self.lines.append)
        )
        await until(done)
        stop.set()
        await worker


async def until(done: Callable[[], bool], wait_max_s: float = 10.0) -> None:
    async with asyncio.timeout(wait_max_s):
        while not done():
            await asyncio.sleep(0.01)


async def statuses(conn: Conn) -> list[str]:
    rows = await conn.execute("select status::text from jobs.procrastinate_jobs order by id")
    return [row["status"] for row in await rows.fetchall()]


@pytest.fixture
async def shop(database: Database) -> Shop:
    jobs = Jobs()
    return Shop(Work(database, Clock(), {}, Bus(jobs)), jobs)


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


async def test_a_job_that_keeps_failing_becomes_a_dead_letter_without_a_word_of_its_failure(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(KeyError("13800138000")), retry_max=2, backoff=AT_ONCE)
    number = await shop.defer("send", {"subject": "sub_x"})
    await shop.run_until(lambda: len(shop.lines) == 3)
    async with shop.conn() as conn:
        (letter,) = await list_dead(conn)
        assert letter == await show(conn, letter.id)
        dump = await (await conn.execute("select row_to_json(f)::text as row from ops.job_failure f")).fetchall()
    assert (letter.id, letter.name, letter.args, letter.attempts, letter.code) == (
        number,
        "send",
        {"subject": "sub_x"},
        3,
        "jobs.defect.KeyError",
    )
    assert [line.outcome for line in shop.lines] == ["retry", "retry", "dead"]
    assert "13800138000" not in str(dump) + str(shop.lines)


async def test_what_a_recipient_rejected_is_not_tried_again(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("wechat.refused")), backoff=AT_ONCE)
    await shop.defer("send")
    await shop.run()
    assert [(line.outcome, line.code) for line in shop.lines] == [("dead", "wechat.refused")]


async def test_a_replayed_letter_begins_anew(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("wechat.refused"), times=1))
    number = await shop.defer("send")
    assert number is not None
    await shop.run()
    async with shop.conn() as conn:
        await replay(conn, number)
    await shop.run()
    assert [(line.attempt, line.outcome) for line in shop.lines] == [(1, "dead"), (1, "done")]
    async with shop.conn() as conn:
        assert await list_dead(conn) == []


async def test_a_letter_is_not_replayed_beside_a_waiting_job_for_the_same_thing(shop: Shop) -> None:
    shop.jobs.register("tidy", shop.fail_with(Rejected("x")))
    async with shop.conn() as conn:
        number = await shop.jobs.defer(conn, "tidy", {}, queueing_lock="tidy")
    assert number is not None
    await shop.run()
    async with shop.conn() as conn:
        await shop.jobs.defer(conn, "tidy", {}, queueing_lock="tidy")
        with pytest.raises(Problem, match=r"jobs\.still_waiting"):
            await replay(conn, number)


async def test_a_discarded_letter_is_kept_with_its_reason(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("wechat.refused")))
    number = await shop.defer("send")
    assert number is not None
    await shop.run()
    async with shop.conn() as conn:
        with pytest.raises(NotIds):
            await discard(conn, number, "asked by 13800138000")
        await discard(conn, number, "recipient closed")
        assert await list_dead(conn) == []
        kept = await (await conn.execute("select code, discarded_reason from ops.job_failure")).fetchone()
        assert kept == {"code": "wechat.refused", "discarded_reason": "recipient closed"}
        with pytest.raises(Problem, match=r"jobs\.no_such_letter"):
            await discard(conn, number, "twice")
        with pytest.raises(Problem, match=r"jobs\.no_such_letter"):
            await replay(conn, number)


async def test_dead_letters_are_listed_in_pages(shop: Shop) -> None:
    shop.jobs.register("send", shop.fail_with(Rejected("x")))
    numbers = [await shop.defer("send") for _ in range(5)]
    await shop.run()
    async with shop.conn() as conn:
        first = await list_dead(conn, limit=3)
        rest = await list_dead(conn, cursor=first[-1].id, limit=3)
    assert [letter.id for letter in (*first, *rest)] == numbers


async def test_a_job_nobody_knows_becomes_a_dead_letter(shop: Shop) -> None:
    shop.jobs.register("old", shop.note)
    await shop.defer("old")
    shop.jobs.known.clear()
    await shop.run()
    async with shop.conn() as conn:
        assert [letter.code for letter in await list_dead(conn)] == ["jobs.unknown"]


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
