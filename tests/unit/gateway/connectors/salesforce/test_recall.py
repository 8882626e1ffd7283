"""A person is taken back in the way that was asked for, and who is not there is done."""

import pytest

from yumen.gateway.connectors import FieldMap, Outcome, RecallWay
from yumen.kit.errors import Rejected, Unsettled


async def test_deleting_leaves_nobody(salesforce, make_record):
    await salesforce.send([make_record(n) for n in range(450)[:200]])
    told = await salesforce.recall(["M00003", "M09999", "M00001"], RecallWay.DELETE)
    assert [(t.external_id, t.outcome, t.code) for t in told] == [
        ("M00003", "done", ""),
        ("M09999", "done", "absent"),
        ("M00001", "done", ""),
    ]
    assert [f.present for f in await salesforce.ask(["M00003", "M00001", "M00002"])] == [False, False, True]


async def test_deleting_twice_is_done_twice(salesforce, org, make_record):
    await salesforce.send([make_record(1)])
    org.refuse["M00001"] = {"statusCode": "ENTITY_IS_DELETED", "fields": []}
    assert (await salesforce.recall(["M00001"], RecallWay.DELETE))[0].outcome is Outcome.DONE


async def test_a_refused_delete_keeps_its_code(salesforce, org, make_record):
    await salesforce.send([make_record(1), make_record(2)])
    org.refuse["M00001"] = {"statusCode": "DELETE_FAILED", "fields": []}
    one, two = await salesforce.recall(["M00001", "M00002"], RecallWay.DELETE)
    assert (one.outcome, one.code) == (Outcome.REJECTED, "DELETE_FAILED")
    assert two.outcome is Outcome.DONE


async def test_anonymising_empties_every_mapped_field_and_the_external_id(make_salesforce, org, make_record):
    salesforce = make_salesforce(anonymous={"LastName": "-"})
    await salesforce.send([make_record(1, 1, Given="Mei", Family="Wang")])
    await salesforce.recall(["M00001"], RecallWay.ANONYMISE)
    row = org.rows["M00001"]
    assert (row["FirstName"], row["LastName"], row["No__c"]) == (None, "-", None)
    assert not (await salesforce.ask(["M00001"]))[0].present


async def test_a_field_that_a_flow_puts_back_is_no_anonymity(make_salesforce, org, make_record):
    salesforce = make_salesforce(anonymous={"LastName": "-"})
    await salesforce.send([make_record(1, 1, Given="Mei", Family="Wang")])
    org.put_back = {"FirstName": "Mei"}
    (told,) = await salesforce.recall(["M00001"], RecallWay.ANONYMISE)
    assert (told.outcome, told.code, told.place) == (Outcome.REJECTED, "VALUE_STAYED", "FirstName")


async def test_every_field_that_was_sent_is_read_back(make_salesforce, recipient, make_record):
    salesforce = make_salesforce(anonymous={"LastName": "-"})
    await salesforce.send([make_record(1)])
    await salesforce.recall(["M00001"], RecallWay.ANONYMISE)
    (asked,) = recipient.calls("POST", "/services/data/v66.0/composite/sobjects/Contact")
    (written,) = [call for call in recipient.calls("PATCH") if call.path.endswith("/composite/sobjects")]
    (record,) = written.json["records"]
    assert set(asked.json["fields"]) == {"Id", *record} - {"attributes", "id"}


async def test_anonymising_cuts_the_relation_to_a_parent(make_salesforce, recipient, make_record):
    fields = FieldMap("No__c", {"Given": "FirstName", "Person": "Individual.No__c", "Order": "Order__r.No__c"})
    salesforce = make_salesforce(fields)
    await salesforce.send([make_record(1, 1, Person="P1")])
    await salesforce.recall(["M00001"], RecallWay.ANONYMISE)
    sent, cleared = recipient.calls("PATCH")
    assert sent.json["records"][0]["Individual"] == {"No__c": "P1"}
    (record,) = cleared.json["records"]
    assert {name for name, value in record.items() if value is None} == {
        "FirstName",
        "IndividualId",
        "Order__c",
        "No__c",
    }


async def test_suppressing_sets_what_the_settings_say(make_salesforce, org, make_record):
    salesforce = make_salesforce(suppress={"HasOptedOutOfEmail": True})
    assert RecallWay.SUPPRESS in salesforce.abilities.recall
    await salesforce.send([make_record(1)])
    await salesforce.recall(["M00001"], RecallWay.SUPPRESS)
    assert org.rows["M00001"]["HasOptedOutOfEmail"] is True
    assert org.rows["M00001"]["FirstName"] == "Mei1"


async def test_a_way_without_settings_is_not_offered(salesforce, make_record):
    await salesforce.send([make_record(1)])
    assert RecallWay.SUPPRESS not in salesforce.abilities.recall
    with pytest.raises(Rejected):
        await salesforce.recall(["M00001"], RecallWay.SUPPRESS)


async def test_a_hard_delete_goes_as_a_job(make_salesforce, recipient, make_record):
    salesforce = make_salesforce(hard_delete=True)
    await salesforce.send([make_record(1), make_record(2)])
    (told,) = await salesforce.recall(["M00001"], RecallWay.DELETE)
    assert told.outcome is Outcome.DONE
    assert recipient.calls("POST", "/jobs/ingest")[0].json["operation"] == "hardDelete"
    assert recipient.calls("PUT")[0].body == b"Id\n003000000000000AAA\n"
    assert not recipient.calls("DELETE", "/composite")


async def test_a_wrong_count_settles_nothing(salesforce, org, make_record):
    await salesforce.send([make_record(1)])
    org.script = [None, []]
    with pytest.raises(Unsettled):
        await salesforce.recall(["M00001"], RecallWay.DELETE)
