"""HubSpot as it behaves when persons arrive there: rates, dying tokens, shuffled answers, erasure, drift."""

import asyncio
import json
import time
from base64 import b64decode

import pytest

from tests.stories.gateway.connectors.conftest import PERSON, WANTED, values
from yumen.gateway.connectors import Outcome, RecallWay, Record
from yumen.gateway.connectors.hubspot import RefreshLogin
from yumen.gateway.connectors.kit import Shape, check_start, find_drift
from yumen.kit.errors import NotSent, Unsettled


def person(number: int, version: int = 1, **changed) -> Record:
    return Record(f"k{number}-{version}", f"M{number:06}", version, {**values(number), **changed})


@pytest.fixture
async def hubspot(make_hubspot):
    connector = await make_hubspot()
    await connector.make_properties(WANTED)
    return connector


async def test_what_a_mapping_needs_is_made_once(make_hubspot, portal):
    connector = await make_hubspot()
    assert await connector.make_properties(WANTED) == [
        "member_no",
        "yumen_version",
        "tier",
        "points",
        "yumen_suppressed",
    ]
    assert await connector.make_properties(WANTED) == []
    assert find_drift(PERSON, {"Points": Shape("number")}, await connector.describe()) == []


async def test_tokens_that_die_after_every_few_calls_lose_nobody(make_hubspot, hubspot, portal):
    app = await portal[1].app()
    await portal[1].change_portal(token_calls_max=2)
    oauth = await make_hubspot(login=RefreshLogin(app.client_id, app.client_secret, app.refresh_token))
    for number in range(10):
        assert (await oauth.send([person(number)]))[0].outcome is Outcome.DONE
    assert all(one.present for one in await oauth.ask([f"M{number:06}" for number in range(10)]))


async def test_a_wrong_secret_stops_the_connection(make_hubspot, portal):
    app = await portal[1].app()
    with pytest.raises(NotSent) as failure:
        await (await make_hubspot(login=RefreshLogin(app.client_id, "wrong-secret", app.refresh_token))).describe()
    assert failure.value.code == "connector.login_refused"


async def test_good_and_bad_are_told_apart_in_shuffled_answers(hubspot):
    records = [person(number, Tier="Wood" if number % 10 == 3 else "Gold") for number in range(100)]
    told = await hubspot.send(records)
    assert [one.external_id for one in told] == [record.external_id for record in records]
    refused = [one for one in told if one.outcome is Outcome.REJECTED]
    assert [one.external_id for one in refused] == [f"M{number:06}" for number in range(3, 100, 10)]
    assert {(one.code, one.place) for one in refused} == {("INVALID_OPTION", "tier")}
    assert (await hubspot.ask(["M000004"]))[0].version == 1


async def test_the_pace_keeps_refusals_away(hubspot, portal):
    await portal[1].change_portal(burst_max=20)
    await hubspot.ask(["M000001"])
    began = time.monotonic()
    await asyncio.gather(*(hubspot.send([person(number)]) for number in range(25)))
    assert time.monotonic() - began > 5
    assert [row for row in await portal[1].calls(100, "/crm/v3/objects") if row.status == 429] == []


async def test_a_spent_day_is_not_sent(hubspot, portal):
    await portal[1].change_portal(daily_max=1)
    with pytest.raises(NotSent) as failure:
        for number in range(5):
            await hubspot.send([person(number)])
    assert (failure.value.code, failure.value.upstream) == ("connector.quota_spent", "DAILY")
    assert (await hubspot.budget()).calls_left == 0


async def test_half_a_batch_that_was_carried_out_is_found(hubspot, portal):
    await portal[1].trouble("partial", path="/crm/v3/objects", left=1)
    records = [person(number, 3) for number in range(40)]
    with pytest.raises(Unsettled):
        await hubspot.send(records)
    found = await hubspot.ask([record.external_id for record in records])
    there = [one for one in found if one.present]
    assert 0 < len(there) < 40
    assert {one.version for one in there} == {3}
    left = [record for record, one in zip(records, found, strict=True) if not one.present]
    assert {one.outcome for one in await hubspot.send(left)} == {Outcome.DONE}


async def test_an_erased_person_is_gone_for_good(hubspot, portal):
    await hubspot.send([person(1), person(2)])
    (told,) = await hubspot.recall(["M000001"], RecallWay.DELETE)
    assert told.outcome is Outcome.DONE
    assert [one.properties["member_no"] for one in await portal[1].records("contacts")] == ["M000002"]


async def test_an_erasure_that_takes_its_time_is_seen_by_reading_back(hubspot, portal):
    await portal[1].change_portal(gdpr_lag_s=60.0)
    await hubspot.send([person(1)])
    assert (await hubspot.recall(["M000001"], RecallWay.DELETE))[0].outcome is Outcome.DONE
    assert (await hubspot.ask(["M000001"]))[0].present


async def test_a_portal_that_refuses_erasures_says_so_for_each_person(hubspot, portal):
    await hubspot.send([person(1)])
    await portal[1].change_portal(refuse_deletes=True)
    told = await hubspot.recall(["M000001", "M000009"], RecallWay.DELETE)
    assert [one.outcome for one in told] == ["rejected", "done"]
    assert (await hubspot.ask(["M000001"]))[0].present


async def test_whoever_is_left_alone_gets_no_mail(hubspot, portal):
    await hubspot.send([person(1)])
    await portal[1].change_record("contacts", "M000001", email="mei@example.com")
    (told,) = await hubspot.recall(["M000001"], RecallWay.SUPPRESS)
    assert told.outcome is Outcome.DONE
    properties = (await portal[1].record("contacts", "M000001")).properties
    assert properties["yumen_suppressed"] == "true"
    (call,) = [one for one in await portal[1].letters() if "/communication-preferences/" in one.target]
    assert call.target == "/communication-preferences/v4/statuses/batch/unsubscribe-all?channel=EMAIL"
    assert json.loads(b64decode(call.body)) == {"inputs": ["mei@example.com"]}


async def test_drift_is_found_before_anybody_is_sent(hubspot, portal):
    shapes = {"Points": Shape("number"), "Tier": Shape("choice", choices=("Gold", "Jade"))}
    await check_start(hubspot, PERSON, shapes)
    await portal[1].rename_property("contacts", "points", "points_total")
    drifts = find_drift(PERSON, shapes, await hubspot.describe())
    assert [(drift.code, drift.field) for drift in drifts] == [("connector.drift.missing", "points")]
