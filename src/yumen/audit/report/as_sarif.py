"""The report as SARIF 2.1.0, for code-scanning views."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

import msgspec

from yumen import __version__
from yumen.audit.finding import InFile
from yumen.audit.pages import page
from yumen.audit.report import words
from yumen.audit.result import Case, Folded, Result, State, Station
from yumen.audit.rule import Effect, Rule

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {Effect.BLOCKED: "error", Effect.ILLEGAL: "error", Effect.RISKY: "warning", Effect.ADVICE: "note"}


def render(result: Result) -> str:
    """One run. Results are told in English, rules in both languages."""
    return msgspec.json.format(msgspec.json.encode(document(result)), indent=2).decode() + "\n"


def document(result: Result) -> dict[str, Any]:
    """The SARIF log as plain values."""
    index = {rule.id: number for number, rule in enumerate(result.rules)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "yumen audit",
                "semanticVersion": __version__,
                "language": "en",
                "rules": [_rule(rule) for rule in result.rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": True,
                "endTimeUtc": result.taken_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": f"{one.name}: {words.unread(one, 'en')}"}}
                    for one in result.unread
                ],
                "toolConfigurationNotifications": [
                    {
                        "level": "note",
                        "associatedRule": {"id": one.rule.id, "index": index[one.rule.id]},
                        "message": {"text": f"{words.say('effect.none', 'en')}: {words.missing(one, 'en')}"},
                    }
                    for one in result.missing
                ],
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": [
            *(_result(case, index) for case in (*result.cases, *result.suppressed)),
            *(_folded(one, index) for one in result.others),
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    text = page(rule, "en")
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.judge.__name__.split("_")),
        "shortDescription": {"text": text.title},
        "fullDescription": {"text": text.why},
        "help": {"text": text.way},
        "defaultConfiguration": {"level": LEVELS[rule.effect]},
        "properties": {
            "tags": list(dict.fromkeys([rule.area, rule.grade, rule.effect, *rule.requirements])),
            "title_zh": page(rule, "zh").title,
        },
    }


def _result(case: Case, index: dict[str, int]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ruleId": case.rule.id,
        "ruleIndex": index[case.rule.id],
        "level": LEVELS[case.effect],
        "message": {"text": words.found(case, "en")},
        "locations": [_location(case)],
        "partialFingerprints": {"yumen/v1": case.fingerprint},
        "properties": {"certainty": case.finding.certainty, "message_zh": words.found(case, "zh")},
    }
    if case.stations:
        steps = [{"location": _station(one)} for one in case.stations]
        told["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    if case.state is State.SUPPRESSED:
        told["suppressions"] = [{"kind": "inSource", "justification": case.reason}]
    if case.state is State.KNOWN:
        told["baselineState"] = "unchanged"
    return told


def _folded(one: Folded, index: dict[str, int]) -> dict[str, Any]:
    """What stands in somebody else's code: a note, once for each rule and package."""
    told = _result(one.case, index)
    properties = {**told["properties"], "package": one.package}
    return {**told, "level": "note", "occurrenceCount": one.count, "properties": properties}


def _location(case: Case) -> dict[str, Any]:
    place = case.finding.place
    if not isinstance(place, InFile):
        return {
            "logicalLocations": [
                {"name": place.name, "fullyQualifiedName": f"{place.kind}:{place.name}", "kind": place.kind}
            ]
        }
    physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.path)}}
    if case.line is not None:
        physical["region"] = {"startLine": case.line, "startColumn": case.column or 1}
    return {"physicalLocation": physical}


def _station(one: Station) -> dict[str, Any]:
    message = {"text": words.station(one, "en")}
    if one.line is None:
        return {"logicalLocations": [{"name": one.place}], "message": message}
    region = {"startLine": one.line}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(one.place)}, "region": region}, "message": message}
