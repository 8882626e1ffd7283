import pytest

from yumen.sandbox.salesforce import batches, deleting, filing, idents  # noqa: F401 - under test, over HTTP


async def test_results_come_in_order_and_tell_created_from_updated(caller):
    people = [{"Yumen_Id__c": f"p{n}", "LastName": f"L{n}"} for n in range(200)]
    first = await caller.upsert(*people)
    second = await caller.upsert(*people)
    assert [one["created"] for one in first] == [True] * 200
    assert [one["created"] for one in second] == [False] * 200
    assert [one["id"] for one in first] == [one["id"] for one in second]
    assert len({one["id"] for one in first}) == 200


async def test_one_bad_record_does_not_stop_the_others(caller):
    good, bad = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"}, {"Yumen_Id__c": "b"})
    assert good["success"]
    assert not bad["success"]
    assert bad["errors"] == [
        {
            "statusCode": "REQUIRED_FIELD_MISSING",
            "message": "Required fields are missing: [LastName]",
            "fields": ["LastName"],
        }
    ]
    assert "id" not in bad


async def test_all_or_none_rolls_the_good_ones_back(caller):
    good, bad = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"}, {"Yumen_Id__c": "b"}, all_or_none=True)
    assert good["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert good["errors"][0]["fields"] == []
    assert bad["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert await caller.select("SELECT Id FROM Contact") == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Yumen_Id__c": "x" * 65}, "STRING_TOO_LONG"),
        ({"Email": "no address"}, "INVALID_EMAIL_ADDRESS"),
        ({"Loyalty_Tier__c": "Bronze"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Loyalty_Points__c": 10**13}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ({"IndividualId": "0PK5g0000000009"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"IndividualId": "nonsense"}, "MALFORMED_ID"),
        ({"Name": "A B"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"Yumen_Id__c": None}, "MISSING_ARGUMENT"),
    ],
)
async def test_a_faulty_value_is_that_records_fault(caller, change, code):
    (result,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A", **change})
    assert [one["statusCode"] for one in result["errors"]] == [code]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"Nothing__c": "x"}, "INVALID_FIELD"),
        ({"DoNotCall": "perhaps"}, "JSON_PARSER_ERROR"),
        ({"Birthdate": "yesterday"}, "JSON_PARSER_ERROR"),
        ({"Id": "0035g0000000001AAA"}, "INVALID_FIELD"),
        ({"attributes": {"type": "Lead"}}, "INVALID_INPUT"),
    ],
)
async def test_a_malformed_record_refuses_the_whole_call(caller, change, code):
    record = {"attributes": {"type": "Contact"}, "Yumen_Id__c": "a", "LastName": "A", **change}
    good = {"attributes": {"type": "Contact"}, "Yumen_Id__c": "b", "LastName": "B"}
    path = "composite/sobjects/Contact/Yumen_Id__c"
    status, body = await caller.call("PATCH", path, {"records": [good, record]})
    assert status == 400
    assert body[0]["errorCode"] == code
    assert await caller.select("SELECT Id FROM Contact") == []


async def test_the_same_external_id_twice_fails_the_second(caller):
    first, second = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"}, {"Yumen_Id__c": "a", "LastName": "B"})
    assert first["success"]
    assert second["errors"][0]["statusCode"] == "DUPLICATE_VALUE"


async def test_more_than_200_and_other_fields_are_refused(caller):
    records = [{"attributes": {"type": "Contact"}, "Yumen_Id__c": str(n), "LastName": "A"} for n in range(201)]
    path = "composite/sobjects/Contact/Yumen_Id__c"
    status, body = await caller.call("PATCH", path, {"records": records})
    assert (status, body[0]["errorCode"]) == (400, "EXCEEDED_ID_LIMIT")
    status, body = await caller.call("PATCH", "composite/sobjects/Contact/Email", {"records": records[:1]})
    assert (status, body[0]["errorCode"]) == (400, "INVALID_FIELD")
    for nonsense in (b"{", b"[]", b'{"records": 1}', b'{"records": []}'):
        assert (await caller.call("PATCH", path, nonsense))[0] == 400


async def test_null_clears_and_absence_keeps(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A", "FirstName": "F", "Title": "T"})
    await caller.upsert({"Yumen_Id__c": "a", "Title": None})
    fields = (await admin.record("Contact", "a")).fields
    assert fields["FirstName"] == "F"
    assert "Title" not in fields


async def test_records_are_created_updated_and_read_by_id(caller):
    status, made = await caller.call(
        "POST",
        "composite/sobjects",
        {
            "records": [
                {"attributes": {"type": "Lead"}, "LastName": "A", "Company": "C"},
                {"attributes": {"type": "Lead"}},
            ]
        },
    )
    assert status == 200
    ident = made[0]["id"]
    assert "created" not in made[0]
    assert made[1]["errors"][0]["fields"] == ["LastName", "Company"]
    update = {"records": [{"attributes": {"type": "Lead"}, "id": ident, "FirstName": "B"}]}
    assert (await caller.call("PATCH", "composite/sobjects", update))[1][0]["success"]
    status, read = await caller.call("POST", "composite/sobjects/Lead", {"ids": [ident], "fields": ["Id", "Name"]})
    assert read[0]["Name"] == "B A"
    status, read = await caller.call("GET", "composite/sobjects/Lead", ids="00Q5g0000009999," + ident, fields="Id")
    assert [one is None for one in read] == [True, False]
    status, _ = await caller.call("GET", "composite/sobjects/Lead", ids=ident, fields="Nope")
    assert status == 400


async def test_a_deleted_record_goes_to_the_bin_and_its_external_id_makes_a_new_one(caller):
    (first,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    ids = first["id"]
    status, results = await caller.call("DELETE", "composite/sobjects", ids=f"{ids},{ids[:15]},zzz")
    assert status == 200
    assert [one["success"] for one in results] == [True, False, False]
    assert [one["errors"][0]["statusCode"] for one in results[1:]] == ["ENTITY_IS_DELETED", "MALFORMED_ID"]
    assert await caller.select("SELECT Id FROM Contact WHERE Yumen_Id__c = 'a'") == []
    (binned,) = await caller.select("SELECT Id, IsDeleted FROM Contact WHERE Yumen_Id__c = 'a'", "queryAll")
    assert binned["IsDeleted"]
    (again,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    assert again["created"]
    assert again["id"] != ids


async def test_refused_deletes_say_so_and_keep_the_record(caller, admin):
    (made,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    await admin.change_org(refuse_deletes=True)
    _, (result,) = await caller.call("DELETE", "composite/sobjects", ids=made["id"])
    assert result["errors"][0]["statusCode"] == "DELETE_FAILED"
    assert len(await caller.select("SELECT Id FROM Contact")) == 1


async def test_a_replayed_batch_changes_nothing_but_stamps_and_counts(caller, admin):
    record = {"Yumen_Id__c": "a", "LastName": "A"}
    for _ in range(3):
        await caller.upsert(record)
    assert (await admin.record("Contact", "a")).writes == 3
    arrived = await admin.arrivals(key="a")
    assert [one.verb for one in arrived] == ["created", "updated", "updated"]
    assert arrived[0].fields["LastName"] == "A"


def test_ids_have_eighteen_characters_that_carry_the_case():
    made = idents.new_id("003", 12345)
    assert len(made) == 18
    assert idents.read_id(made[:15]) == made
    assert idents.read_id(made) == made
    assert idents.read_id(made[:15].swapcase() + made[15:]) is None
    assert idents.new_id("003", 61) < idents.new_id("003", 62) < idents.new_id("003", 62**3)
