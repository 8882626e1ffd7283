"""The published schemas: of the JSON report, and of the files that others may write for an audit."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from yumen.audit.declaration import Declaration
from yumen.audit.evidence.hosts import ProbeFile
from yumen.audit.evidence.running import Running
from yumen.audit.finding import Certainty
from yumen.audit.result import State
from yumen.audit.rule import Area, Effect, Owner
from yumen.law import Tag

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final = {"type": "string"}
COUNT: Final = {"type": "integer", "minimum": 0}
FACTS: Final = {"type": "object", "additionalProperties": {"type": ["string", "integer"]}}
BOTH: Final = {
    "type": "object",
    "properties": {"en": TEXT, "zh": TEXT},
    "required": ["en", "zh"],
    "additionalProperties": False,
}


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by the name of its file."""
    return {
        "audit-report-1.json": report_schema(),
        "audit-evidence-1.json": _of(Running, "What a running system says of itself (`yumen evidence export`)"),
        "audit-probes-1.json": _of(ProbeFile, "Recorded probes of hosts"),
        "audit-declaration-1.json": _of(Declaration, "yumen-audit.toml, as JSON Schema reads TOML"),
    }


def report_schema() -> dict[str, Any]:
    """Of `yumen audit --format json`."""
    finding = _finding()
    suppressed = _object({**finding["properties"], "reason": TEXT})
    return {
        "$schema": DRAFT,
        "title": "Report of a readiness audit (`yumen audit --format json`)",
        **_object(
            {
                "format": {"const": "yumen-audit/1"},
                "taken_at": TEXT,
                "as_of": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
                "subject": TEXT,
                "version": TEXT,
                "summary": _object(
                    {
                        "checked": COUNT,
                        "unchecked": COUNT,
                        "findings": COUNT,
                        "by_effect": _object({effect.value: COUNT for effect in Effect}),
                    }
                ),
                "findings": _list(finding),
                "others": _list(_folded(finding["properties"])),
                "suppressed": _list(suppressed),
                "lapsed": _list(_object({"place": TEXT, "rule": TEXT, "code": TEXT})),
                "missing": _list(_object({"rule": TEXT, "need": TEXT, "facts": FACTS, "partly": {"type": "boolean"}})),
                "unread": _list(_object({"name": TEXT, "code": TEXT, "facts": FACTS})),
                "scores": _list(_score()),
                "plan": _list(_step()),
                "comparison": {"oneOf": [{"type": "null"}, _comparison()]},
                "rules": _list(_rule()),
                "evidence": _object({"sha256": TEXT, "files": {"type": "object", "additionalProperties": TEXT}}),
            }
        ),
    }


def _finding() -> dict[str, Any]:
    return _object(
        {
            "rule": TEXT,
            "effect": _word(Effect),
            "grade": _word(Tag),
            "area": _word(Area),
            "certainty": _word(Certainty),
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}(-[0-9]+)?$"},
            "state": _word(State),
            "place": TEXT,
            "kind": TEXT,
            "line": {"type": ["integer", "null"], "minimum": 1},
            "column": {"type": ["integer", "null"], "minimum": 1},
            "facts": FACTS,
            "people": {"type": ["integer", "null"], "minimum": 0},
            "message": BOTH,
            "path": _list(
                _object({"place": TEXT, "line": {"type": ["integer", "null"]}, "code": TEXT, "facts": FACTS})
            ),
        }
    )


def _folded(finding: dict[str, Any]) -> dict[str, Any]:
    kept = ("rule", "effect", "grade", "area", "fingerprint", "place", "line", "message")
    return _object({"package": TEXT, "count": COUNT, **{name: finding[name] for name in kept}})


def _score() -> dict[str, Any]:
    points = _object({"earned": COUNT, "possible": COUNT})
    outcome = {"enum": ["found", "passed", "unchecked"]}
    return _object(
        {
            "area": _word(Area),
            "points": _object({grade.value: points for grade in Tag}),
            "lines": _list(_object({"rule": TEXT, "points": COUNT, "outcome": outcome})),
        }
    )


def _step() -> dict[str, Any]:
    return _object({"rule": TEXT, "findings": COUNT, "owner": _word(Owner), "hours": COUNT, "due": TEXT, "left": COUNT})


def _comparison() -> dict[str, Any]:
    return _object({"taken_at": TEXT, "closed": _list(TEXT), "new": COUNT, "before": COUNT})


def _rule() -> dict[str, Any]:
    return _object(
        {
            "id": {"type": "string", "pattern": "^[A-Z]{3}[0-9]{3}$"},
            "area": _word(Area),
            "grade": _word(Tag),
            "effect": _word(Effect),
            "requirements": _list(TEXT),
            "checked": {"type": "boolean"},
            "title": BOTH,
        }
    )


def _of(kind: type, title: str) -> dict[str, Any]:
    return {"$schema": DRAFT, "title": title, **msgspec.json.schema(kind)}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _word(vocabulary: Any) -> dict[str, Any]:
    return {"enum": [one.value for one in vocabulary]}
