from yumen.sandbox.salesforce import judging, schema, values  # noqa: F401 - under test, over HTTP

PERSON = schema.PERSON_RECORD_TYPE


async def test_a_validation_rule_refuses_with_its_message(caller, admin):
    rule = {"object": "Contact", "field": "MobilePhone", "pattern": r"\+86\d{11}", "message": "Mainland only."}
    await admin.set_rules(validation=[rule])
    good, bad = await caller.upsert(
        {"Yumen_Id__c": "a", "LastName": "A", "MobilePhone": "+8616900000000"},
        {"Yumen_Id__c": "b", "LastName": "B", "MobilePhone": "+44"},
    )
    assert good["success"]
    fault = {"statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Mainland only.", "fields": ["MobilePhone"]}
    assert bad["errors"] == [fault]


async def test_a_duplicate_rule_blocks_and_an_alert_rule_yields_to_allow_save(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A", "Email": "a@example.com"})
    twin = {"Yumen_Id__c": "b", "LastName": "A", "Email": "A@example.com"}
    await admin.set_rules(duplicates=[{"object": "Contact", "fields": ["Email", "LastName"], "action": "alert"}])
    assert (await caller.upsert(twin))[0]["errors"][0]["statusCode"] == "DUPLICATES_DETECTED"
    status, body = await caller.call("POST", "sobjects/Contact", {"LastName": "A", "Email": "a@example.com"})
    assert status == 400
    assert body[0]["duplicateResult"]["allowSave"]
    headers = {"Sforce-Duplicate-Rule-Header": "allowSave=true"}
    path = "composite/sobjects/Contact/Yumen_Id__c"
    records = {"records": [{"attributes": {"type": "Contact"}, **twin}]}
    assert (await caller.call("PATCH", path, records, headers))[1][0]["success"]
    await admin.set_rules(duplicates=[{"object": "Contact", "fields": ["Email"], "action": "block"}])
    third = {"records": [{"attributes": {"type": "Contact"}, **twin, "Yumen_Id__c": "c"}]}
    assert not (await caller.call("PATCH", path, third, headers))[1][0]["success"]


async def test_a_unique_value_is_taken_also_within_one_call(caller, admin):
    await admin.set_field("Contact", "Member__c", length=20, unique=True, external_id=True)
    first, second = await caller.upsert(
        {"Yumen_Id__c": "a", "LastName": "A", "Member__c": "m1"},
        {"Yumen_Id__c": "b", "LastName": "B", "Member__c": "M1"},
    )
    assert first["success"]
    assert second["errors"][0]["statusCode"] == "DUPLICATE_VALUE"
    (later,) = await caller.upsert({"Yumen_Id__c": "c", "LastName": "C", "Member__c": "m1"})
    assert first["id"][:15] in later["errors"][0]["message"]


async def test_locked_rows_refuse_until_they_are_unlocked(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    await admin.lock("a")
    (result,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "B"})
    assert result["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    await admin.lock()
    assert (await caller.upsert({"Yumen_Id__c": "a", "LastName": "B"}))[0]["success"]


async def test_a_full_org_takes_updates_only(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    await admin.change_org(records_max=2)
    old, one, two = await caller.upsert(*({"Yumen_Id__c": key, "LastName": "A"} for key in "abc"))
    assert old["success"]
    assert one["success"]
    assert two["errors"][0]["statusCode"] == "STORAGE_LIMIT_EXCEEDED"


async def test_a_person_account_is_made_of_a_persons_fields(caller):
    (made,) = await caller.upsert(
        {"Yumen_Id__c": "a", "LastName": "Lin", "PersonEmail": "lin@example.com"}, kind="Account"
    )
    (read,) = await caller.select(
        "SELECT Name, IsPersonAccount, PersonContactId, RecordTypeId FROM Account WHERE Yumen_Id__c = 'a'"
    )
    assert made["success"]
    assert (read["Name"], read["IsPersonAccount"], read["RecordTypeId"]) == ("Lin", True, PERSON)
    assert read["PersonContactId"].startswith("003")
    (named,) = await caller.upsert({"Yumen_Id__c": "b", "LastName": "Lin", "Name": "Lin"}, kind="Account")
    assert named["errors"][0]["fields"] == ["Name"]
    (firm,) = await caller.upsert({"Yumen_Id__c": "c", "Phone": "1"}, kind="Account")
    assert firm["errors"][0]["fields"] == ["Name"]


async def test_without_person_accounts_they_are_refused(caller, admin):
    await admin.change_org(person_accounts=False)
    (made,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "Lin"}, kind="Account")
    assert not made["success"]


async def test_an_order_finds_its_person_by_external_id(caller, admin):
    (person,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    good, bad = await caller.upsert(
        {"Yumen_Id__c": "o1", "Contact__r": {"Yumen_Id__c": "a"}, "Amount__c": 12.345},
        {"Yumen_Id__c": "o2", "Contact__r": {"Yumen_Id__c": "nobody"}},
        kind="Shop_Order__c",
    )
    assert good["success"]
    assert "not found for field Yumen_Id__c in entity Contact" in bad["errors"][0]["message"]
    order = (await admin.record("Shop_Order__c", "o1")).fields
    assert order["Contact__c"] == person["id"]
    assert order["Amount__c"] == 12.35 or order["Amount__c"] == 12.34


async def test_drift_of_the_schema_is_felt_at_once(caller, admin):
    await admin.set_field("Contact", "FirstName", length=3)
    (long,) = await caller.upsert({"Yumen_Id__c": "a", "LastName": "A", "FirstName": "Long"})
    assert long["errors"][0]["statusCode"] == "STRING_TOO_LONG"
    await admin.set_field("Contact", "Title", length=10, required=True)
    (missing,) = await caller.upsert({"Yumen_Id__c": "b", "LastName": "A"})
    assert missing["errors"][0]["fields"] == ["Title"]
    await admin.drop_field("Contact", "Title")
    records = {"records": [{"attributes": {"type": "Contact"}, "Yumen_Id__c": "b", "Title": "x"}]}
    status, body = await caller.call("PATCH", "composite/sobjects/Contact/Yumen_Id__c", records)
    assert (status, body[0]["errorCode"]) == (400, "INVALID_FIELD")
