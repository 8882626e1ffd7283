"""A person is erased for good, emptied or left alone, as was asked for."""

import pytest

from yumen.gateway.connectors import Outcome, RecallWay
from yumen.kit.errors import Rejected


async def test_erasing_leaves_nobody(hubspot, account, recipient, make_record):
    await hubspot.send([make_record(n) for n in range(5)])
    told = await hubspot.recall(["M00003", "M09999", "M00001"], RecallWay.DELETE)
    assert [(t.external_id, t.outcome, t.code) for t in told] == [
        ("M00003", "done", ""),
        ("M09999", "done", "absent"),
        ("M00001", "done", ""),
    ]
    assert set(account.contacts) == {"M00000", "M00002", "M00004"}
    assert all("idProperty" not in call.json for call in recipient.calls("POST", "gdpr-delete"))


async def test_each_erasure_has_its_own_answer(hubspot, account, make_record, say_error, drop):
    await hubspot.send([make_record(n) for n in range(1, 5)])
    account.refuse["M00002"] = {"category": "VALIDATION_ERROR"}
    answers = {"M00003": drop, "M00004": say_error(404, "OBJECT_NOT_FOUND")}

    def trouble(asked):
        key = account._key(asked.json["objectId"])
        return answers.get(key) or account._said(asked, asked.path.removeprefix("/crm/v3/"))

    account.script = [None, trouble, trouble, trouble, trouble]
    told = await hubspot.recall([f"M0000{n}" for n in range(1, 5)], RecallWay.DELETE)
    assert [(t.outcome, t.code) for t in told] == [
        ("done", ""),
        ("rejected", "VALIDATION_ERROR"),
        ("retry", "UNKNOWN_OUTCOME"),
        ("done", ""),
    ]


async def test_a_throttled_erasure_is_tried_again_and_the_others_stay_done(hubspot, account, make_record, say_error):
    await hubspot.send([make_record(n) for n in (1, 2)])
    account.script = [None, None, say_error(429, "RATE_LIMITS", policyName="DAILY")]
    told = await hubspot.recall(["M00001", "M00002"], RecallWay.DELETE)
    assert sorted(t.outcome for t in told) == [Outcome.DONE, Outcome.RETRY]


async def test_anonymising_empties_every_mapped_property_and_the_external_id(hubspot, account, make_record):
    await hubspot.send([make_record(1, 1, Given="Mei", Tier="gold")])
    (told,) = await hubspot.recall(["M00001"], RecallWay.ANONYMISE)
    assert told.outcome is Outcome.DONE
    (row,) = account.contacts.values()
    assert (row["firstname"], row["tier"], row["member_no"]) == ("", "", "")
    assert not (await hubspot.ask(["M00001"]))[0].present


async def test_a_property_that_a_workflow_puts_back_is_no_anonymity(hubspot, account, make_record):
    await hubspot.send([make_record(1, 1, Given="Mei"), make_record(2, 1, Given="Li")])
    account.put_back = {"firstname": "Mei"}
    told = await hubspot.recall(["M00001", "M00002"], RecallWay.ANONYMISE)
    assert [(one.outcome, one.code, one.place) for one in told] == [(Outcome.REJECTED, "VALUE_STAYED", "firstname")] * 2


async def test_suppressing_sets_properties_and_stops_mail(make_hubspot, account, recipient, make_record):
    hubspot = make_hubspot(suppress={"yumen_suppressed": True}, unsubscribe=True)
    await hubspot.send([make_record(1), make_record(2)])
    account.contacts["M00001"]["email"] = "mei@example.com"
    told = await hubspot.recall(["M00001", "M00002"], RecallWay.SUPPRESS)
    assert {t.outcome for t in told} == {Outcome.DONE}
    assert account.unsubscribed == ["mei@example.com"]
    assert {row["yumen_suppressed"] for row in account.contacts.values()} == {"true"}
    assert not any("mei@" in call.path for call in recipient.asked)


async def test_a_way_without_settings_is_not_offered(hubspot, make_record):
    await hubspot.send([make_record(1)])
    assert RecallWay.SUPPRESS not in hubspot.abilities.recall
    with pytest.raises(Rejected):
        await hubspot.recall(["M00001"], RecallWay.SUPPRESS)


async def test_what_is_no_contact_is_archived(make_hubspot, account, recipient):
    hubspot = make_hubspot(object="2-3453932")
    account.script = [{"results": [{"id": "7", "properties": {"member_no": "M00001"}}]}, (204, None, {})]
    (told,) = await hubspot.recall(["M00001"], RecallWay.DELETE)
    assert told.outcome is Outcome.DONE
    assert recipient.asked[-1].path == "/crm/v3/objects/2-3453932/batch/archive"
    assert recipient.asked[-1].json == {"inputs": [{"id": "7"}]}
