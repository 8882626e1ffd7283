"""The SARIF log has what code-scanning views read.

The official schema (OASIS) is not shipped here; the trimmed one below holds what SARIF 2.1.0 demands of the parts we
write, read from the standard.
"""

import json

import jsonschema_rs
import pytest

from yumen.audit.report import as_sarif

MESSAGE = {"type": "object", "properties": {"text": {"type": "string", "minLength": 1}}, "required": ["text"]}
LOCATION = {
    "type": "object",
    "properties": {
        "physicalLocation": {
            "type": "object",
            "properties": {
                "artifactLocation": {
                    "type": "object",
                    "properties": {"uri": {"type": "string", "format": "uri-reference"}},
                    "required": ["uri"],
                },
                "region": {
                    "type": "object",
                    "properties": {
                        "startLine": {"type": "integer", "minimum": 1},
                        "startColumn": {"type": "integer", "minimum": 1},
                    },
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
            "required": ["artifactLocation"],
        },
        "logicalLocations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("name", "fullyQualifiedName", "kind")},
                "additionalProperties": False,
            },
        },
        "message": MESSAGE,
    },
    "additionalProperties": False,
}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
NOTE = {
    "type": "object",
    "properties": {"level": LEVEL, "message": MESSAGE, "associatedRule": {"type": "object"}},
    "required": ["message"],
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION},
        "codeFlows": {"type": "array", "minItems": 1},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {"type": "array"},
        "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
        "properties": {"type": "object"},
    },
    "required": ["message"],
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "tool": {"type": "object", "required": ["driver"]},
                    "invocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "executionSuccessful": {"type": "boolean"},
                                "endTimeUtc": {"type": "string", "pattern": "Z$"},
                                "toolExecutionNotifications": {"type": "array", "items": NOTE},
                                "toolConfigurationNotifications": {"type": "array", "items": NOTE},
                            },
                            "required": ["executionSuccessful"],
                            "additionalProperties": False,
                        },
                    },
                    "results": {"type": "array", "items": RESULT},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                },
                "required": ["tool"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["version", "runs"],
    "additionalProperties": False,
}


@pytest.fixture
def log(result):
    return json.loads(as_sarif.render(result))


def test_the_log_follows_what_sarif_demands(log):
    jsonschema_rs.validator_for(SARIF).validate(log)


def test_each_result_points_to_its_rule(log):
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])


def test_what_was_not_checked_is_a_notification(log):
    notes = log["runs"][0]["invocations"][0]["toolConfigurationNotifications"]
    assert any("Not checked" in one["message"]["text"] for one in notes)


def test_a_place_in_a_file_has_its_line(log):
    places = [one["locations"][0].get("physicalLocation") for one in log["runs"][0]["results"]]
    assert {"uri": "privacy.md"} in [one["artifactLocation"] for one in places if one]
    assert any(one and one.get("region", {}).get("startLine") == 3 for one in places)
