"""A process opens so many values a minute, and says so when it comes near."""

from __future__ import annotations

import logging

import pytest

from yumen.kit.errors import Problem
from yumen.security.vault.budget import WINDOW_S, Budget


class Timer:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
def budget(timer) -> Budget:
    return Budget(per_minute=10, timer=timer)


def test_a_spent_budget_refuses_and_counts(budget):
    budget.spend(10)
    with pytest.raises(Problem) as told:
        budget.spend(1)
    assert (told.value.code.name, told.value.code.status) == ("vault.budget_spent", 503)
    assert (budget.spent, budget.refused_total) == (10, 1)


def test_too_much_at_once_takes_nothing(budget):
    budget.spend(5)
    with pytest.raises(Problem):
        budget.spend(6)
    budget.spend(5)
    assert budget.spent == 10


def test_the_next_minute_starts_anew(budget, timer):
    budget.spend(10)
    timer.now += WINDOW_S - 0.1
    with pytest.raises(Problem):
        budget.spend(1)
    timer.now += 0.1
    budget.spend(10)
    assert budget.spent == 10


def test_the_alarm_is_raised_once_a_window_before_and_at_the_end(budget, timer, caplog):
    with caplog.at_level(logging.WARNING, logger="yumen.vault"):
        for _ in range(10):
            budget.spend(1)
        for _ in range(3):
            with pytest.raises(Problem):
                budget.spend(1)
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("WARNING", "vault.budget_low"),
        ("ERROR", "vault.budget_spent"),
    ]
    assert budget.alarms_total == 2
    timer.now += WINDOW_S
    budget.spend(9)
    assert budget.alarms_total == 3
