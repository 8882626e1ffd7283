"""What Salesforce's words mean for one record and for a whole call."""

import msgspec
import pytest

from yumen.gateway.connectors.salesforce.errors import Result, Said, refusal, refused_as, remote_id, settled
from yumen.kit.errors import NotSent, Unsettled
from yumen.kit.http import Answer


def answer(status, *codes):
    return Answer(status, {}, msgspec.json.encode([{"errorCode": code, "message": "about Mei"} for code in codes]))


def test_what_wants_people_outweighs_what_passes(make_record):
    errors = [Said(statusCode="UNABLE_TO_LOCK_ROW"), Said(statusCode="STRING_TOO_LONG", fields=["City"])]
    told = settled(make_record(1), Result(success=False, errors=errors))
    assert (told.outcome, told.code, told.place) == ("rejected", "STRING_TOO_LONG", "City")
    assert settled(make_record(1), Result(success=False, errors=errors[:1])).outcome == "retry"


def test_a_lock_on_a_whole_call_passes():
    failure = refusal(answer(400, "UNABLE_TO_LOCK_ROW"))
    assert isinstance(failure, NotSent)
    assert failure.code == "connector.throttled"


@pytest.mark.parametrize("body", [b"", b"{}", b'{"errorCode": "NOT_FOUND"}', b"[]", b"[1]"])
def test_a_server_error_without_a_code_is_unsettled(body):
    failure = refusal(Answer(503, {}, body))
    assert isinstance(failure, Unsettled)
    assert failure.upstream == ""


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("003000000000001", True),
        ("003000000000001AAA", True),
        ("003", False),
        ("003000000000001A/A", False),
        (None, False),
    ],
)
def test_only_a_record_id_is_kept_as_one(said, taken):
    assert remote_id(said) == (said if taken else "")


def test_a_refusal_of_a_result_file_is_one_of_a_record(make_record):
    told = refused_as(make_record(1), "REQUIRED_FIELD_MISSING", "LastName")
    assert (told.outcome, told.code, told.place) == ("rejected", "REQUIRED_FIELD_MISSING", "LastName")
