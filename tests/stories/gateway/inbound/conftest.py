"""A gate that heeds objections, with headquarters knowing people by record numbers of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.stories.gateway.conftest import CONTRACT, Gateway
from yumen.customer.consent import ConsentGranted
from yumen.gateway.inbound import Teller, objections
from yumen.kit.ids import SubjectId

TELLER = Teller("hq-hubspot", (CONTRACT,))


@pytest.fixture
def heeding(gateway: Gateway) -> Gateway:
    gateway.gate = replace(gateway.gate, facts=[objections.facts])
    gateway.bus.tap(ConsentGranted, objections.lift)
    return gateway


async def arrived(gateway: Gateway) -> tuple[SubjectId, str]:
    """A member who is at headquarters, and her record's number there."""
    person = await gateway.member()
    await gateway.all_of_it()
    (row,) = await gateway.rows("select remote_id from gateway.presence where subject_id = %s", person)
    return person, str(row["remote_id"])


async def consents(gateway: Gateway, person: SubjectId) -> dict[str, str]:
    rows = await gateway.rows("select purpose, state from consent.current where subject_id = %s", person)
    return {row["purpose"]: row["state"] for row in rows}
