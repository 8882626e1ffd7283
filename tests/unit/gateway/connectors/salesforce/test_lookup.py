"""Who is held, asked by external id in any number."""

import pytest

from yumen.kit.errors import Unsettled


async def test_presence_and_version_come_in_the_order_of_the_question(salesforce, make_record):
    await salesforce.send([make_record(1, 7), make_record(2, 1)])
    found = await salesforce.ask(["M00002", "M09999", "M00001", "m00001"])
    assert [(f.external_id, f.present, f.version) for f in found] == [
        ("M00002", True, 1),
        ("M09999", False, None),
        ("M00001", True, 7),
        ("m00001", True, 7),
    ]


async def test_a_thousand_ids_are_asked_in_few_calls(salesforce, recipient, make_record):
    await salesforce.send([make_record(999)])
    found = await salesforce.ask([f"M{n:05}" for n in range(2_000)])
    assert sum(f.present for f in found) == 1
    assert len(recipient.calls("POST", "/composite")) == 2
    assert (
        max(
            len(part["url"]) for call in recipient.calls("POST", "/composite") for part in call.json["compositeRequest"]
        )
        < 16_384
    )


async def test_an_id_cannot_leave_its_quotes(salesforce, recipient, org):
    evil = "x') OR Name LIKE ('%\\"
    org.rows["all"] = {"Id": "003000000000000AAA", "No__c": "all"}
    (found,) = await salesforce.ask([evil])
    assert not found.present
    assert recipient.calls("GET", "/query")[0].query["q"].endswith(r"IN ('x\') OR Name LIKE (\'%\\')")


@pytest.mark.parametrize("said", [b"nonsense", {"records": "none"}, {"done": False, "records": []}])
async def test_an_answer_that_says_not_all_says_nothing(salesforce, org, said):
    org.script = [said]
    with pytest.raises(Unsettled):
        await salesforce.ask(["M00001"])


async def test_a_failed_part_of_a_composite_answer_says_nothing(salesforce, org):
    org.script = [{"compositeResponse": [{"httpStatusCode": 500, "body": []}] * 3}]
    with pytest.raises(Unsettled):
        await salesforce.ask([f"M{n}" for n in range(600)])


async def test_ids_stay_out_of_the_log(salesforce, caplog):
    caplog.set_level("DEBUG")
    await salesforce.ask(["M00001"])
    told = [record.getMessage() for record in caplog.records if record.name.startswith("yumen")]
    assert told
    assert "M00001" not in " ".join(told)
