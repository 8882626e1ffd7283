"""The JSON report follows its schema."""

import json

import jsonschema_rs
import pytest

from yumen.audit.report import as_json
from yumen.audit.report.schemas import report_schema


def test_a_report_with_findings_follows_its_schema(result):
    document = json.loads(as_json.render(result))
    jsonschema_rs.validator_for(report_schema()).validate(document)
    assert document["summary"]["findings"] == len(document["findings"]) > 5


def test_the_summary_adds_up(result):
    summary = json.loads(as_json.render(result))["summary"]
    assert sum(summary["by_effect"].values()) == summary["findings"]


def test_an_empty_report_follows_it_too(audit):
    jsonschema_rs.validator_for(report_schema()).validate(json.loads(as_json.render(audit({}))))


@pytest.mark.parametrize("change", [{"format": "x"}, {"unheard_of": 1}, {"as_of": "today"}])
def test_the_schema_refuses_what_is_no_report(result, change):
    document = json.loads(as_json.render(result)) | change
    assert not jsonschema_rs.validator_for(report_schema()).is_valid(document)


def test_messages_come_in_both_languages(result):
    first = json.loads(as_json.render(result))["findings"][0]
    assert first["message"]["en"] != first["message"]["zh"]
