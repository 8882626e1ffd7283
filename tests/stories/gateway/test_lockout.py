"""A recipient that refuses our credentials: told once, knocked at ever more rarely, and gone on with when mended."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.stories.gateway.conftest import CONTRACT, Gateway
from tests.stories.gateway.connectors.conftest import http, make_salesforce, org  # noqa: F401  # fixtures
from yumen.gateway import Recipient, connections, dispatch, lockout
from yumen.gateway.connection_store import Connection
from yumen.gateway.connectors import FieldMap
from yumen.gateway.connectors.tokens import BREATHE_S
from yumen.gateway.tally import Tally
from yumen.kit.errors import NotSent, Rejected


def refused(what: str = "connector.login_refused", upstream: str = "invalid_grant") -> Any:
    return lambda call, n: NotSent(what, upstream, system="salesforce")


def well(call: str, n: int) -> None:
    return None


async def standing(gateway: Gateway) -> Connection:
    async with gateway.unit() as uow:
        return (await connections.status(uow))[0].connection


async def alarms(gateway: Gateway) -> list[str]:
    return [one.code for one in gateway.bus.heard if isinstance(one, lockout.LockedOut)]


async def test_a_refused_login_ends_the_round_marks_the_connection_and_tells_people_once(gateway: Gateway) -> None:
    await gateway.members(3)
    await gateway.judge()
    gateway.hq.trouble = refused()
    for _ in range(3):
        assert (await gateway.send()).code == "gateway.locked_out"
    known = await standing(gateway)
    assert (known.state, known.code) == ("running", "connector.login_refused")
    assert known.locked_out_at is not None
    assert known.down_since_at is not None
    assert await alarms(gateway) == ["connector.login_refused"]
    assert await gateway.kinds("gateway.") == ["gateway.locked_out"]
    assert gateway.hq.sent == []


async def test_a_session_refused_for_a_moment_is_no_lock_out_and_one_refused_for_longer_is(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    gateway.hq.trouble = refused("connector.session_refused", "INVALID_SESSION_ID")
    await gateway.send()
    known = await standing(gateway)
    assert (known.locked_out_at, known.code) == (None, "connector.session_refused")
    gateway.clock.offset += timedelta(seconds=30)
    await gateway.send()
    assert await alarms(gateway) == ["connector.session_refused"]


async def test_the_gate_knocks_ever_more_rarely_and_goes_on_by_itself(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    gateway.hq.trouble = refused()
    await gateway.send()
    asked = gateway.hq.numbers
    knocks, waits, waited = 0, [], 0
    for _ in range(1_800):  # half an hour, second by second
        gateway.clock.offset += timedelta(seconds=1)
        waited += 1
        before = next(asked)
        assert await lockout.is_shut(gateway.work, gateway.recipient)
        if next(asked) > before + 1:
            knocks, waits, waited = knocks + 1, [*waits, waited], 0
    assert waits[0] <= 6
    assert max(waits) <= 301
    assert knocks < 20
    gateway.hq.trouble = well
    gateway.clock.offset += lockout.KNOCK_LAST
    assert not await lockout.is_shut(gateway.work, gateway.recipient)
    assert (await gateway.send()).arrived == 1
    known = await standing(gateway)
    assert (known.locked_out_at, known.down_since_at, known.code) == (None, None, "")
    assert await gateway.kinds("gateway.") == ["gateway.locked_out", "gateway.let_in"]


async def test_whoever_resumes_lets_it_knock_at_once(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    gateway.hq.trouble = refused()
    await gateway.send()
    assert await lockout.is_shut(gateway.work, gateway.recipient)
    gateway.hq.trouble = well
    async with gateway.unit() as uow:
        await connections.resume(uow, CONTRACT)
    assert not await lockout.is_shut(gateway.work, gateway.recipient)
    assert (await gateway.send()).arrived == 1


async def test_a_recipient_that_knows_us_and_refuses_something_else_is_no_longer_locked_out(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    gateway.hq.trouble = refused()
    await gateway.send()
    gateway.hq.trouble = lambda call, n: Rejected("connector.access_refused", system="salesforce")
    gateway.clock.offset += lockout.KNOCK_LAST
    assert not await lockout.is_shut(gateway.work, gateway.recipient)
    await gateway.send()
    assert (await standing(gateway)).state == "stopped"


@pytest.mark.parametrize("call", ["ask", "recall"])
async def test_a_lock_out_in_a_recall_hands_nobody_to_people(gateway: Gateway, call: str) -> None:
    person = await gateway.member()
    await gateway.all_of_it()
    await gateway.withdraw(person)
    await gateway.judge()
    gateway.hq.trouble = lambda what, n: refused()(what, n) if what == call else None
    told = await gateway.recall()
    assert (told.done, told.people) == (0, 0)
    assert await alarms(gateway) == ["connector.login_refused"]
    gateway.hq.trouble = well
    gateway.clock.offset += timedelta(hours=1)
    assert (await gateway.recall()).done == 1
    assert gateway.hq.held == {}


async def test_what_was_flying_is_asked_for_once_the_credentials_are_mended(gateway: Gateway) -> None:
    await gateway.member()
    await gateway.judge()
    assert (await gateway.send()).arrived == 1
    await gateway.do("update gateway.presence set flying_key = gen_random_uuid(), flying_place = 1")
    gateway.hq.trouble = lambda what, n: refused()(what, n) if what == "ask" else None
    assert (await gateway.send()).code == "gateway.locked_out"
    gateway.hq.trouble = well
    assert (await gateway.send()).code == ""


async def test_salesforce_locks_us_out_on_demand_and_lets_us_in(gateway: Gateway, make_salesforce, org):  # noqa: F811
    """A frozen user, then an app that was revoked: the sandbox plays both."""
    names = {"Member_No": "Yumen_Id__c", "Nickname": "FirstName", "Phone_Hash": "Description"}
    fields = FieldMap("Yumen_Id__c", names, {"LastName": "-"}, "Yumen_Version__c")
    recipient = replace(gateway.recipient, connector=await make_salesforce(fields, bulk_from=None))
    await org[1].change_org(refuse_sessions=True)
    await gateway.member()
    await gateway.judge()
    assert (await send(gateway, recipient)).code == "gateway.locked_out"
    gateway.clock.offset += timedelta(minutes=1)
    await asyncio.sleep(BREATHE_S)
    app = (await org[1].apps())[0]
    await org[1].change_org(refuse_sessions=False)
    await org[1].change_app(app.client_id, approved=False)
    await org[1].expire_tokens()
    assert (await send(gateway, recipient)).code == "gateway.locked_out"
    assert await alarms(gateway) == ["connector.login_refused"]
    await org[1].change_app(app.client_id, approved=True)
    await asyncio.sleep(BREATHE_S)
    gateway.clock.offset += lockout.KNOCK_LAST
    assert not await lockout.is_shut(gateway.work, recipient)
    assert (await send(gateway, recipient)).arrived == 1
    assert len(await org[1].records("Contact")) == 1


async def send(gateway: Gateway, recipient: Recipient) -> Tally:
    return await dispatch.run_round(gateway.work, gateway.gate, recipient, gateway.patience)
