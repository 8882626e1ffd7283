import pytest

from yumen.sandbox.hubspot import property_desk  # noqa: F401 - under test, over HTTP

PLACE = "/crm/v3/properties/contacts"


def wish(name: str, **more) -> dict:
    usual = {"label": name, "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    return {"name": name, **usual, **more}


async def test_a_property_lives_through_create_read_change_archive(caller):
    status, made = await caller.call("POST", PLACE, wish("tier", type="enumeration", fieldType="select", options=[
        {"label": "Jade", "value": "jade", "displayOrder": 1, "hidden": False}]))  # fmt: skip
    assert status == 201
    assert made["options"][0]["value"] == "jade"
    assert (await caller.call("GET", f"{PLACE}/tier"))[1]["groupName"] == "contactinformation"
    assert (await caller.upsert(("a", {"tier": "gold"})))[0] == 207
    options = [{"label": "Gold", "value": "gold", "displayOrder": 1, "hidden": False}]
    assert (await caller.call("PATCH", f"{PLACE}/tier", {"options": options}))[0] == 200
    assert (await caller.upsert(("a", {"tier": "gold"})))[0] == 200
    assert (await caller.call("DELETE", f"{PLACE}/tier"))[0] == 204
    assert (await caller.call("GET", f"{PLACE}/tier"))[0] == 404
    assert (await caller.upsert(("a", {"tier": "gold"})))[0] == 207
    _, listed = await caller.call("GET", PLACE)
    assert "email" in {one["name"] for one in listed["results"]}
    assert "tier" not in {one["name"] for one in listed["results"]}


async def test_a_taken_name_is_a_conflict(caller):
    status, body = await caller.call("POST", PLACE, wish("yumen_id"))
    assert (status, body["category"]) == (409, "PROPERTY_EXISTS")


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x"},
        wish("Not Allowed"),
        wish("x", type="nonsense"),
        wish("x", fieldType="nonsense"),
        wish("x", groupName="nonsense"),
    ],
)
async def test_an_unfit_property_is_refused(caller, body):
    assert (await caller.call("POST", PLACE, body))[0] == 400


async def test_ten_unique_properties_are_the_most_and_unique_stays_unique(caller):
    statuses = [(await caller.call("POST", PLACE, wish(f"key{n}", hasUniqueValue=True)))[0] for n in range(10)]
    assert statuses == [201] * 9 + [400]
    assert (await caller.call("PATCH", f"{PLACE}/key1", {"hasUniqueValue": False}))[0] == 400


async def test_properties_come_in_batches(caller):
    status, body = await caller.call("POST", f"{PLACE}/batch/create", {"inputs": [wish("one"), wish("two")]})
    assert (status, len(body["results"])) == (201, 2)
    status, body = await caller.call("POST", f"{PLACE}/batch/create", {"inputs": [wish("one"), wish("three")]})
    assert (status, body["numErrors"]) == (207, 1)
    status, body = await caller.call("POST", f"{PLACE}/batch/read", {"inputs": [{"name": "one"}, {"name": "none"}]})
    assert (status, len(body["results"]), body["numErrors"]) == (207, 1, 1)
    gone = {"inputs": [{"name": "one"}, {"name": "email"}]}
    assert (await caller.call("POST", f"{PLACE}/batch/archive", gone))[0] == 204
    assert (await caller.call("GET", f"{PLACE}/one"))[0] == 404
    assert (await caller.call("GET", f"{PLACE}/email"))[0] == 200
    assert (await caller.call("DELETE", f"{PLACE}/email"))[0] == 400


async def test_groups_are_made_and_listed(caller):
    assert (await caller.call("POST", f"{PLACE}/groups", {"name": "yumen", "label": "Yumen"}))[0] == 201
    assert (await caller.call("POST", f"{PLACE}/groups", {"name": "yumen", "label": "Yumen"}))[0] == 409
    assert (await caller.call("POST", f"{PLACE}/groups", {"name": 1}))[0] == 400
    assert (await caller.call("GET", f"{PLACE}/groups/yumen"))[1]["label"] == "Yumen"
    assert (await caller.call("GET", f"{PLACE}/groups/none"))[0] == 404
    _, groups = await caller.call("GET", f"{PLACE}/groups")
    assert {one["name"] for one in groups["results"]} == {"contactinformation", "yumen"}
    assert (await caller.call("POST", PLACE, wish("x", groupName="yumen")))[0] == 201
