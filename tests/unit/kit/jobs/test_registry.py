"""The patience of a job."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.kit.jobs import Arguments, Backoff, Jobs
from yumen.kit.work import Work


async def nothing(work: Work, args: Arguments) -> None: ...


def test_the_wait_doubles_up_to_a_bound() -> None:
    backoff = Backoff(first_s=2, longest_s=60)
    assert [backoff.wait_s(n, chance=lambda: 1.0) for n in (1, 2, 3, 6, 7, 40)] == [2, 4, 8, 60, 60, 60]


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_half_of_the_wait_is_left_to_chance(attempts: int, chance: float) -> None:
    whole = Backoff().wait_s(attempts, chance=lambda: 1.0)
    assert whole / 2 <= Backoff().wait_s(attempts, chance=lambda: chance) <= whole


def test_a_job_is_registered_once() -> None:
    jobs = Jobs()
    jobs.register("greet", nothing)
    with pytest.raises(ValueError, match="greet is registered twice"):
        jobs.register("greet", nothing)


def test_a_stopped_clock_starts_the_named_jobs_no_more_and_forgets_none() -> None:
    jobs = Jobs()
    for name in ("shop.sweep", "shopping.sweep", "house.sweep"):
        jobs.register(name, nothing, cron="* * * * *")
    jobs.stop_clock("shop.")
    assert {name: job.cron for name, job in jobs.known.items()} == {
        "shop.sweep": None,
        "shopping.sweep": "* * * * *",
        "house.sweep": "* * * * *",
    }
