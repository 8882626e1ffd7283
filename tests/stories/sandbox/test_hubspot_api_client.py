"""HubSpot's own public client (hubspot-api-client) works with the sandbox, unchanged but for proxy and CA bundle.

It calls api.hubapi.com by its real name, over TLS, through the sandbox as its proxy.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from yumen.sandbox.hubspot.client import Admin
from yumen.sandbox.hubspot.records import App
from yumen.sandbox.hubspot.server import Options, running

hubspot = pytest.importorskip("hubspot", reason="the foreign client is not installed")
contacts = pytest.importorskip("hubspot.crm.contacts")
properties = pytest.importorskip("hubspot.crm.properties")


@dataclass
class Stage:
    """The sandbox, and how a client reaches it."""

    admin: Admin
    app: App
    api: str
    ca: str

    def client(self, token: str = "") -> Any:
        """What the client allows to be set: proxy, CA bundle, token."""
        return hubspot.HubSpot(access_token=token or self.app.token, proxy=self.api, ssl_ca_cert=self.ca)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    options = Options(state=tmp_path / "hubspot.sqlite", tls_port=0, ca=tmp_path / "ca.pem")
    async with running(options) as addresses, Admin(addresses.admin) as admin:
        await admin.set_property("contacts", "yumen_id", hasUniqueValue=True)
        await admin.change_portal(search_lag_s=0)
        yield Stage(admin, await admin.app(), addresses.api, addresses.ca)


def given(key: str, **values: str) -> Any:
    """One input of a batch upsert."""
    return contacts.SimplePublicObjectBatchInputUpsert(
        id=key, id_property="yumen_id", properties=values, object_write_trace_id=key
    )


def upsert(client: Any, *inputs: Any) -> Any:
    """A batch upsert as the client's models have it."""
    batch = contacts.BatchInputSimplePublicObjectBatchInputUpsert(inputs=list(inputs))
    return client.crm.contacts.batch_api.upsert(batch)


async def test_a_batch_upsert_fits_the_clients_models(stage):
    client = stage.client()
    people = [given(f"p{n}", email=f"p{n}@example.com", lastname="Lin") for n in range(100)]
    answer = await asyncio.to_thread(upsert, client, *people)
    assert type(answer).__name__ == "BatchResponseSimplePublicUpsertObject"
    assert (answer.status, len(answer.results)) == ("COMPLETE", 100)
    assert all(one.new for one in answer.results)
    assert {one.object_write_trace_id for one in answer.results} == {f"p{n}" for n in range(100)}


async def test_a_partial_failure_fits_the_clients_models(stage):
    answer = await asyncio.to_thread(upsert, stage.client(), given("a", lastname="Lin"), given("b", nope="x"))
    assert type(answer).__name__ == "BatchResponseSimplePublicUpsertObjectWithErrors"
    assert (answer.num_errors, len(answer.results)) == (1, 1)
    (error,) = answer.errors
    assert error.context["objectWriteTraceId"] == ["b"]
    assert error.errors[0].code == "PROPERTY_DOESNT_EXIST"


async def test_read_and_search_find_what_was_written(stage):
    client = stage.client()

    def work() -> tuple[Any, Any]:
        upsert(client, given("a", email="A@example.com"))
        wanted = contacts.BatchReadInputSimplePublicObjectId(
            inputs=[contacts.SimplePublicObjectId(id="a")],
            id_property="yumen_id",
            properties=["email"],
            properties_with_history=[],
        )
        read = client.crm.contacts.batch_api.read(wanted)
        rule = {"propertyName": "email", "operator": "EQ", "value": "a@example.com"}
        asked = contacts.PublicObjectSearchRequest(filter_groups=[{"filters": [rule]}], limit=10)
        return read, client.crm.contacts.search_api.do_search(asked)

    read, found = await asyncio.to_thread(work)
    assert read.results[0].properties["email"] == "a@example.com"
    assert (found.total, found.results[0].id) == (1, read.results[0].id)


async def test_properties_are_created_and_listed(stage):
    client = stage.client()

    def work() -> tuple[Any, Any, Any]:
        group = properties.PropertyGroupCreate(name="yumen", label="Yumen", display_order=-1)
        client.crm.properties.groups_api.create("contacts", group)
        wish = properties.PropertyCreate(
            name="tier",
            label="Tier",
            type="enumeration",
            field_type="select",
            group_name="yumen",
            options=[{"label": "Jade", "value": "jade", "hidden": False, "displayOrder": 1}],
        )
        made = client.crm.properties.core_api.create("contacts", wish)
        return (
            made,
            client.crm.properties.core_api.get_all("contacts"),
            client.crm.properties.groups_api.get_all("contacts"),
        )

    made, listed, groups = await asyncio.to_thread(work)
    assert (made.name, made.options[0].value) == ("tier", "jade")
    assert {"tier", "email", "yumen_id"} <= {one.name for one in listed.results}
    assert "yumen" in {one.name for one in groups.results}


async def test_a_contact_is_archived_and_deleted_for_privacy(stage):
    client = stage.client()

    def work() -> None:
        made = upsert(client, given("a", email="a@example.com"), given("b"))
        ids = {one.object_write_trace_id: one.id for one in made.results}
        gone = contacts.PublicGdprDeleteInput(object_id="a@example.com", id_property="email")
        assert client.crm.contacts.basic_api.purge(gone) is None
        client.crm.contacts.basic_api.archive(ids["b"])
        batch = contacts.BatchInputSimplePublicObjectId(inputs=[{"id": ids["b"]}])
        client.crm.contacts.batch_api.archive(batch)

    await asyncio.to_thread(work)
    (left,) = await stage.admin.records("contacts")
    assert left.archived
    assert left.properties["yumen_id"] == "b"


async def test_refusals_become_the_clients_own_exceptions(stage):
    client = stage.client()

    def work() -> Any:
        with pytest.raises(contacts.ApiException) as told:
            upsert(client, *(given(f"p{n}") for n in range(101)))
        return told.value

    fault = await asyncio.to_thread(work)
    assert fault.status == 400
    assert "VALIDATION_ERROR" in fault.body
    await stage.admin.change_portal(burst_max=0)

    def throttled() -> Any:
        with pytest.raises(contacts.ApiException) as told:
            client.crm.contacts.basic_api.get_page(limit=1)
        return told.value

    fault = await asyncio.to_thread(throttled)
    assert fault.status == 429
    assert fault.headers["X-HubSpot-RateLimit-Max"] == "0"


async def test_a_throttled_call_is_sent_again_by_the_clients_own_retry(stage):
    from urllib3.util.retry import Retry

    await stage.admin.trouble("error", status=429, left=2, method="GET")
    retry = Retry(total=5, status_forcelist=(429,), backoff_factor=0.01)
    client = hubspot.HubSpot(access_token=stage.app.token, proxy=stage.api, ssl_ca_cert=stage.ca, retry=retry)
    page = await asyncio.to_thread(lambda: client.crm.contacts.basic_api.get_page(limit=1))
    assert page.results == []


async def test_an_oauth_token_is_refreshed_by_the_client(stage):
    def work() -> Any:
        tokens = stage.client().oauth.tokens_api.create(
            grant_type="refresh_token",
            client_id=stage.app.client_id,
            client_secret=stage.app.client_secret,
            refresh_token=stage.app.refresh_token,
        )
        return tokens.expires_in, stage.client(tokens.access_token).crm.contacts.basic_api.get_page(limit=1)

    expires_in, page = await asyncio.to_thread(work)
    assert expires_in == 1800
    assert page.results == []


async def test_the_clients_own_check_accepts_the_webhook_signature(stage):
    from hubspot.utils.signature import Signature

    from yumen.sandbox.hubspot.post import signature_v3

    url, body, stamp = "https://yumen.example/hooks/hubspot", '[{"eventId":1}]', "1700000000000"
    ours = signature_v3(stage.app.client_secret, "POST", url, body.encode(), stamp)
    theirs = Signature.get_signature(
        stage.app.client_secret, body, "v3", http_uri=url, http_method="POST", timestamp=stamp
    )
    assert ours == theirs


async def test_subscription_statuses_are_read_and_changed(stage):
    client = stage.client()

    def work() -> Any:
        preferences = client.communication_preferences
        wish = hubspot.communication_preferences.PublicUpdateSubscriptionStatusRequest(
            email_address="a@example.com", subscription_id="1001"
        )
        preferences.status_api.unsubscribe(wish)
        return preferences.status_api.get_email_status("a@example.com")

    import hubspot.communication_preferences

    status = await asyncio.to_thread(work)
    states = {one.id: one.status for one in status.subscription_statuses}
    assert states["1001"] == "NOT_SUBSCRIBED"
