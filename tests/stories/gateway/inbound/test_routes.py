"""HubSpot delivers over HTTP: signed and fresh it is carried out, anything else is refused."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from tests.stories.gateway.conftest import Gateway
from tests.stories.gateway.inbound.conftest import TELLER, arrived, consents
from yumen.gateway import cases
from yumen.gateway.inbound import ROUTES, Hook, Hooks
from yumen.kit.clock import real_now
from yumen.kit.ids import SubjectId
from yumen.kit.web import Limits, Opened, web_app
from yumen.kit.work import Work
from yumen.security import access

SECRET = b"a client secret"
PUBLIC = "https://hooks.velvet.example"


class HooksDoor:
    async def recognise(self, work: Work, token: str) -> None:
        return None

    def allowed(self, roles: tuple[str, ...], resource: str, action: str) -> bool:
        return access.allowed(roles, resource, action)


@dataclass
class HubSpot:
    gateway: Gateway
    client: AsyncTestClient[Any]
    person: SubjectId
    record: str

    async def deliver(self, events: object, *, ago_s: int = 0, path: str = "/hooks/hubspot/hq-hubspot") -> Any:
        body = json.dumps(events).encode()
        timestamp = str(round((real_now().timestamp() - ago_s) * 1000))
        told = b"POST" + f"{PUBLIC}{path}".encode() + body + timestamp.encode()
        signature = base64.b64encode(hmac.new(SECRET, told, sha256).digest()).decode()
        headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": timestamp}
        return await self.client.post(path, content=body, headers={**headers, "Content-Type": "application/json"})

    def opt_out(self, record: str | None = None, event: int = 1) -> dict[str, object]:
        return {
            "eventId": event,
            "subscriptionId": 7,
            "occurredAt": 1_760_000_000_000,
            "objectId": int(record or self.record),
            "subscriptionType": "contact.propertyChange",
            "propertyName": "yumen_export_optout",
            "propertyValue": "true",
        }


@pytest.fixture
async def hubspot(heeding: Gateway) -> AsyncIterator[HubSpot]:
    person, _ = await arrived(heeding)
    await heeding.do("update gateway.presence set remote_id = '50123' where subject_id = %s", person)
    heeding.work.services[Hooks] = Hooks(PUBLIC, [Hook(heeding.handler, TELLER, (SECRET,))])  # type: ignore[index]

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        async def ready() -> dict[str, str]:
            return {}

        yield Opened(heeding.work, ready)

    app = web_app(ROUTES, HooksDoor(), Limits(), opening, "hooks", "1")
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield HubSpot(heeding, client, person, "50123")


async def test_an_opt_out_at_hubspot_is_carried_out_here(hubspot: HubSpot) -> None:
    answer = await hubspot.deliver([hubspot.opt_out(), hubspot.opt_out("1", event=2)])
    assert (answer.status_code, answer.json()) == (200, {"statements": 1, "new": 1})
    assert (await consents(hubspot.gateway, hubspot.person))["export"] == "withdrawn"


@pytest.mark.parametrize(("kind", "requests"), [("contact.deletion", 0), ("contact.privacyDeletion", 1)])
async def test_a_deletion_at_hubspot_is_a_case_here(hubspot: HubSpot, kind: str, requests: int) -> None:
    event = {"eventId": 5, "subscriptionId": 7, "occurredAt": 1_760_000_000_000, "objectId": 50123}
    answer = await hubspot.deliver([event | {"subscriptionType": kind}])
    assert (answer.status_code, answer.json()["statements"]) == (200, requests)
    async with hubspot.gateway.unit() as uow:
        (case,) = await cases.list_open(uow)
    assert (case.subject, case.code) == (hubspot.person, cases.DELETED)


async def test_a_deletion_of_our_own_is_no_wish_of_the_persons(hubspot: HubSpot) -> None:
    """HubSpot tells of every privacy deletion, also of that by which we take somebody back."""
    await hubspot.gateway.withdraw(hubspot.person)
    await hubspot.gateway.judge()
    event = {"eventId": 5, "subscriptionId": 7, "occurredAt": 1_760_000_000_000, "objectId": 50123}
    answer = await hubspot.deliver([event | {"subscriptionType": "contact.privacyDeletion"}])
    assert answer.json() == {"statements": 0, "new": 0}
    assert await hubspot.gateway.rows("select id from gateway.case_file") == []


async def test_delivered_again_it_is_taken_and_changes_nothing(hubspot: HubSpot) -> None:
    await hubspot.deliver([hubspot.opt_out()])
    answer = await hubspot.deliver([hubspot.opt_out() | {"attemptNumber": 1}])
    assert (answer.status_code, answer.json()) == (200, {"statements": 1, "new": 0})
    assert await hubspot.gateway.kinds("abroad.") == ["abroad.heard"]


async def test_the_address_with_its_query_is_what_was_signed(hubspot: HubSpot) -> None:
    answer = await hubspot.deliver([], path="/hooks/hubspot/hq-hubspot?a=1&b=%20")
    assert answer.status_code == 200


async def test_an_old_delivery_is_refused(hubspot: HubSpot) -> None:
    answer = await hubspot.deliver([hubspot.opt_out()], ago_s=301)
    assert (answer.status_code, answer.json()["code"]) == (401, "abroad.signature_stale")
    assert (await consents(hubspot.gateway, hubspot.person))["export"] == "given"


async def test_without_its_signature_nothing_is_believed(hubspot: HubSpot) -> None:
    for headers in ({}, {"X-HubSpot-Signature-v3": "x", "X-HubSpot-Request-Timestamp": "1"}):
        answer = await hubspot.client.post("/hooks/hubspot/hq-hubspot", content=b"[]", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "abroad.signature_wrong")


async def test_an_unknown_connection_and_nonsense_are_refused(hubspot: HubSpot) -> None:
    answer = await hubspot.deliver([], path="/hooks/hubspot/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "abroad.hook_unknown")
    answer = await hubspot.deliver({"not": "a list"})
    assert (answer.status_code, answer.json()["code"]) == (400, "abroad.unreadable")
