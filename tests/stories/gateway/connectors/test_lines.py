"""No line that anything logs while persons are sent, asked for and taken back says a value or a name of theirs."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from tests.stories.gateway.connectors.conftest import WANTED, values
from yumen.gateway.connectors import RecallWay, Record
from yumen.kit.errors import NotSent, Rejected, Unsettled

NAMES = [f"M{number:06}" for number in range(3)]
SECRETS = (*NAMES, "Mei0", "Mei1", "Mei2", "Wang1", "mei@example.com", "mei%40example.com")


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


async def lives(connector: Any, admin: Any, path: str, lines: pytest.LogCaptureFixture) -> None:
    records = [Record(f"k{number}", name, 1, values(number)) for number, name in enumerate(NAMES)]
    await connector.send(records)
    await connector.ask(NAMES)
    for trouble in ("lost", "half", "html", "error"):
        await admin.trouble(trouble, path=path, left=2)
        for call in (lambda: connector.send(records), lambda: connector.ask(NAMES)):
            try:
                await call()
            except (NotSent, Rejected, Unsettled) as failure:
                logging.getLogger("test").warning("%r %s %s", failure, failure, dict(failure.facts), exc_info=failure)
        await admin.end_troubles()
    await connector.recall(NAMES[:1], RecallWay.ANONYMISE)
    await connector.recall(NAMES[1:2], RecallWay.SUPPRESS)
    await connector.recall(NAMES, RecallWay.DELETE)
    said = [
        record.getMessage() + str(record.exc_text or "") for record in lines.records if "sandbox" not in record.name
    ]
    assert len(said) > 20
    assert [secret for secret in SECRETS if any(secret in line for line in said)] == []


async def test_of_salesforce(make_salesforce, org, lines):
    connector = await make_salesforce()
    await connector.send_bulk([Record("k9", NAMES[0], 1, values(0))])
    await lives(connector, org[1], "/services/data", lines)


async def test_of_hubspot(make_hubspot, portal, lines):
    connector = await make_hubspot()
    await connector.make_properties(WANTED)
    await connector.send([Record("k9", NAMES[1], 1, values(1))])
    await portal[1].change_record("contacts", NAMES[1], email="mei@example.com")
    await lives(connector, portal[1], "/crm/v3/objects", lines)
