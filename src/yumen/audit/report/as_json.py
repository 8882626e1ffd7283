"""The report as JSON, by the published schema `report-1.json`; also the baseline of the next run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from yumen.audit.finding import InFile
from yumen.audit.report import words
from yumen.audit.result import Case, Folded, Result
from yumen.audit.rule import Effect, Rule
from yumen.kit.i18n import LANGUAGES
from yumen.law import Tag

FORMAT: Final = "yumen-audit/1"


def render(result: Result) -> str:
    """Two spaces deep, keys in the order below: two runs on the same input differ in `taken_at` alone."""
    return msgspec.json.format(msgspec.json.encode(document(result)), indent=2).decode() + "\n"


def document(result: Result) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "format": FORMAT,
        "taken_at": result.taken_at.isoformat(),
        "as_of": result.on.isoformat(),
        "subject": result.subject,
        "version": result.version,
        "summary": {
            "checked": len(result.checked),
            "unchecked": len(result.unchecked),
            "findings": len(result.cases),
            "by_effect": {effect.value: result.count(effect) for effect in Effect},
        },
        "findings": [_case(case) for case in result.cases],
        "others": [_folded(one) for one in result.others],
        "suppressed": [{**_case(case), "reason": case.reason} for case in result.suppressed],
        "lapsed": [{"place": one.place, "rule": one.rule, "code": one.code} for one in result.lapsed],
        "missing": [
            {"rule": one.rule.id, "need": one.need, "facts": dict(one.facts), "partly": one.partly}
            for one in result.missing
        ],
        "unread": [{"name": one.name, "code": one.code, "facts": dict(one.facts)} for one in result.unread],
        "scores": [_score(result, number) for number in range(len(result.scores))],
        "plan": [
            {
                "rule": step.rule.id,
                "findings": step.cases,
                "owner": step.owner,
                "hours": step.hours,
                "due": step.due.isoformat(),
                "left": step.left,
            }
            for step in result.plan
        ],
        "comparison": None if result.comparison is None else msgspec.to_builtins(result.comparison),
        "rules": [_rule(rule, result) for rule in result.rules],
        "evidence": {"sha256": result.digest, "files": dict(result.digests)},
    }


def _case(case: Case) -> dict[str, Any]:
    place = case.finding.place
    return {
        "rule": case.rule.id,
        "effect": case.effect,
        "grade": case.rule.grade,
        "area": case.rule.area,
        "certainty": case.finding.certainty,
        "fingerprint": case.fingerprint,
        "state": case.state,
        "place": place.name,
        "kind": "file" if isinstance(place, InFile) else place.kind,
        "line": case.line,
        "column": case.column,
        "facts": dict(case.facts),
        "people": case.finding.people,
        "message": {language: words.found(case, language) for language in LANGUAGES},
        "path": [
            {"place": one.place, "line": one.line, "code": one.code, "facts": dict(one.facts)} for one in case.stations
        ],
    }


def _folded(one: Folded) -> dict[str, Any]:
    """One line for a rule and a package of somebody else; `place` is the first of `count`."""
    told = _case(one.case)
    kept = ("rule", "effect", "grade", "area", "fingerprint", "place", "line", "message")
    return {"package": one.package, "count": one.count, **{name: told[name] for name in kept}}


def _score(result: Result, number: int) -> dict[str, Any]:
    area = result.scores[number]
    points: Mapping[str, Any] = {
        grade: dict(zip(("earned", "possible"), area.points(grade), strict=True)) for grade in Tag
    }
    lines = [{"rule": line.rule.id, "points": line.points, "outcome": line.outcome} for line in area.lines]
    return {"area": area.area, "points": points, "lines": lines}


def _rule(rule: Rule, result: Result) -> dict[str, Any]:
    return {
        "id": rule.id,
        "area": rule.area,
        "grade": rule.grade,
        "effect": rule.effect,
        "requirements": list(rule.requirements),
        "checked": any(one.id == rule.id for one in result.checked),
        "title": {language: words.title(rule, language) for language in LANGUAGES},
    }
