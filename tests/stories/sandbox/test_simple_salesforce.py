"""A public client by other authors (simple-salesforce) works with the sandbox, unchanged but for proxy and CA bundle.

It calls login.salesforce.com and the org's My Domain by their real names, over TLS, through the sandbox as its proxy.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from yumen.sandbox.salesforce.client import Admin
from yumen.sandbox.salesforce.records import App
from yumen.sandbox.salesforce.server import Options, running

simple_salesforce = pytest.importorskip("simple_salesforce", reason="the foreign client is not installed")
requests = pytest.importorskip("requests")

KEY = rsa.generate_private_key(65537, 2048)
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
).decode()
PUBLIC = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)
VERSION = "66.0"


@dataclass
class Stage:
    """The sandbox, and how a client reaches it."""

    admin: Admin
    app: App
    api: str
    ca: str

    def session(self) -> Any:
        """What the client allows to be handed in: a session with a proxy and a CA bundle."""
        session = requests.Session()
        session.verify, session.proxies, session.trust_env = self.ca, {"https": self.api}, False
        return session

    def log_in(self, **more: Any) -> Any:
        """A client logged in by JWT."""
        usual = {"username": self.app.username, "consumer_key": self.app.client_id, "privatekey": PRIVATE}
        return simple_salesforce.Salesforce(**usual, version=VERSION, session=self.session(), **more)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    options = Options(state=tmp_path / "salesforce.sqlite", tls_port=0, ca=tmp_path / "ca.pem")
    async with running(options) as addresses, Admin(addresses.admin) as admin:
        app = await admin.change_app((await admin.apps())[0].client_id, certificate=PUBLIC)
        yield Stage(admin, app, addresses.api, addresses.ca)


async def at(stage: Stage, work: Callable[[Any], Any], **more: Any) -> Any:
    """Run blocking work with a logged-in client in a thread."""
    return await asyncio.to_thread(lambda: work(stage.log_in(**more)))


async def test_it_logs_in_by_jwt_and_is_led_to_the_orgs_own_domain(stage):
    client = await at(stage, lambda sf: sf)
    assert client.sf_instance == "yumen-sandbox.my.salesforce.com"
    assert client.session_id.startswith("00D")


async def test_it_logs_in_by_client_credentials(stage):
    def log_in() -> Any:
        return simple_salesforce.Salesforce(
            consumer_key=stage.app.client_id,
            consumer_secret=stage.app.client_secret,
            domain="yumen-sandbox.my",
            session=stage.session(),
        )

    assert (await asyncio.to_thread(log_in)).session_id.startswith("00D")


async def test_a_wrong_key_is_told_as_its_own_exception(stage):
    other = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )

    def log_in() -> Any:
        return simple_salesforce.Salesforce(
            username=stage.app.username,
            consumer_key=stage.app.client_id,
            privatekey=other.decode(),
            session=stage.session(),
        )

    with pytest.raises(simple_salesforce.SalesforceAuthenticationFailed, match="invalid assertion"):
        await asyncio.to_thread(log_in)


async def test_a_record_lives_through_upsert_get_update_delete(stage):
    def work(sf: Any) -> tuple[Any, ...]:
        created = sf.Contact.upsert("Yumen_Id__c/p1", {"LastName": "Lin", "Email": "lin@example.com"})
        again = sf.Contact.upsert("Yumen_Id__c/p1", {"FirstName": "Mei"})
        read = sf.Contact.get_by_custom_id("Yumen_Id__c", "p1")
        updated = sf.Contact.update(read["Id"], {"Title": "Dr"})
        deleted = sf.Contact.delete(read["Id"])
        return created, again, read["Name"], updated, deleted

    assert await at(stage, work) == (201, 200, "Mei Lin", 204, 204)


async def test_query_all_walks_every_page(stage):
    await stage.admin.change_org(query_batch=200)

    def work(sf: Any) -> tuple[int, int, int]:
        path = "composite/sobjects/Contact/Yumen_Id__c"
        for start in range(0, 500, 100):
            records = [
                {"attributes": {"type": "Contact"}, "Yumen_Id__c": f"p{n}", "LastName": "Lin"}
                for n in range(start, start + 100)
            ]
            results = sf.restful(path, method="PATCH", json={"allOrNone": False, "records": records})
            assert all(one["success"] for one in results)
        found = sf.query_all("SELECT Id, Yumen_Id__c FROM Contact ORDER BY Id")
        sf.Contact.delete(found["records"][0]["Id"])
        everything = sf.query_all("SELECT Id FROM Contact", include_deleted=True)
        return found["totalSize"], len({one["Yumen_Id__c"] for one in found["records"]}), everything["totalSize"]

    assert await at(stage, work) == (500, 500, 500)


async def test_bulk_jobs_upsert_and_hand_back_what_failed(stage):
    def work(sf: Any) -> tuple[Any, list[dict[str, str]]]:
        rows = [{"Yumen_Id__c": f"p{n}", "LastName": "Lin" if n else "x" * 81} for n in range(50)]
        (result,) = sf.bulk2.Contact.upsert(records=rows, external_id_field="Yumen_Id__c", wait=0.05)
        failed = sf.bulk2.Contact.get_failed_records(result["job_id"])
        return result, list(csv.DictReader(io.StringIO(failed)))

    result, failed = await at(stage, work)
    assert (result["numberRecordsProcessed"], result["numberRecordsFailed"]) == (50, 1)
    assert failed[0]["sf__Error"].startswith("STRING_TOO_LONG")
    assert (await stage.admin.overview()).held[0].live == 49


async def test_limits_and_usage_are_read(stage):
    def work(sf: Any) -> tuple[Any, Any]:
        return sf.limits()["DailyApiRequests"], sf.api_usage["api-usage"]

    limits, usage = await at(stage, work)
    assert limits["Max"] == 100_000
    assert (usage.used, usage.total) == (1, 100_000)


async def test_describe_is_read(stage):
    described = await at(stage, lambda sf: sf.Contact.describe())
    assert {"LastName", "Yumen_Id__c"} <= {field["name"] for field in described["fields"]}


async def test_an_expired_session_is_renewed_by_the_client_itself(stage):
    def work(sf: Any) -> int:
        first = sf.session_id
        asyncio.run_coroutine_threadsafe(stage.admin.expire_tokens(), loop).result()
        sf.limits()
        return int(first != sf.session_id)

    loop = asyncio.get_running_loop()
    assert await at(stage, work) == 1


@pytest.mark.parametrize(
    ("status", "name"),
    [(403, "SalesforceRefusedRequest"), (503, "SalesforceGeneralError"), (400, "SalesforceMalformedRequest")],
)
async def test_refusals_become_the_clients_own_exceptions(stage, status, name):
    client = await at(stage, lambda sf: sf)
    await stage.admin.trouble("error", status=status, path="/services/data")
    with pytest.raises(getattr(simple_salesforce, name, None) or getattr(simple_salesforce.exceptions, name)) as told:
        await asyncio.to_thread(client.limits)
    assert told.value.status == status


async def test_an_external_id_of_several_records_is_told(stage):
    await stage.admin.set_field("Contact", "Old__c", length=20, external_id=True)

    def work(sf: Any) -> Any:
        for key in "ab":
            sf.Contact.create({"LastName": "Lin", "Old__c": "same", "Yumen_Id__c": key})
        return sf.Contact.get_by_custom_id("Old__c", "same")

    with pytest.raises(simple_salesforce.SalesforceMoreThanOneRecord):
        await at(stage, work)
