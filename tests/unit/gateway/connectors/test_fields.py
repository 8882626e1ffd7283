"""A mapping renames what the contract lets out, and lets nothing else through."""

import msgspec
import pytest

from yumen.gateway.connectors import FieldMap
from yumen.kit.errors import Rejected

MAP = FieldMap("No__c", {"Number": "No__c", "Given": "FirstName"}, {"RecordTypeId": "012"}, "Version__c")


def test_values_go_under_the_recipients_names_with_constants_and_version(make_record):
    assert MAP.of_recipient(make_record(1, 4, Given="Mei", Number="M00001")) == {
        "FirstName": "Mei",
        "RecordTypeId": "012",
        "Version__c": 4,
    }


def test_what_no_mapping_names_does_not_leave(make_record):
    with pytest.raises(Rejected) as refused:
        MAP.of_recipient(make_record(1, 1, Given="Mei", Phone="13800000000"))
    assert (refused.value.code, refused.value.upstream) == ("connector.field_unmapped", "Phone")
    assert "13800000000" not in str(refused.value)


def test_a_constant_cannot_be_overwritten_by_leaving_a_value_out(make_record):
    assert MAP.of_recipient(make_record(1, 1, Given=None))["FirstName"] is None


def test_every_written_field_is_told_once():
    assert MAP.targets() == ["No__c", "FirstName", "RecordTypeId", "Version__c"]
    assert MAP.personal() == ["FirstName"]


def test_an_unknown_word_in_a_mapping_is_refused():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"external_id": "a", "fields": {}, "defaults": {}}, FieldMap)
