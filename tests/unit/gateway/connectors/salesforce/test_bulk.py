"""Masses go as a job whose result files say each record in any order."""

import pytest

from yumen.gateway.connectors import Outcome
from yumen.kit.errors import Rejected, Unsettled


async def test_a_job_upserts_and_answers_in_the_order_of_the_records(salesforce, org, recipient, make_record):
    org.refuse["M00002"] = {"statusCode": "REQUIRED_FIELD_MISSING", "fields": ["LastName"]}
    org.refuse["M00003"] = {"statusCode": "UNABLE_TO_LOCK_ROW", "fields": []}
    told = await salesforce.send_bulk([make_record(n, 1, Given=f"Mei{n}") for n in range(1, 500)])
    assert [t.external_id for t in told] == [f"M{n:05}" for n in range(1, 500)]
    assert (told[1].outcome, told[1].code, told[1].place) == (Outcome.REJECTED, "REQUIRED_FIELD_MISSING", "LastName")
    assert (told[2].outcome, told[2].code) == (Outcome.RETRY, "UNABLE_TO_LOCK_ROW")
    assert {t.outcome for t in told[3:]} == {Outcome.DONE}
    assert org.rows["M00499"]["FirstName"] == "Mei499"
    assert recipient.calls("POST", "/jobs/ingest")[0].json == {
        "object": "Contact",
        "operation": "upsert",
        "externalIdFieldName": "No__c",
        "contentType": "CSV",
        "lineEnding": "LF",
        "columnDelimiter": "COMMA",
    }


async def test_the_job_is_deleted_when_its_results_are_here(salesforce, org, make_record):
    await salesforce.send_bulk([make_record(1)])
    assert org.jobs == {}


async def test_empty_values_empty_the_field_and_absent_ones_leave_it(salesforce, org, recipient, make_record):
    await salesforce.send_bulk(
        [make_record(1, 1, Given=None, Family='Wang, "Mei"\nsecond line'), make_record(2, 1, Given="Li")]
    )
    assert recipient.calls("PUT")[0].body == (
        b'No__c,FirstName,LastName,Version__c\nM00001,#N/A,"Wang, ""Mei""\nsecond line",1\nM00002,Li,,1\n'
    )
    assert org.rows["M00001"]["FirstName"] is None
    assert org.rows["M00001"]["LastName"] == 'Wang, "Mei"\nsecond line'
    assert "LastName" not in org.rows["M00002"]


async def test_a_person_twice_in_a_mass_waits(salesforce, make_record):
    told = await salesforce.send_bulk([make_record(1, 1), make_record(1, 2)])
    assert [(t.outcome, t.code) for t in told] == [("done", ""), ("retry", "SAME_CALL")]


async def test_what_a_stopped_job_left_is_tried_again(salesforce, org, make_record):
    async def stop(asked):
        return {"id": next(iter(org.jobs)), "state": "Failed", "numberRecordsProcessed": 1}

    org.script = [None, None, stop, b"sf__Id,No__c\n003000000000000AAA,M00001\n", b"", b""]
    one, two = await salesforce.send_bulk([make_record(1), make_record(2)])
    assert one.outcome is Outcome.DONE
    assert (two.outcome, two.code) == (Outcome.RETRY, "UNPROCESSED")


async def test_a_complete_job_that_forgets_a_record_settles_nothing(salesforce, org, make_record):
    async def done(asked):
        return {"id": next(iter(org.jobs)), "state": "JobComplete", "numberRecordsProcessed": 2}

    org.script = [None, None, done, b"sf__Id,No__c\n003000000000000AAA,M00001\n", b"", b""]
    with pytest.raises(Unsettled):
        await salesforce.send_bulk([make_record(1), make_record(2)])


async def test_no_message_of_the_result_file_is_repeated(salesforce, org, make_record):
    org.refuse["M00001"] = {"statusCode": "Secretname is bad", "fields": ["Secretname"]}
    (told,) = await salesforce.send_bulk([make_record(1, 1, Given="Secretname")])
    assert (told.code, told.place) == ("OTHER", "")


async def test_a_job_refused_for_its_shape_is_refused(salesforce, org, make_record):
    async def refuse(asked):
        return {
            "id": next(iter(org.jobs)),
            "state": "Failed",
            "errorMessage": "InvalidBatch : Field name not found : X",
        }

    org.script = [None, None, refuse]
    with pytest.raises(Rejected) as failure:
        await salesforce.send_bulk([make_record(1)])
    assert failure.value.upstream == "InvalidBatch"
