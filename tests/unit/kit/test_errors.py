"""A problem is a code with a place and facts."""

from __future__ import annotations

import pytest

from yumen.kit.errors import Code, NotSent, Problem, Rejected, Unsettled

LATE = Code("test.late", 409)


def test_a_code_makes_a_problem_with_place_and_facts() -> None:
    problem = LATE(at="/day", day="2026-11-25")
    assert isinstance(problem, Problem)
    assert (problem.code.status, problem.at, problem.facts) == (409, "/day", {"day": "2026-11-25"})
    assert str(problem) == "test.late at /day day=2026-11-25"


def test_one_name_has_one_status() -> None:
    assert Code("test.late", 409) == LATE
    with pytest.raises(ValueError, match="statuses 409 and 410"):
        Code("test.late", 410)


def test_every_declared_code_is_known() -> None:
    assert Code.declared["test.late"] is LATE


@pytest.mark.parametrize("kind", [NotSent, Rejected, Unsettled])
def test_a_failed_call_can_be_raised_and_carries_their_code(kind: type[NotSent]) -> None:
    with pytest.raises(kind) as failed:
        raise kind("wechat.busy", "-1", app="wx1")
    assert (failed.value.code, failed.value.upstream, failed.value.facts) == ("wechat.busy", "-1", {"app": "wx1"})
