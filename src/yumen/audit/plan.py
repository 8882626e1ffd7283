"""The work in the order that removes most risk per hour, each piece with its owner and its day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from yumen.audit.finding import Certainty
from yumen.audit.result import Case, PlanStep
from yumen.audit.rule import HOURS, Effect

RISK: Final = {Effect.BLOCKED: 40, Effect.ILLEGAL: 40, Effect.RISKY: 12, Effect.ADVICE: 2}
"""Weight of a finding when work is ordered; it appears in no score."""
SURE: Final = {Certainty.PROVEN: 1.0, Certainty.LIKELY: 0.6, Certainty.POSSIBLE: 0.3}
DUE_DAYS: Final = {Effect.BLOCKED: 7, Effect.ILLEGAL: 14, Effect.RISKY: 30, Effect.ADVICE: 90}
"""Our proposal in calendar days, not a term of law."""
MORE_PLACES: Final = 0.15
"""Each further place of the same rule adds this share of the rule's hours: the cure is known by then."""


def make(cases: Iterable[Case], on: date) -> tuple[PlanStep, ...]:
    """One step for each rule that found something; `left` counts the findings that stay after it."""
    by_rule: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_rule[case.rule.id].append(case)
    ordered = sorted(by_rule.values(), key=lambda group: (-_relief(group) / _hours(group), group[0].rule.id))
    left, steps = sum(len(group) for group in ordered), []
    for group in ordered:
        left -= len(group)
        rule = group[0].rule
        due = _weekday(on + timedelta(days=DUE_DAYS[rule.effect]))
        steps.append(PlanStep(rule, len(group), rule.owner, _hours(group), due, left))
    return tuple(steps)


def _relief(group: list[Case]) -> float:
    return max(RISK[case.effect] * SURE[case.finding.certainty] for case in group) * (1 + (len(group) - 1) * 0.1)


def _hours(group: list[Case]) -> int:
    base = HOURS[group[0].rule.effort]
    return max(1, round(base * (1 + MORE_PLACES * (len(group) - 1))))


def _weekday(day: date) -> date:
    """The Monday after, when it falls on a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
