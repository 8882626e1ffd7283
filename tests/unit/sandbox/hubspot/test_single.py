import asyncio

import pytest

from yumen.sandbox.hubspot import linking, single  # noqa: F401 - under test, over HTTP


async def test_a_contact_lives_through_create_read_update_delete(caller):
    status, made = await caller.call("POST", "/crm/v3/objects/contacts", {"properties": {"email": "A@example.com"}})
    assert status == 201
    place = made["id"]
    status, read = await caller.call("GET", place, properties="email,firstname")
    assert (read["properties"]["email"], read["properties"]["firstname"]) == ("a@example.com", None)
    status, read = await caller.call("GET", "a@example.com", idProperty="email")
    assert read["id"] == place
    status, changed = await caller.call("PATCH", place, {"properties": {"firstname": "F"}})
    assert changed["properties"]["firstname"] == "F"
    assert (await caller.call("DELETE", place))[0] == 204
    assert (await caller.call("DELETE", place))[0] == 204
    assert (await caller.call("GET", place))[0] == 404
    status, read = await caller.call("GET", place, archived="true")
    assert read["archived"]


async def test_a_second_contact_of_the_same_email_is_a_conflict(caller):
    body = {"properties": {"email": "a@example.com"}}
    _, made = await caller.call("POST", "/crm/v3/objects/contacts", body)
    status, refused = await caller.call("POST", "/crm/v3/objects/contacts", body)
    assert (status, refused["category"]) == (409, "CONFLICT")
    assert refused["message"] == f"Contact already exists. Existing ID: {made['id']}"


async def test_a_privacy_deletion_is_final_and_blocks_the_address(caller, admin):
    await caller.upsert(("a", {"email": "a@example.com"}))
    ident = (await caller.read("a"))["a"]["id"]
    assert await caller.call("POST", "gdpr-delete", {"objectId": ident}) == (204, b"")
    assert await caller.read("a") == {}
    assert (await caller.call("GET", ident, archived="true"))[0] == 404
    status, body = await caller.upsert(("a", {"email": "A@example.com"}))
    assert status == 207
    assert body["errors"][0]["errors"][0]["code"] == "GDPR_DELETED"
    assert (await caller.upsert(("a", {"firstname": "A"})))[0] == 200
    assert (await admin.overview()).blocked == 1
    assert (await admin.arrivals(key="a"))[1].verb == "erased"


async def test_an_unknown_address_is_blocked_too(caller):
    body = {"objectId": "later@example.com", "idProperty": "email"}
    assert (await caller.call("POST", "gdpr-delete", body))[0] == 204
    assert (await caller.upsert(("a", {"email": "later@example.com"})))[0] == 207
    assert (await caller.call("POST", "gdpr-delete", {"objectId": "123"}))[0] == 404
    assert (await caller.call("POST", "gdpr-delete", {"objectId": "x", "idProperty": "firstname"}))[0] == 400
    assert (await caller.call("POST", "gdpr-delete", {}))[0] == 400


async def test_a_privacy_deletion_may_take_its_time(caller, admin):
    await admin.change_portal(gdpr_lag_s=3600)
    await caller.upsert(("a", {}))
    ident = (await caller.read("a"))["a"]["id"]
    assert (await caller.call("POST", "gdpr-delete", {"objectId": ident}))[0] == 204
    assert "a" in await caller.read("a")
    await admin.advance_clock(3700)
    for _ in range(100):
        if not await caller.read("a"):
            return
        await asyncio.sleep(0.05)
    pytest.fail("the contact is still there")


async def test_refused_deletes_keep_the_record(caller, admin):
    await caller.upsert(("a", {}))
    ident = (await caller.read("a"))["a"]["id"]
    await admin.change_portal(refuse_deletes=True)
    assert (await caller.call("DELETE", ident))[0] == 403
    assert (await caller.call("POST", "gdpr-delete", {"objectId": ident}))[0] == 403
    assert (await caller.call("POST", "batch/archive", {"inputs": [{"id": ident}]}))[0] == 403
    assert "a" in await caller.read("a")


async def test_lists_come_page_by_page(caller):
    await caller.upsert(*((f"p{n}", {}) for n in range(25)))
    seen, after = [], ""
    for _ in range(10):
        _, page = await caller.call(
            "GET", "/crm/v3/objects/contacts", limit="10", **({"after": after} if after else {})
        )
        seen += [one["id"] for one in page["results"]]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
    assert len(set(seen)) == 25
    assert (await caller.call("GET", "/crm/v3/objects/contacts", limit="101"))[0] == 400


async def test_two_contacts_become_one(caller):
    await caller.upsert(("a", {"firstname": "A"}), ("b", {"lastname": "B"}))
    found = await caller.read("a", "b")
    body = {"primaryObjectId": found["a"]["id"], "objectIdToMerge": found["b"]["id"]}
    assert (await caller.call("POST", "merge", body))[0] == 200
    _, merged = await caller.call("GET", found["a"]["id"], properties="firstname,lastname,yumen_id")
    properties = merged["properties"]
    assert (properties["firstname"], properties["lastname"], properties["yumen_id"]) == ("A", "B", "a")
    assert (await caller.call("GET", found["b"]["id"]))[0] == 404
    assert (await caller.call("POST", "merge", body))[0] == 404


async def test_records_are_linked_and_unlinked(caller):
    await caller.upsert(("a", {}))
    ident = (await caller.read("a"))["a"]["id"]
    order = {"properties": {"order_number": "o1"}, "associations": [{"to": {"id": ident}, "types": []}]}
    status, made = await caller.call("POST", "/crm/v3/objects/shop_orders", order)
    assert status == 201
    place = f"/crm/v4/objects/contacts/{ident}/associations/shop_orders"
    _, found = await caller.call("GET", place)
    assert [one["toObjectId"] for one in found["results"]] == [int(made["id"])]
    assert (await caller.call("DELETE", f"{place}/{made['id']}"))[0] == 204
    assert (await caller.call("GET", place))[1]["results"] == []
    default = f"/crm/v4/objects/contacts/{ident}/associations/default/shop_orders"
    assert (await caller.call("PUT", f"{default}/{made['id']}"))[0] == 200
    assert (await caller.call("PUT", f"{default}/999"))[0] == 404
    lost = {"properties": {}, "associations": [{"to": {"id": "999"}}]}
    assert (await caller.call("POST", "/crm/v3/objects/shop_orders", lost))[0] == 400
