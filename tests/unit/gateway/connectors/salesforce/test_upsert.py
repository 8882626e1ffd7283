"""Two hundred persons in one call, each answered by itself."""

import asyncio

import pytest

from yumen.gateway.connectors import Outcome
from yumen.kit.errors import NotSent, Rejected, Unsettled


async def test_records_go_in_one_call_in_salesforces_words(salesforce, recipient, make_record):
    settled = await salesforce.send([make_record(1, 3, Given="Mei", Family="Wang"), make_record(2, 1, Given=None)])
    assert [(s.external_id, s.outcome) for s in settled] == [("M00001", "done"), ("M00002", "done")]
    assert settled[0].remote_id == "003000000000000AAA"
    (call,) = recipient.calls("PATCH")
    assert call.path == "/services/data/v66.0/composite/sobjects/Contact/No__c"
    assert call.json == {
        "allOrNone": False,
        "records": [
            {
                "attributes": {"type": "Contact"},
                "FirstName": "Mei",
                "LastName": "Wang",
                "Version__c": 3,
                "No__c": "M00001",
            },
            {"attributes": {"type": "Contact"}, "FirstName": None, "Version__c": 1, "No__c": "M00002"},
        ],
    }


async def test_two_hundred_persons_travel_compressed(salesforce, recipient, make_record):
    settled = await salesforce.send([make_record(n) for n in range(200)])
    assert {s.outcome for s in settled} == {Outcome.DONE}
    (call,) = recipient.calls("PATCH")
    assert call.headers["content-encoding"] == "gzip"
    assert int(call.headers["content-length"]) < len(call.body) / 4


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("UNABLE_TO_LOCK_ROW", Outcome.RETRY),
        ("TXN_SECURITY_METERING_ERROR", Outcome.RETRY),
        ("REQUIRED_FIELD_MISSING", Outcome.REJECTED),
        ("DUPLICATES_DETECTED", Outcome.REJECTED),
        ("FIELD_CUSTOM_VALIDATION_EXCEPTION", Outcome.REJECTED),
        ("STORAGE_LIMIT_EXCEEDED", Outcome.REJECTED),
        ("A_CODE_OF_NEXT_YEAR", Outcome.REJECTED),
    ],
)
async def test_one_bad_record_takes_no_other_with_it(salesforce, org, make_record, code, outcome):
    org.refuse["M00002"] = {"statusCode": code, "message": "Mei2 is wrong", "fields": ["LastName"]}
    one, two, three = await salesforce.send([make_record(n) for n in (1, 2, 3)])
    assert (one.outcome, three.outcome) == (Outcome.DONE, Outcome.DONE)
    assert (two.external_id, two.outcome, two.code, two.place) == ("M00002", outcome, code, "LastName")


async def test_a_rolled_back_record_is_told_its_real_cause(salesforce, org, make_record):
    org.script = [
        [
            {
                "success": False,
                "errors": [
                    {"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK", "fields": []},
                    {"statusCode": "STRING_TOO_LONG", "fields": ["City"]},
                ],
            },
            {"success": False, "errors": [{"statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK"}]},
            {"success": False, "errors": []},
        ]
    ]
    one, two, three = await salesforce.send([make_record(n) for n in (1, 2, 3)])
    assert (one.outcome, one.code, one.place) == (Outcome.REJECTED, "STRING_TOO_LONG", "City")
    assert two.outcome is Outcome.RETRY
    assert (three.outcome, three.code) == (Outcome.REJECTED, "OTHER")


async def test_a_session_that_dies_between_two_batches_is_renewed_once(salesforce, org, make_record):
    await salesforce.send([make_record(1)])
    org.sessions.append("another session somebody else opened")
    settled = await asyncio.gather(*(salesforce.send([make_record(n)]) for n in range(2, 10)))
    assert all(answers[0].outcome is Outcome.DONE for answers in settled)
    assert len(org.sessions) == 3


async def test_a_session_refused_twice_is_not_sent(salesforce, org, say_error, make_record):
    org.script = [say_error(401, "INVALID_SESSION_ID"), say_error(401, "INVALID_SESSION_ID")]
    with pytest.raises(NotSent) as failure:
        await salesforce.send([make_record(1)])
    assert (failure.value.code, failure.value.upstream) == ("connector.session_refused", "INVALID_SESSION_ID")
    assert not org.rows


@pytest.mark.parametrize(
    ("status", "upstream", "kind", "code"),
    [
        (403, "REQUEST_LIMIT_EXCEEDED", NotSent, "connector.quota_spent"),
        (403, "API_DISABLED_FOR_ORG", Rejected, "connector.access_refused"),
        (503, "SERVER_UNAVAILABLE", NotSent, "connector.throttled"),
        (404, "NOT_FOUND", Rejected, "connector.address_wrong"),
        (410, "UNSUPPORTED_API_VERSION", Rejected, "connector.address_wrong"),
        (400, "INVALID_FIELD", Rejected, "connector.refused"),
        (400, "JSON_PARSER_ERROR", Rejected, "connector.refused"),
        (500, "UNKNOWN_EXCEPTION", Unsettled, "connector.failed"),
    ],
)
async def test_a_refused_call_says_what_may_be_done(
    salesforce, org, say_error, make_record, status, upstream, kind, code
):
    org.script = [say_error(status, upstream)]
    with pytest.raises(kind) as failure:
        await salesforce.send([make_record(1)])
    assert (failure.value.code, failure.value.upstream) == (code, upstream)


@pytest.mark.parametrize(
    "said",
    [
        [],
        [{"success": True, "id": "003000000000000AAA"}] * 3,
        {"results": []},
        [{"success": "perhaps"}, {}],
        b"",
        b"<html>busy</html>",
        b'[{"success": tr',
        (302, b"", {"Location": "https://evil.example/"}),
        (502, b"<html>Bad Gateway</html>", {}),
        (503, b"<html>Service Unavailable</html>", {}),
        (400, b"m" * (30 << 20), {"Content-Encoding": "identity"}),
    ],
)
async def test_an_answer_that_does_not_fit_settles_nothing(salesforce, org, make_record, said):
    org.script = [said]
    with pytest.raises(Unsettled):
        await salesforce.send([make_record(1), make_record(2)])


async def test_a_cut_after_the_request_is_unsettled_and_asking_finds_it(salesforce, org, make_record, drop):
    def commit_then_drop(asked):
        org.answer(asked)
        return drop

    org.script = [commit_then_drop]
    with pytest.raises(Unsettled):
        await salesforce.send([make_record(1, 4)])
    (found,) = await salesforce.ask(["M00001"])
    assert (found.present, found.version) == (True, 4)


async def test_no_failure_repeats_a_persons_value(salesforce, org, make_record, caplog):
    caplog.set_level("DEBUG")
    org.refuse["M00001"] = {"statusCode": "SECRETNAME", "message": "Secretname", "fields": ["Secretname"]}
    org.script = [None, (400, [{"errorCode": "SECRETNAME", "message": "Secretname"}])]
    (settled,) = await salesforce.send([make_record(1, 1, Given="Secretname")])
    with pytest.raises(Rejected) as failure:
        await salesforce.send([make_record(1, 1, Given="Secretname")])
    told = " ".join([repr(settled), repr(failure.value), str(failure.value.facts), caplog.text])
    assert "secretname" not in told.casefold()
    assert (settled.code, settled.place, failure.value.upstream) == ("OTHER", "", "OTHER")


async def test_more_than_two_hundred_are_refused_here(salesforce, recipient, make_record):
    with pytest.raises(Rejected) as failure:
        await salesforce.send([make_record(n) for n in range(201)])
    assert failure.value.code == "connector.batch_too_large"
    assert not recipient.asked


async def test_nobody_is_no_call(salesforce, recipient):
    assert await salesforce.send([]) == []
    assert not recipient.asked
