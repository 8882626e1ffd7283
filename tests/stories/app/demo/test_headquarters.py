"""Headquarters' systems are made ready once, and tell which member numbers lie in them."""

from types import SimpleNamespace

from yumen.app.demo.headquarters import Headquarters
from yumen.kit.settings import RecipientSettings, Secret
from yumen.sandbox.hubspot import client as hubspot_client
from yumen.sandbox.hubspot import server as hubspot_server
from yumen.sandbox.salesforce import client as salesforce_client
from yumen.sandbox.salesforce import server as salesforce_server

OURS = {
    "salesforce": RecipientSettings(
        handler="velvet", contract="members-salesforce", connector="salesforce", url="http://127.0.0.1:1",
        client_id="3MVG9madeup", secret=Secret("made-up-secret"),
    ),
    "hubspot": RecipientSettings(
        handler="velvet", contract="members-hubspot", connector="hubspot", url="http://127.0.0.1:1",
        secret=Secret("pat-na1-made-up"),
    ),
}  # fmt: skip


async def test_a_second_start_finds_what_the_first_made(tmp_path):
    running = SimpleNamespace(settings=SimpleNamespace(recipient=OURS))
    async with (
        salesforce_server.running(salesforce_server.Options(state=tmp_path / "salesforce.sqlite")) as org,
        hubspot_server.running(hubspot_server.Options(state=tmp_path / "hubspot.sqlite")) as portal,
        salesforce_client.Admin(org.admin) as salesforce,
        hubspot_client.Admin(portal.admin) as hubspot,
    ):
        hq = Headquarters(salesforce, hubspot)
        for _ in range(2):
            await hq.prepare(running)
        assert [app.client_id for app in await salesforce.apps()].count("3MVG9madeup") == 1
        assert (await hubspot.app()).token == "pat-na1-made-up"
        assert await hq.contacts() == set()
        assert await hq.people() == set()
