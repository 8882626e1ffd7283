"""How ready an area is, in points that are explained line by line: a rule earns its points when it found nothing.

What was not checked earns nothing, and is shown as such. Law, platform and advice are never added up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from yumen.audit.result import AreaScore, Line
from yumen.audit.rule import Area, Effect, Rule

POINTS: Final = {Effect.BLOCKED: 5, Effect.ILLEGAL: 5, Effect.RISKY: 3, Effect.ADVICE: 1}


def score(rules: Sequence[Rule], checked: Collection[str], found: Collection[str]) -> tuple[AreaScore, ...]:
    """One score an area, in the order of the report; areas without rules in this run are left out."""
    scores = []
    for area in Area:
        mine = [rule for rule in rules if rule.area is area]
        lines = tuple(Line(rule, POINTS[rule.effect], _outcome(rule.id, checked, found)) for rule in mine)
        if lines:
            scores.append(AreaScore(area, lines))
    return tuple(scores)


def _outcome(name: str, checked: Collection[str], found: Collection[str]) -> str:
    if name in found:
        return "found"
    return "passed" if name in checked else "unchecked"
