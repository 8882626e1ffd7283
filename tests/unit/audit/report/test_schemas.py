"""Every published schema is one, and takes what the auditor takes."""

import jsonschema_rs
import pytest

from yumen.audit.report.schemas import schemas


@pytest.mark.parametrize("name", schemas())
def test_each_is_a_schema(name):
    assert jsonschema_rs.meta.is_valid(schemas()[name])


def test_the_schema_of_evidence_takes_evidence_and_nothing_else():
    validator = jsonschema_rs.validator_for(schemas()["audit-evidence-1.json"])
    good = {"format": "yumen-evidence/1", "taken_at": "2026-11-26T00:00:00Z", "flows": []}
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "format": "yumen-evidence/2"})
    assert not validator.is_valid({**good, "flows": [{"name": "crm"}]})
