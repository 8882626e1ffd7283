"""Both CRM sandboxes with our connectors before them, and what may befall a call."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.hubspot import Account, HubSpot, MemoryBook, TokenLogin, Wanted
from yumen.gateway.connectors.kit import Trial, Trouble
from yumen.gateway.connectors.salesforce import FolderJobs, Org, Salesforce, SecretLogin
from yumen.kit.http import Http, HttpSettings
from yumen.sandbox.hubspot import client as hubspot_client
from yumen.sandbox.hubspot import server as hubspot_server
from yumen.sandbox.salesforce import client as salesforce_client
from yumen.sandbox.salesforce import server as salesforce_server

CONTACT = FieldMap(
    "Yumen_Id__c",
    {"Given": "FirstName", "Family": "LastName", "Tier": "Loyalty_Tier__c", "Points": "Loyalty_Points__c"},
    {"LeadSource": "WeChat"},
    "Yumen_Version__c",
)
PERSON = FieldMap(
    "member_no",
    {"Given": "firstname", "Family": "lastname", "Tier": "tier", "Points": "points"},
    {},
    "yumen_version",
)
WANTED = [
    Wanted("member_no", "Member", unique=True),
    Wanted("yumen_version", "Version", "number"),
    Wanted("tier", "Tier", "choice", choices=("Jade", "Gold")),
    Wanted("points", "Points", "number"),
    Wanted("yumen_suppressed", "Left alone", "boolean"),
]


def values(number: int) -> dict[str, Any]:
    return {"Given": f"Mei{number}", "Family": f"Wang{number}", "Tier": "Gold", "Points": number}


def spoilt(number: int) -> dict[str, Any]:
    return {**values(number), "Tier": f"Wood{number}"}


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(HttpSettings(circuit_failures_max=1_000)) as http:
        yield http


@pytest.fixture
async def org(tmp_path: Path) -> AsyncIterator[tuple[str, salesforce_client.Admin]]:
    """The address of a Salesforce sandbox, and its admin."""
    async with (
        salesforce_server.running(salesforce_server.Options(state=tmp_path / "salesforce.sqlite")) as at,
        salesforce_client.Admin(at.admin) as admin,
    ):
        await admin.change_org(bulk_wait_s=0.0)
        yield at.api, admin


@pytest.fixture
async def portal(tmp_path: Path) -> AsyncIterator[tuple[str, hubspot_client.Admin]]:
    """The address of a HubSpot sandbox, and its admin."""
    async with (
        hubspot_server.running(hubspot_server.Options(state=tmp_path / "hubspot.sqlite")) as at,
        hubspot_client.Admin(at.admin) as admin,
    ):
        yield at.api, admin


@pytest.fixture
def make_salesforce(http, org, tmp_path) -> Callable[..., Any]:
    async def make(fields: FieldMap = CONTACT, **changed: Any) -> Salesforce:
        address, admin = org
        app = (await admin.apps())[0]
        given = {
            "login_url": address,
            "login": SecretLogin(app.client_id, app.client_secret),
            "bulk_from": 250,
            "bulk_poll_s": 0.05,
            "anonymous": {"LastName": "-"},
            "suppress": {"HasOptedOutOfEmail": True, "DoNotCall": True},
        }
        return Salesforce(http, Org(**given | changed), fields, FolderJobs(tmp_path / "jobs"))

    return make


@pytest.fixture
def make_hubspot(http, portal) -> Callable[..., Any]:
    async def make(fields: FieldMap = PERSON, **changed: Any) -> HubSpot:
        address, admin = portal
        given = {
            "login": TokenLogin((await admin.app()).token),
            "url": address,
            "suppress": {"yumen_suppressed": True},
            "unsubscribe": True,
        }
        return HubSpot(http, Account(**given | changed), fields, MemoryBook())

    return make


def arms(admin: Any, path: str, throttled: dict[str, Any], locked: str) -> dict[Trouble, Callable[[], Any]]:
    once = partial(admin.trouble, path=path, left=1)
    return {
        Trouble.LOST: partial(once, "lost"),
        Trouble.CUT: partial(once, "cut"),
        Trouble.THROTTLED: partial(once, "error", **throttled),
        Trouble.EXPIRED: admin.expire_tokens,
        Trouble.LOCKED: partial(once, "record", code=locked),
        Trouble.NONSENSE: partial(once, "half"),
        Trouble.MISCOUNTED: partial(once, "wrong_count"),
        Trouble.REDIRECTED: partial(once, "redirect"),
        Trouble.HUGE: partial(once, "huge", status=500),
    }


@pytest.fixture
async def salesforce_trial(make_salesforce, org) -> Trial:
    arm = arms(org[1], "/services/data", {"status": 503, "code": "SERVER_UNAVAILABLE"}, "UNABLE_TO_LOCK_ROW")
    return Trial(await make_salesforce(), values, spoilt, arm, org[1].end_troubles)


@pytest.fixture
async def hubspot_trial(make_hubspot, portal) -> Trial:
    connector = await make_hubspot()
    await connector.make_properties(WANTED)
    arm = arms(portal[1], "/crm/v3/objects", {"status": 429, "code": "RATE_LIMITS"}, "RATE_LIMITS")
    return Trial(connector, values, spoilt, arm, portal[1].end_troubles, wait_s=10.0)
