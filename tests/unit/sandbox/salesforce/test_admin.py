import pytest

import yumen.sandbox.kit.crm_client
import yumen.sandbox.salesforce.admin
import yumen.sandbox.salesforce.codes
import yumen.sandbox.salesforce.describing
import yumen.sandbox.salesforce.hq_desk
import yumen.sandbox.salesforce.keeper
import yumen.sandbox.salesforce.records
import yumen.sandbox.salesforce.setup_desk
import yumen.sandbox.salesforce.shapes
import yumen.sandbox.salesforce.world  # noqa: F401 - under test, over HTTP
from yumen.sandbox.salesforce.client import Admin, AdminRefused
from yumen.sandbox.salesforce.server import running


async def test_the_openapi_document_names_every_route_and_its_shapes(caller, sandbox):
    async with caller.session.get(sandbox.admin + "/openapi.json") as answer:
        document = await answer.json(content_type=None)
    assert "post" in document["paths"]["/api/records/{object}/{record}/opt-out"]
    assert "HqChange" in document["components"]["schemas"]
    assert sum(len(methods) for methods in document["paths"].values()) >= 30


async def test_everything_survives_a_restart(options):
    async with running(options) as first, Admin(first.admin) as admin:
        app = (await admin.apps())[0]
        await admin.set_field("Contact", "Extra__c", length=9)
        await admin.set_rules(validation=[{"object": "Contact", "field": "Title", "pattern": "x"}])
        await admin.trouble("error", left=2)
        await admin.change_org(daily_calls=7)
    async with running(options) as again, Admin(again.admin) as admin:
        assert (await admin.apps())[0] == app
        overview = await admin.overview()
        assert (overview.org.daily_calls, overview.troubles[0].left, len(overview.validation)) == (7, 2, 1)
        assert "Extra__c" in {kind.name: kind for kind in await admin.objects()}["Contact"].fields


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nonsense": 1}, "sandbox.body_invalid"),
        ({"daily_calls": -1}, "sandbox.body_invalid"),
        ({"query_batch": 5000}, "sandbox.body_invalid"),
    ],
)
async def test_unfit_settings_are_refused_and_change_nothing(admin, change, code):
    before = (await admin.overview()).org
    with pytest.raises(AdminRefused) as refused:
        await admin.change_org(**change)
    assert refused.value.code == code
    assert (await admin.overview()).org == before


async def test_unknown_names_are_404(admin):
    for act in (
        admin.record("Contact", "nobody"),
        admin.record("Nothing", "x"),
        admin.drop_field("Contact", "Nothing"),
        admin.rename_field("Contact", "Nothing", "More"),
        admin.change_app("nobody", name="x"),
    ):
        with pytest.raises(AdminRefused) as refused:
            await act
        assert refused.value.status == 404


async def test_wrong_keys_patterns_and_clocks_are_refused(admin, app):
    with pytest.raises(AdminRefused, match="key_unfit"):
        await admin.change_app(app.client_id, certificate="-----BEGIN NONSENSE-----")
    with pytest.raises(AdminRefused, match="pattern_unfit"):
        await admin.set_rules(validation=[{"object": "Contact", "field": "Title", "pattern": "("}])
    with pytest.raises(AdminRefused, match="clock_unfit"):
        await admin.advance_clock(1e18)
    with pytest.raises(AdminRefused, match="app_exists"):
        await admin.create_app(client_id=app.client_id)


async def test_a_renamed_field_takes_its_values_along(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    await admin.rename_field("Contact", "Yumen_Id__c", "Their_Id__c")
    assert (await admin.record("Contact", "a")).fields["Their_Id__c"] == "a"
    status, body = await caller.call("GET", "sobjects/Contact/Their_Id__c/a")
    assert status == 200
    records = {"records": [{"attributes": {"type": "Contact"}, "Yumen_Id__c": "a", "LastName": "A"}]}
    status, body = await caller.call("PATCH", "composite/sobjects/Contact/Yumen_Id__c", records)
    assert (status, body[0]["errorCode"]) == (400, "INVALID_FIELD")


async def test_renamed_keys_leave_the_person_behind_another_key(caller, admin):
    await caller.upsert(*({"Yumen_Id__c": key, "LastName": "A"} for key in "abc"))
    assert await admin.rename_keys("Contact", names=["a"], prefix="X-") == 1
    assert (await caller.call("GET", "sobjects/Contact/Yumen_Id__c/a"))[0] == 404
    assert (await caller.call("GET", "sobjects/Contact/Yumen_Id__c/X-a"))[0] == 200


async def test_hq_changes_are_stamped_and_judged(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    changed = await admin.opt_out("Contact", "a")
    assert changed.fields["HasOptedOutOfEmail"]
    assert changed.fields["Yumen_Opt_Out__c"]
    assert changed.fields["LastModifiedById"] != changed.fields["CreatedById"]
    with pytest.raises(AdminRefused, match="change_unfit"):
        await admin.change_record("Contact", "a", Email="nonsense")
    await admin.delete_record("Contact", "a")
    assert await admin.empty_bin() == 1
    assert await admin.records("Contact") == []


async def test_an_object_of_hqs_own_can_be_added(caller, admin):
    from yumen.sandbox.salesforce.records import Field
    from yumen.sandbox.salesforce.schema import new_object

    kind = new_object("Visit__c", "a09", [Field(name="Yumen_Id__c", length=64, external_id=True, unique=True)])
    await admin.set_object(kind)
    assert (await caller.upsert({"Yumen_Id__c": "v1"}, kind="Visit__c"))[0]["id"].startswith("a09")


async def test_objects_describe_themselves(caller):
    _, listed = await caller.call("GET", "sobjects")
    assert {"Contact", "Account", "Lead", "Individual"} <= {one["name"] for one in listed["sobjects"]}
    _, described = await caller.call("GET", "sobjects/Contact/describe")
    fields = {one["name"]: one for one in described["fields"]}
    assert fields["Yumen_Id__c"]["externalId"]
    assert fields["LastName"]["nillable"] is False
    assert (fields["FirstName"]["length"], fields["FirstName"]["type"]) == (40, "string")
    assert fields["Loyalty_Tier__c"]["restrictedPicklist"]
    assert fields["Loyalty_Tier__c"]["picklistValues"][0]["value"] == "Jade"
    assert not fields["SystemModstamp"]["updateable"]
    _, info = await caller.call("GET", "sobjects/Contact")
    assert info["objectDescribe"]["keyPrefix"] == "003"
    _, account = await caller.call("GET", "sobjects/Account/describe")
    assert {one["developerName"] for one in account["recordTypeInfos"]} == {"Business_Account", "PersonAccount"}


async def test_what_hq_did_is_told_apart_from_what_arrived(caller, admin):
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "A"})
    await admin.change_record("Contact", "a", Title="T")
    await caller.upsert({"Yumen_Id__c": "a", "LastName": "B"})
    assert [one.verb for one in await admin.arrivals(key="a")] == ["created", "changed_at_hq", "updated"]
