"""Salesforce's sandbox is asked for what changed, and what people said there is carried out here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.connectors.conftest import CONTACT, values
from tests.stories.gateway.inbound.conftest import TELLER, arrived, consents
from yumen.app.gateway.hearing import SalesforceSource
from yumen.gateway import cases
from yumen.gateway.connectors import Record
from yumen.gateway.connectors.salesforce import MemoryJobs, Org, Salesforce, SecretLogin
from yumen.gateway.connectors.salesforce.changes import ChangedRow
from yumen.gateway.inbound import Asked, Rule, read_deletions, read_source
from yumen.kit.http import Http
from yumen.kit.ids import SubjectId
from yumen.sandbox.salesforce import client, server
from yumen.security.datamap import Purpose

RULES = (Rule("HasOptedOutOfEmail", purpose=Purpose.MARKETING),)


@dataclass
class Abroad:
    gateway: Gateway
    salesforce: Salesforce
    admin: client.Admin
    asked: Asked
    person: SubjectId
    name: str


@pytest.fixture
async def abroad(heeding: Gateway, tmp_path: Path) -> AsyncIterator[Abroad]:
    person, _ = await arrived(heeding)
    name = await heeding.number_of(person)
    async with (
        server.running(server.Options(state=tmp_path / "salesforce.sqlite")) as at,
        client.Admin(at.admin) as admin,
        Http() as http,
    ):
        app = (await admin.apps())[0]
        org = Org(at.api, SecretLogin(app.client_id, app.client_secret))
        salesforce = Salesforce(http, org, CONTACT, MemoryJobs())
        asked = Asked(heeding.handler, TELLER, SalesforceSource(salesforce, RULES), RULES)
        await salesforce.send([Record("k", name, 1, values(1)), Record("l", "somebody-else", 1, values(2))])
        yield Abroad(heeding, salesforce, admin, asked, person, name)


async def test_an_opt_out_at_salesforce_reaches_the_person_here(abroad: Abroad) -> None:
    assert await read_source(abroad.gateway.work, abroad.asked) == 0
    await abroad.admin.opt_out("Contact", abroad.name)
    assert await read_source(abroad.gateway.work, abroad.asked) == 1
    assert (await consents(abroad.gateway, abroad.person))["marketing"] == "withdrawn"
    assert await read_source(abroad.gateway.work, abroad.asked) == 0


async def test_records_come_in_order_a_page_at_a_time(abroad: Abroad) -> None:
    since, after, names = datetime(2000, 1, 1, tzinfo=UTC), "", []
    while page := await abroad.salesforce.changed(["HasOptedOutOfEmail"], since, after, 1):
        since, after = page[-1].modified_at, page[-1].record
        names += [row.external_id for row in page]
    assert sorted(names) == sorted([abroad.name, "somebody-else"])


@pytest.mark.parametrize("for_good", [False, True])
async def test_a_record_that_headquarters_deletes_is_heard_also_past_the_bin(abroad: Abroad, for_good: bool) -> None:
    gateway, record = abroad.gateway, (await abroad.admin.record("Contact", abroad.name)).id
    await gateway.do("update gateway.presence set remote_id = %s where subject_id = %s", record, abroad.person)
    assert await read_deletions(gateway.work, abroad.asked) == 0
    await abroad.admin.delete_record("Contact", abroad.name)
    if for_good:
        await abroad.admin.empty_bin()
    assert [await read_deletions(gateway.work, abroad.asked) for _ in range(2)] == [1, 0]
    async with gateway.unit() as uow:
        (case,) = await cases.list_open(uow)
    assert (case.subject, case.code) == (abroad.person, cases.DELETED)


def test_a_row_shows_no_value_in_logs() -> None:
    row = ChangedRow("003", "M000001", datetime(2026, 11, 25, tzinfo=UTC), {"Email": "mei@example.com"})
    assert "mei" not in f"{row!r} {row}"
