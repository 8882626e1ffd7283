"""A refusal is told by what may be done about it, and repeats nothing that was sent."""

import pytest

from yumen.gateway.connectors.failures import OTHER, code_of, failure_of, known, place_of, retry_after_s
from yumen.kit.errors import NotSent, Rejected, Unsettled


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, Rejected, "connector.refused"),
        (413, Rejected, "connector.refused"),
        (401, NotSent, "connector.session_refused"),
        (403, Rejected, "connector.access_refused"),
        (404, Rejected, "connector.address_wrong"),
        (410, Rejected, "connector.address_wrong"),
        (429, NotSent, "connector.throttled"),
        (423, NotSent, "connector.throttled"),
        (302, Unsettled, "connector.redirected"),
        (500, Unsettled, "connector.failed"),
        (502, Unsettled, "connector.failed"),
        (503, Unsettled, "connector.failed"),
        (204, Unsettled, "connector.failed"),
    ],
)
def test_the_status_decides_what_may_be_done(status, kind, code):
    failure = failure_of("salesforce", status, "")
    assert isinstance(failure, kind)
    assert failure.code == code


def test_a_code_with_a_value_that_was_sent_is_not_repeated(make_record):
    record = make_record(1, 1, Given="Wang")
    assert code_of("FIELD_WANG_WRONG", record) == OTHER
    assert code_of("REQUIRED_FIELD_MISSING", record) == "REQUIRED_FIELD_MISSING"
    assert code_of("The name Wang is wrong", record) == OTHER
    assert place_of("wang@example.com", record) == ""
    assert place_of("wang", record) == ""
    assert place_of("LastName", record) == "LastName"


def test_a_code_of_a_whole_call_is_repeated_only_if_it_is_known():
    assert known("NOT_FOUND", {"NOT_FOUND"}) == "NOT_FOUND"
    assert known("WANG_MEI", {"NOT_FOUND"}) == OTHER
    assert known("", {"NOT_FOUND"}) == ""


def test_the_pause_a_recipient_asks_for_is_bounded():
    assert retry_after_s({"retry-after": "30"}) == 30
    assert retry_after_s({"retry-after": "99999999"}) == 3_600
    assert retry_after_s({"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}) == 0
    assert retry_after_s({}) == 0
    assert failure_of("hubspot", 429, "", 10).facts["retry_after_s"] == 10
