"""The plan removes most risk per hour first and ends with nothing left."""

from datetime import date

from yumen.audit import plan
from yumen.audit.rule import HOURS


def test_the_last_step_leaves_nothing(result):
    steps = plan.make(result.cases, result.on)
    assert sum(step.cases for step in steps) == len(result.cases)
    assert [step.left for step in steps] == sorted((step.left for step in steps), reverse=True)
    assert steps[-1].left == 0


def test_an_hour_against_something_illegal_comes_before_weeks_of_advice(result):
    order = {step.rule.id: number for number, step in enumerate(plan.make(result.cases, result.on))}
    assert order["PRV020"] < order["PRV016"]


def test_no_step_is_due_on_a_weekend(result):
    saturday = date(2026, 11, 21)
    assert {step.due.weekday() for step in plan.make(result.cases, saturday)} <= set(range(5))


def test_more_places_cost_more_but_not_each_the_whole(result):
    one = next(step for step in result.plan if step.cases == 1)
    assert one.hours == HOURS[one.rule.effort]
    several = next(step for step in result.plan if step.cases > 1)
    assert HOURS[several.rule.effort] <= several.hours < several.cases * HOURS[several.rule.effort] + 1
