import pytest

import yumen.sandbox.hubspot.admin
import yumen.sandbox.hubspot.codes
import yumen.sandbox.hubspot.hq_desk
import yumen.sandbox.hubspot.keeper
import yumen.sandbox.hubspot.records
import yumen.sandbox.hubspot.schema
import yumen.sandbox.hubspot.setup_desk
import yumen.sandbox.hubspot.shapes
import yumen.sandbox.hubspot.world  # noqa: F401 - under test, over HTTP
from yumen.sandbox.hubspot.client import Admin, AdminRefused
from yumen.sandbox.hubspot.server import running


async def test_the_openapi_document_names_every_route_and_its_shapes(caller, sandbox):
    async with caller.session.get(sandbox.admin + "/openapi.json") as answer:
        document = await answer.json(content_type=None)
    assert "post" in document["paths"]["/api/records/{object}/{record}/opt-out"]
    assert "HqChange" in document["components"]["schemas"]
    assert sum(len(methods) for methods in document["paths"].values()) >= 29


async def test_everything_survives_a_restart(options):
    async with running(options) as first, Admin(first.admin) as admin:
        app = await admin.app()
        await admin.set_property("contacts", "extra", hasUniqueValue=True)
        await admin.trouble("error", left=2)
        await admin.change_portal(burst_max=7)
        await admin.set_hooks("http://127.0.0.1:9/x", ("contact.deletion", ""))
    async with running(options) as again, Admin(again.admin) as admin:
        assert await admin.app() == app
        overview = await admin.overview()
        assert (overview.portal.burst_max, overview.troubles[0].left, len(overview.subscriptions)) == (7, 2, 1)
        assert "extra" in {kind.name: kind for kind in await admin.kinds()}["contacts"].properties


async def test_unfit_settings_are_refused_and_change_nothing(admin):
    before = await admin.overview()
    for act in (
        admin.change_portal(nonsense=1),
        admin.change_portal(burst_max=-1),
        admin.change_hook_rules(events_max=1000),
        admin.set_hooks("https://hq.example/hook"),
        admin.set_hooks("http://127.0.0.1:9/x", ("contact.dreams", "")),
        admin.set_hooks("http://127.0.0.1:9/x", ("contact.propertyChange", "")),
        admin.advance_clock(1e18),
    ):
        with pytest.raises(AdminRefused) as refused:
            await act
        assert refused.value.status == 400
    after = await admin.overview()
    assert (after.portal, after.hook_rules, after.target_url) == (before.portal, before.hook_rules, "")


async def test_unknown_names_are_404(admin):
    for act in (
        admin.record("contacts", "nobody"),
        admin.record("nothings", "x"),
        admin.drop_property("contacts", "nothing"),
        admin.rename_property("contacts", "nothing", "more"),
        admin.change_app(7, rotate=True),
    ):
        with pytest.raises(AdminRefused) as refused:
            await act
        assert refused.value.status == 404


async def test_a_renamed_property_takes_its_values_along(caller, admin):
    await caller.upsert(("a", {}))
    await admin.rename_property("contacts", "yumen_id", "their_id")
    assert (await admin.record("contacts", "a")).properties["their_id"] == "a"
    assert (await caller.upsert(("a", {})))[0] == 400


async def test_renamed_keys_leave_the_person_behind_another_key(caller, admin):
    await caller.upsert(("a", {}), ("b", {}), ("c", {}))
    assert await admin.rename_keys("contacts", "yumen_id", names=["a"], prefix="x-") == 1
    assert set(await caller.read("a", "b", "x-a")) == {"b", "x-a"}


async def test_hq_changes_are_judged(caller, admin):
    await caller.upsert(("a", {"firstname": "A"}))
    assert (await admin.change_record("contacts", "a", firstname="B")).properties["firstname"] == "B"
    with pytest.raises(AdminRefused, match="change_unfit"):
        await admin.change_record("contacts", "a", email="nonsense")
    assert (await admin.opt_out("contacts", "a")).properties["hs_email_optout"] == "true"
    await admin.archive_record("contacts", "a")
    assert not (await admin.restore_record("contacts", "a")).archived
    await admin.drop_property("contacts", "firstname")
    assert (await caller.upsert(("a", {"firstname": "A"})))[0] == 207


async def test_what_hq_did_is_told_apart_from_what_arrived(caller, admin):
    await caller.upsert(("a", {"firstname": "A"}))
    await admin.change_record("contacts", "a", firstname="B")
    await caller.upsert(("a", {"firstname": "C"}))
    assert [one.verb for one in await admin.arrivals(key="a")] == ["created", "changed_at_hq", "updated"]
