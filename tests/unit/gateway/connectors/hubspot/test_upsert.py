"""A hundred contacts in one call, in whatever order HubSpot answers."""

import pytest
from msgspec.structs import replace

from yumen.gateway.connectors import Outcome
from yumen.kit.errors import NotSent, Rejected, Unsettled


async def test_records_go_in_one_call_in_hubspots_words(hubspot, recipient, make_record):
    settled = await hubspot.send([make_record(1, 3, Given="Mei", Tier=None), make_record(2, 1, Tier=True)])
    assert [(s.external_id, s.outcome, s.remote_id) for s in settled] == [
        ("M00001", "done", "502"),
        ("M00002", "done", "501"),
    ]
    (call,) = recipient.calls("POST", "batch/upsert")
    assert call.path == "/crm/v3/objects/contacts/batch/upsert"
    assert call.json["inputs"][0] == {
        "id": "M00001",
        "idProperty": "member_no",
        "objectWriteTraceId": "0",
        "properties": {"firstname": "Mei", "tier": "", "yumen_version": "3"},
    }
    assert call.json["inputs"][1]["properties"]["tier"] == "true"


async def test_one_bad_record_takes_no_other_with_it(hubspot, account, make_record):
    account.refuse["M00002"] = {
        "category": "VALIDATION_ERROR",
        "errors": [{"code": "INVALID_OPTION", "message": "Mei", "context": {"propertyName": ["tier"]}}],
    }
    account.refuse["M00003"] = {"category": "RATE_LIMITS"}
    one, two, three = await hubspot.send([make_record(n) for n in (1, 2, 3)])
    assert one.outcome is Outcome.DONE
    assert (two.external_id, two.outcome, two.code, two.place) == ("M00002", "rejected", "INVALID_OPTION", "tier")
    assert (three.outcome, three.code) == (Outcome.RETRY, "RATE_LIMITS")


async def test_results_without_trace_ids_are_told_apart_by_the_unique_property(hubspot, account, make_record):
    account.script = [
        {
            "results": [
                {"id": "2", "properties": {"member_no": "m00002"}},
                {"id": "1", "properties": {"member_no": "M00001"}},
            ]
        }
    ]
    settled = await hubspot.send([make_record(1), make_record(2)])
    assert [s.remote_id for s in settled] == ["1", "2"]


async def test_an_error_that_names_nobody_goes_to_the_one_nobody_spoke_of(hubspot, account, make_record):
    said = {"results": [{"id": "1", "properties": {"member_no": "M00001"}}], "errors": [{"category": "CONFLICT"}]}
    account.script = [(207, said, {})]
    one, two = await hubspot.send([make_record(1), make_record(2)])
    assert (one.outcome, two.outcome, two.code) == ("done", "rejected", "CONFLICT")


async def test_an_external_id_that_looks_like_a_place_in_the_batch_is_no_place(hubspot, account, make_record):
    """The person named 1 is the first; an error about the id 1 is hers, an error about the place 1 is not."""
    first, second = (replace(make_record(n), external_id=name) for n, name in ((1, "1"), (2, "0")))
    results = [{"id": "5", "objectWriteTraceId": "1", "properties": {}}]
    account.script = [(207, {"results": results, "errors": [{"category": "CONFLICT", "context": {"ids": ["1"]}}]}, {})]
    one, two = await hubspot.send([first, second])
    assert (one.external_id, one.outcome, one.code) == ("1", "rejected", "CONFLICT")
    assert (two.external_id, two.outcome, two.remote_id) == ("0", "done", "5")


async def test_errors_that_could_be_anybodys_are_repeated_if_any_may_pass(hubspot, account, make_record):
    account.script = [(207, {"results": [], "errors": [{"category": "CONFLICT"}, {"category": "RATE_LIMITS"}]}, {})]
    assert {s.outcome for s in await hubspot.send([make_record(1), make_record(2)])} == {Outcome.RETRY}


@pytest.mark.parametrize(
    "said",
    [
        {"results": []},
        {"results": [{"id": "9", "properties": {"member_no": "somebody"}}], "errors": []},
        (207, {"results": [], "errors": [{"category": "CONFLICT"}]}, {}),
        [],
        b"<html>",
        b'{"results": [',
        (302, b"", {"Location": "https://evil.example/"}),
        (502, b"<html>Bad Gateway</html>", {}),
        (524, b"", {}),
        (400, b"m" * (30 << 20), {"Content-Encoding": "identity"}),
    ],
)
async def test_an_answer_that_does_not_fit_settles_nothing(hubspot, account, make_record, said):
    account.script = [said]
    with pytest.raises(Unsettled):
        await hubspot.send([make_record(1), make_record(2)])


@pytest.mark.parametrize(
    ("status", "category", "kind", "code"),
    [
        (400, "VALIDATION_ERROR", Rejected, "connector.refused"),
        (403, "MISSING_SCOPES", Rejected, "connector.access_refused"),
        (423, "LOCKED", NotSent, "connector.throttled"),
        (477, "", NotSent, "connector.throttled"),
    ],
)
async def test_a_refused_call_says_what_may_be_done(
    hubspot, account, say_error, make_record, status, category, kind, code
):
    account.script = [say_error(status, category)] * 2
    with pytest.raises(kind) as failure:
        await hubspot.send([make_record(1)])
    assert (failure.value.code, failure.value.upstream) == (code, category)


async def test_no_failure_repeats_a_persons_value(hubspot, account, make_record, caplog):
    caplog.set_level("DEBUG")
    account.refuse["M00001"] = {
        "category": "SECRETNAME",
        "errors": [{"code": "SECRETNAME", "in": "Secretname", "message": "Secretname"}],
    }
    account.script = [None, (400, {"category": "SECRETNAME", "message": "Secretname"}, {})]
    (settled,) = await hubspot.send([make_record(1, 1, Given="Secretname")])
    with pytest.raises(Rejected) as failure:
        await hubspot.send([make_record(1, 1, Given="Secretname")])
    told = " ".join([repr(settled), repr(failure.value), str(failure.value.facts), caplog.text])
    assert "secretname" not in told.casefold()
    assert settled.code == "OTHER"


async def test_the_same_person_in_another_case_waits(hubspot, recipient):
    from yumen.gateway.connectors import Record

    settled = await hubspot.send([Record("k1", "Ab", 1, {}), Record("k2", "aB", 2, {})])
    assert [s.outcome for s in settled] == ["done", "retry"]
    assert len(recipient.calls("POST")[0].json["inputs"]) == 1


async def test_more_than_a_hundred_are_refused_here(hubspot, recipient, make_record):
    with pytest.raises(Rejected):
        await hubspot.send([make_record(n) for n in range(101)])
    assert not recipient.asked


async def test_nobody_is_no_call_and_masses_have_no_way(hubspot, recipient, make_record):
    assert await hubspot.send([]) == []
    assert hubspot.abilities.bulk_from is None
    with pytest.raises(Rejected):
        await hubspot.send_bulk([make_record(1)])
    assert not recipient.asked


async def test_a_token_that_hubspot_no_longer_knows_is_not_shown_again_at_once(
    hubspot, account, recipient, make_record
):
    account.token = "rotated"
    for _ in range(3):
        with pytest.raises(NotSent) as failure:
            await hubspot.send([make_record(1)])
        assert failure.value.code == "connector.session_refused"
    assert len(recipient.asked) == 2
