from yumen.sandbox.salesforce import single  # noqa: F401 - under test, over HTTP

PLACE = "sobjects/Contact/Yumen_Id__c/a"


async def test_an_upsert_answers_201_then_200_or_204(caller, admin):
    status, body = await caller.call("PATCH", PLACE, {"LastName": "A"})
    assert status == 201
    assert body["created"]
    status, body = await caller.call("PATCH", PLACE, {"LastName": "B"})
    assert (status, body["created"]) == (200, False)
    await admin.change_org(body_of_204=False)
    assert await caller.call("PATCH", PLACE, {"LastName": "C"}) == (204, b"")


async def test_the_body_must_not_repeat_the_external_id(caller):
    status, body = await caller.call("PATCH", PLACE, {"LastName": "A", "Yumen_Id__c": "a"})
    assert (status, body[0]["errorCode"]) == (400, "INVALID_FIELD")


async def test_an_external_id_of_several_records_answers_300_with_their_places(caller, admin):
    await admin.set_field("Contact", "Old__c", length=20, external_id=True)
    for key in "ab":
        await caller.upsert({"Yumen_Id__c": key, "LastName": "A", "Old__c": "same"})
    status, body = await caller.call("GET", "sobjects/Contact/Old__c/same")
    assert status == 300
    assert len(body) == 2
    assert (await caller.call("PATCH", "sobjects/Contact/Old__c/same", {"LastName": "B"}))[0] == 300
    records = {"records": [{"attributes": {"type": "Contact"}, "Old__c": "same", "LastName": "A"}]}
    _, (result,) = await caller.call("PATCH", "composite/sobjects/Contact/Old__c", records)
    assert result["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"


async def test_a_record_lives_through_create_read_update_delete(caller):
    status, made = await caller.call("POST", "sobjects/Contact", {"LastName": "A", "Email": "A@example.com"})
    assert status == 201
    assert caller.headers["Location"].endswith(made["id"])
    place = f"sobjects/Contact/{made['id']}"
    status, read = await caller.call("GET", place, fields="Name,Email,IsDeleted")
    assert (read["Name"], read["Email"], read["IsDeleted"]) == ("A", "a@example.com", False)
    assert (await caller.call("PATCH", place, {"FirstName": "B"}))[0] == 204
    assert (await caller.call("GET", place))[1]["Name"] == "B A"
    assert (await caller.call("DELETE", place))[0] == 204
    status, body = await caller.call("GET", place)
    assert (status, body[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")
    assert (await caller.call("GET", "sobjects/Contact/nonsense"))[0] == 404


async def test_values_in_the_path_are_percent_decoded(caller):
    place = "sobjects/Contact/Yumen_Id__c/a%2Fb%20c"
    url = f"{caller.base}/services/data/v68.0/{place}"
    from yarl import URL

    headers = {"Authorization": f"Bearer {caller.token}"}
    async with caller.session.patch(URL(url, encoded=True), json={"LastName": "A"}, headers=headers) as answer:
        assert answer.status == 201
    (read,) = await caller.select("SELECT Yumen_Id__c FROM Contact")
    assert read["Yumen_Id__c"] == "a/b c"


async def test_it_is_read_and_deleted_by_key(caller):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    assert (await caller.call("GET", PLACE))[1]["LastName"] == "A"
    assert (await caller.call("DELETE", PLACE))[0] == 204
    assert (await caller.call("GET", PLACE))[0] == 404
