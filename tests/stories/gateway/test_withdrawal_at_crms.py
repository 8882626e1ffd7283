"""A withdrawal reaches both CRMs and is read back; one that refuses deletes stays open, with its clock and an alarm.

The sandboxes run as programs of their own; what they hold afterwards is asked of their own admins.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from tests.stories.gateway.conftest import CONTRACT, DAY, LI, WRITTEN, Gateway
from yumen.app.gateway import duties
from yumen.border import contracting
from yumen.gateway import Recipient, dispatch, recall_queue, recalling
from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.hubspot import Account, HubSpot, MemoryBook, TokenLogin, Wanted
from yumen.gateway.connectors.salesforce import FolderJobs, Org, Salesforce, SecretLogin
from yumen.gateway.recall_settling import Recalled
from yumen.kit.http import Http, HttpSettings
from yumen.sandbox.hubspot import client as hubspot_client
from yumen.sandbox.kit.serving import Addresses
from yumen.sandbox.salesforce import client as salesforce_client
from yumen.security.access import four_eyes

SECOND = "members-hub"
START_MAX_S = 60.0
OF_SALESFORCE = FieldMap(
    "Yumen_Id__c",
    {"Member_No": "Yumen_Id__c", "Phone_Hash": "Description", "Nickname": "FirstName"},
    {"LastName": "-"},
    "Yumen_Version__c",
)
OF_HUBSPOT = FieldMap(
    "member_no",
    {"Member_No": "member_no", "Phone_Hash": "phone_hash", "Nickname": "firstname"},
    {},
    "yumen_version",
)
WANTED = [
    Wanted("member_no", "Member", unique=True),
    Wanted("yumen_version", "Version", "number"),
    Wanted("phone_hash", "Phone"),
]


@contextmanager
def program(module: str, folder: Path) -> Iterator[Addresses]:
    """A sandbox in its own process, until the block ends."""
    folder.mkdir()
    runtime = folder / "runtime.json"
    words = [sys.executable, "-m", module, "--state", folder / "state.sqlite", "--runtime", runtime, "--quiet"]
    child = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_MAX_S
        while not runtime.exists():
            assert child.poll() is None, f"{module} ended"
            assert time.monotonic() < end, f"{module} does not start"
            time.sleep(0.05)
        yield msgspec.json.decode(runtime.read_bytes(), type=Addresses)
    finally:
        child.terminate()
        child.wait(20)


@dataclass
class Crms:
    """The same persons at two recipients, each under its own contract."""

    gateway: Gateway
    salesforce: Recipient
    hubspot: Recipient
    org: salesforce_client.Admin
    portal: hubspot_client.Admin

    async def send(self) -> None:
        await self.gateway.judge()
        for recipient in (self.salesforce, self.hubspot):
            await dispatch.run_round(self.gateway.work, self.gateway.gate, recipient, self.gateway.patience)

    async def recall(self) -> list[Recalled]:
        return [
            await recalling.run_recalls(self.gateway.work, recipient, self.gateway.patience)
            for recipient in (self.salesforce, self.hubspot)
        ]

    async def names(self) -> tuple[set[str], set[str]]:
        """The external ids that live at each, as their admins see it."""
        contacts = await self.org.records("Contact")
        persons = await self.portal.records("contacts")
        return (
            {one.fields["Yumen_Id__c"] for one in contacts if not one.deleted},
            {one.properties["member_no"] for one in persons if not one.archived and one.properties.get("member_no")},
        )


async def enforce_second(gateway: Gateway) -> None:
    """The same contract for the second system."""
    words = {"external": "loyalty.member.number", "last_state_wins": "true", "starts_on": "2026-11-01",
             "ends_on": "2029-10-31"}  # fmt: skip
    source = WRITTEN.format(version=1, **words).replace(f'id = "{CONTRACT}"', f'id = "{SECOND}"').encode()
    async with gateway.unit() as uow:
        approval = await contracting.propose(uow, source, gateway.gate.data_map)
    async with gateway.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    async with gateway.unit() as uow:
        await contracting.enforce(uow, SECOND, 1, approval, gateway.gate.data_map)


@pytest.fixture
async def crms(gateway: Gateway, tmp_path: Path) -> AsyncIterator[Crms]:
    await enforce_second(gateway)
    with (
        program("yumen.sandbox.salesforce", tmp_path / "salesforce") as org_at,
        program("yumen.sandbox.hubspot", tmp_path / "hubspot") as portal_at,
    ):
        async with (
            Http(HttpSettings()) as http,
            salesforce_client.Admin(org_at.admin) as org,
            hubspot_client.Admin(portal_at.admin) as portal,
        ):
            app = (await org.apps())[0]
            login = SecretLogin(app.client_id, app.client_secret)
            salesforce = Salesforce(
                http, Org(login_url=org_at.api, login=login), OF_SALESFORCE, FolderJobs(tmp_path / "jobs")
            )
            token = TokenLogin((await portal.app()).token)
            hubspot = HubSpot(http, Account(login=token, url=portal_at.api), OF_HUBSPOT, MemoryBook())
            await hubspot.make_properties(WANTED)
            first = replace(gateway.recipient, connector=salesforce)
            second = replace(gateway.recipient, contract=SECOND, connector=hubspot)
            patient = replace(gateway.patience, sleep=asyncio.sleep)
            gateway.patience = patient
            yield Crms(gateway, first, second, org, portal)


async def test_a_withdrawal_reaches_both_and_a_refusal_stays_open(crms: Crms) -> None:
    gateway = crms.gateway
    people = await gateway.members(3)
    names = [await gateway.number_of(person) for person in people]
    await crms.send()
    assert await crms.names() == (set(names), set(names))

    await gateway.withdraw(people[0])
    await gateway.judge()
    assert await crms.recall() == [Recalled(done=1), Recalled(done=1)]
    assert await crms.names() == (set(names[1:]), set(names[1:]))
    rows = await gateway.rows("select contract, state, verified from gateway.recall order by contract")
    assert [tuple(row.values()) for row in rows] == [(CONTRACT, "done", True), (SECOND, "done", True)]
    assert (await gateway.kinds("recall.")).count("recall.done") == 2

    await crms.org.change_org(refuse_deletes=True)
    await gateway.withdraw(people[1])
    await gateway.judge()
    assert await crms.recall() == [Recalled(people=1), Recalled(done=1)]
    assert await crms.names() == (set(names[1:]), {names[2]})
    async with gateway.unit() as uow:
        (waiting,) = await recall_queue.list_unclosed(uow)
        assert (waiting.contract, waiting.state, waiting.subject) == (CONTRACT, "people", people[1])
        assert waiting.code
        assert await recall_queue.list_overdue(uow) == []
    assert await alarms(gateway) == []

    gateway.clock.offset = DAY * 20
    await duties.overdue(gateway.work, gateway.handler)
    assert await alarms(gateway) == [("gateway.recalls_overdue", CONTRACT)]
    assert (await crms.names())[0] == set(names[1:]), "still there, and still named"

    await crms.org.change_org(refuse_deletes=False)
    async with gateway.unit() as uow:
        await recall_queue.try_again(uow, waiting.id)
    assert (await crms.recall())[0] == Recalled(done=1)
    assert await crms.names() == ({names[2]}, {names[2]})


async def alarms(gateway: Gateway) -> list[tuple[str, str]]:
    rows = await gateway.rows("select code, place from ops.alarm order by code, place")
    return [(row["code"], row["place"]) for row in rows]
