import pytest

from yumen.sandbox.hubspot import batches, calls, filing, judging, reading, values  # noqa: F401 - over HTTP


async def test_an_upsert_creates_then_updates_and_results_are_found_by_trace(caller):
    people = [(f"p{n}", {"firstname": "A"}) for n in range(100)]
    status, first = await caller.upsert(*people)
    assert (status, first["status"]) == (200, "COMPLETE")
    assert {one["objectWriteTraceId"] for one in first["results"]} == {key for key, _ in people}
    assert all(one["new"] for one in first["results"])
    assert [one["objectWriteTraceId"] for one in first["results"]] != [key for key, _ in people]
    _, second = await caller.upsert(*people)
    assert not any(one["new"] for one in second["results"])
    by_key = {one["objectWriteTraceId"]: one["id"] for one in first["results"]}
    assert {one["objectWriteTraceId"]: one["id"] for one in second["results"]} == by_key


async def test_with_trace_ids_good_ones_are_written_and_bad_ones_told(caller):
    status, body = await caller.upsert(("a", {"firstname": "A"}), ("b", {"nope": "x"}), ("c", {"email": "bad"}))
    assert status == 207
    assert (body["numErrors"], len(body["results"])) == (2, 1)
    codes = {one["context"]["objectWriteTraceId"][0]: one["errors"][0]["code"] for one in body["errors"]}
    assert codes == {"b": "PROPERTY_DOESNT_EXIST", "c": "INVALID_EMAIL"}
    assert all({"status", "category", "message", "links"} <= one.keys() for one in body["errors"])
    assert set(await caller.read("a", "b", "c")) == {"a"}


async def test_without_trace_ids_one_bad_record_refuses_all(caller):
    status, body = await caller.upsert(("a", {"firstname": "A"}), ("b", {"nope": "x"}), traced=False)
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    assert body["correlationId"]
    assert await caller.read("a") == {}


async def test_twins_in_one_call_refuse_all_also_with_traces(caller):
    status, body = await caller.upsert(("a", {}), ("A", {}))
    assert status == 400
    assert body["message"].startswith("Duplicate IDs found in batch input")
    assert body["context"]["ids"] == ["A"]


async def test_a_hundred_is_the_most(caller):
    status, body = await caller.upsert(*((f"p{n}", {}) for n in range(101)))
    assert (status, body["category"]) == (400, "VALIDATION_ERROR")
    for nonsense in (b"{", b"[]", b'{"inputs": 1}', b'{"inputs": []}', b'{"inputs": [{}]}'):
        assert (await caller.call("POST", "batch/upsert", nonsense))[0] == 400


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"lifecyclestage": "nonsense"}, "INVALID_OPTION"),
        ({"hs_legal_basis": "Not applicable;nonsense"}, "INVALID_OPTION"),
        ({"hs_email_optout": "perhaps"}, "INVALID_BOOLEAN"),
        ({"createdate": "2020-01-01"}, "READ_ONLY_VALUE"),
        ({"firstname": "x" * 65_537}, "VALUE_TOO_LONG"),
        ({"firstname": {"a": 1}}, "INVALID_STRING"),
    ],
)
async def test_values_are_judged(caller, properties, code):
    status, body = await caller.upsert(("a", properties))
    assert status == 207
    assert body["errors"][0]["errors"][0]["code"] == code


async def test_numbers_days_and_moments_are_judged(caller, admin):
    for name, kind in (("points", "number"), ("joined_on", "date"), ("seen_at", "datetime")):
        await admin.set_property("contacts", name, type=kind, fieldType="number" if kind == "number" else "date")
    status, body = await caller.upsert(
        ("a", {"points": "12.5", "joined_on": "1700006400000", "seen_at": "2026-01-02T03:04:05Z"}),
        ("b", {"points": "many"}),
        ("c", {"joined_on": "1700006400001"}),
        ("d", {"seen_at": "yesterday"}),
    )
    assert status == 207
    codes = {one["context"]["objectWriteTraceId"][0]: one["errors"][0]["code"] for one in body["errors"]}
    assert codes == {"b": "INVALID_NUMBER", "c": "INVALID_DATE", "d": "INVALID_DATETIME"}
    kept = (await admin.record("contacts", "a")).properties
    assert (kept["joined_on"], kept["seen_at"]) == ("2023-11-15", "2026-01-02T03:04:05.000Z")


async def test_emails_are_lower_case_and_unique(caller):
    await caller.upsert(("a", {"email": "Lin@Example.com"}))
    assert (await caller.read("a"))["a"]["properties"]["email"] == "lin@example.com"
    status, body = await caller.upsert(("b", {"email": "LIN@example.com"}))
    assert status == 207
    assert body["errors"][0]["category"] == "CONFLICT"
    assert body["errors"][0]["message"].startswith("Contact already exists. Existing ID: ")


async def test_an_empty_text_clears_and_absence_keeps(caller, admin):
    await caller.upsert(("a", {"firstname": "A", "lastname": "B"}))
    await caller.upsert(("a", {"firstname": ""}))
    properties = (await admin.record("contacts", "a")).properties
    assert "firstname" not in properties
    assert properties["lastname"] == "B"


async def test_only_unique_properties_identify(caller):
    inputs = [{"id": "x", "idProperty": "firstname", "properties": {}}]
    assert (await caller.call("POST", "batch/upsert", {"inputs": inputs}))[0] == 400
    mixed = [{"id": "a", "idProperty": "yumen_id", "properties": {}}, {"id": "b@example.com", "idProperty": "email",
             "properties": {}}]  # fmt: skip
    assert (await caller.call("POST", "batch/upsert", {"inputs": mixed}))[0] == 400
    missing = {"inputs": [{"id": "1", "properties": {}, "objectWriteTraceId": "1"}]}
    status, body = await caller.call("POST", "batch/upsert", missing)
    assert (status, body["errors"][0]["category"]) == (207, "OBJECT_NOT_FOUND")


async def test_a_read_sees_writes_at_once_and_names_the_missing(caller):
    await caller.upsert(("a", {"email": "a@example.com"}))
    body = {"inputs": [{"id": "a"}, {"id": "nobody"}], "idProperty": "yumen_id", "properties": ["email"]}
    status, answer = await caller.call("POST", "batch/read", body)
    assert status == 207
    assert answer["results"][0]["properties"]["email"] == "a@example.com"
    assert answer["errors"][0]["context"]["ids"] == ["nobody"]
    assert (await caller.call("POST", "batch/read", {**body, "idProperty": "firstname"}))[0] == 400


async def test_create_update_and_archive_in_batches(caller):
    made = {"inputs": [{"properties": {"yumen_id": "a"}}, {"properties": {"yumen_id": "b"}}]}
    status, body = await caller.call("POST", "batch/create", made)
    assert status == 201
    ids = [one["id"] for one in body["results"]]
    status, body = await caller.call(
        "POST", "batch/update", {"inputs": [{"id": ids[0], "properties": {"firstname": "X"}}]}
    )
    assert (status, body["results"][0]["properties"]["firstname"]) == (200, "X")
    gone = {"inputs": [{"id": one} for one in [*ids, "12345"]]}
    assert await caller.call("POST", "batch/archive", gone) == (204, b"")
    assert await caller.read("a", "b") == {}


async def test_an_archived_value_makes_a_new_record(caller, admin):
    await caller.upsert(("a", {"firstname": "A"}))
    first = (await caller.read("a"))["a"]["id"]
    await admin.archive_record("contacts", "a")
    _, body = await caller.upsert(("a", {"firstname": "A"}))
    assert body["results"][0]["new"]
    assert body["results"][0]["id"] != first


async def test_locked_records_answer_423_inside_the_batch(caller, admin):
    await caller.upsert(("a", {}))
    await admin.lock("a")
    status, body = await caller.upsert(("a", {"firstname": "B"}), ("b", {}))
    assert status == 207
    assert body["errors"][0]["category"] == "LOCKED"
    await admin.lock()
    assert (await caller.upsert(("a", {"firstname": "B"})))[0] == 200


async def test_dated_paths_are_the_same(caller):
    inputs = {"inputs": [{"id": "a", "idProperty": "yumen_id", "properties": {}}]}
    assert (await caller.call("POST", "/crm/objects/2026-03/contacts/batch/upsert", inputs))[0] == 200
    assert "a" in await caller.read("a")


async def test_custom_objects_have_records_too(caller):
    body = {"inputs": [{"id": "o1", "idProperty": "order_number", "properties": {"amount": "12.50"}}]}
    for name in ("shop_orders", "2-7000001", "shop_order"):
        assert (await caller.call("POST", f"/crm/v3/objects/{name}/batch/upsert", body))[0] == 200
    assert (await caller.call("POST", "/crm/v3/objects/nothings/batch/upsert", body))[0] == 400
