"""How a failure is named and what becomes of the job."""

from __future__ import annotations

import asyncio

import psycopg
import pytest

from yumen.kit.db import UNAVAILABLE
from yumen.kit.errors import NotSent, Rejected, Unsettled
from yumen.kit.jobs import Arguments, Job
from yumen.kit.jobs.attempt import code_of, outcome_of
from yumen.kit.work import Work


async def nothing(work: Work, args: Arguments) -> None: ...


JOB = Job("greet", nothing, retry_max=2)


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (UNAVAILABLE(), "database.unavailable"),
        (NotSent("http.refused"), "http.refused"),
        (psycopg.errors.UniqueViolation("Key (phone)=(13800138000) already exists"), "database.23505"),
        (psycopg.OperationalError("gone"), "database.unavailable"),
        (KeyError("13800138000"), "jobs.defect.KeyError"),
        (asyncio.CancelledError(), "jobs.stopped"),
    ],
)
def test_a_failure_is_told_by_its_code_and_never_by_its_text(failure: BaseException, code: str) -> None:
    assert code_of(failure) == code


@pytest.mark.parametrize(
    ("failure", "attempts", "outcome"),
    [
        (NotSent("x"), 0, "retry"),
        (Unsettled("x"), 1, "retry"),
        (NotSent("x"), 2, "dead"),
        (Rejected("x"), 0, "dead"),
        (asyncio.CancelledError(), 2, "stopped"),
    ],
)
def test_a_job_is_tried_again_until_its_patience_ends(failure: BaseException, attempts: int, outcome: str) -> None:
    assert outcome_of(JOB, failure, attempts) == outcome
