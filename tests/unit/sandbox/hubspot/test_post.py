import asyncio
import base64
import hashlib
import hmac
import time

import pytest

from yumen.sandbox.hubspot import consenting, events, hook_desk  # noqa: F401 - under test, over HTTP
from yumen.sandbox.hubspot.post import signature_v3

ALL = (("contact.propertyChange", "hs_email_optout"), ("contact.deletion", ""), ("contact.privacyDeletion", ""))


async def until(done, what: str) -> None:
    for _ in range(200):
        if done():
            return
        await asyncio.sleep(0.02)
    pytest.fail(what)


@pytest.fixture
async def hooked(caller, admin, receiver):
    await admin.set_hooks(receiver.url, *ALL)
    await caller.upsert(("a", {"email": "a@example.com"}), ("b", {"email": "b@example.com"}))
    return receiver


def test_the_signature_is_that_of_the_vector():
    secret, url = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy", "https://www.example.com/webhook_uri"
    body = b'{"example_field":"example_value"}'
    assert signature_v3(secret, "POST", url, body, "1700000000000") == "rQEKkaNUiu+1qGF//O/pw4BCzstSqO1PyUnGICmf+7o="
    coded, plain = url + "%2Fx%3a", url + "/x:"
    assert signature_v3(secret, "POST", coded, body, "1") == signature_v3(secret, "POST", plain, body, "1")


async def test_an_opt_out_at_hq_is_told_and_signed(admin, app, hooked):
    await admin.opt_out("contacts", "a")
    await until(lambda: hooked.heard, "nothing was heard")
    headers, body = hooked.heard[0]
    stamp = headers["X-HubSpot-Request-Timestamp"]
    source = b"POST" + hooked.url.encode() + body + stamp.encode()
    expected = base64.b64encode(hmac.new(app.client_secret.encode(), source, hashlib.sha256).digest()).decode()
    assert headers["X-HubSpot-Signature-v3"] == expected
    assert headers["X-HubSpot-Signature"] == hashlib.sha256(app.client_secret.encode() + body).hexdigest()
    assert abs(time.time() * 1000 - int(stamp)) < 60_000
    (event,) = hooked.events()
    assert (event["subscriptionType"], event["propertyName"], event["propertyValue"]) == (*ALL[0], "true")
    assert (event["attemptNumber"], event["changeSource"], event["appId"]) == (0, "CRM_UI", app.app_id)
    assert str(event["objectId"]) == (await admin.record("contacts", "a")).id


async def test_deletions_of_both_kinds_are_told_apart(admin, hooked):
    await admin.archive_record("contacts", "a")
    await admin.erase_record("contacts", "b")
    await until(lambda: len(hooked.events()) == 2, "not both were heard")
    assert [one["subscriptionType"] for one in hooked.events()] == ["contact.deletion", "contact.privacyDeletion"]


async def test_a_failed_delivery_is_tried_again_with_its_number(admin, hooked):
    await admin.change_hook_rules(retry_s=0.05)
    hooked.answers += [500, 503]
    await admin.opt_out("contacts", "a")
    await until(lambda: len(hooked.heard) == 3, "it was not tried again")
    assert [one["attemptNumber"] for one in hooked.events()] == [0, 1, 2]
    await asyncio.sleep(0.1)
    (delivery,) = await admin.deliveries()
    assert (delivery.state, delivery.outcomes) == ("delivered", ["500", "503", "204"])


async def test_it_gives_up_in_the_end(admin, hooked):
    await admin.change_hook_rules(retry_s=0, attempts_max=2)
    hooked.answers += [500, 500, 500]
    await admin.opt_out("contacts", "a")
    for _ in range(200):
        (delivery,) = await admin.deliveries()
        if delivery.state == "dropped":
            break
        await asyncio.sleep(0.02)
    assert delivery.outcomes == ["500", "500"]


async def test_events_can_be_doubled_forged_and_old(admin, app, hooked):
    await admin.change_hook_rules(duplicates=True, wrong_signature=True, old_timestamp_s=600, shuffles=True)
    await admin.opt_out("contacts", "a")
    await until(lambda: hooked.heard, "nothing was heard")
    headers, body = hooked.heard[0]
    assert len({one["eventId"] for one in hooked.events()}) == 1
    assert len(hooked.events()) == 2
    stamp = headers["X-HubSpot-Request-Timestamp"]
    assert headers["X-HubSpot-Signature-v3"] != signature_v3(app.client_secret, "POST", hooked.url, body, stamp)
    assert time.time() * 1000 - int(stamp) > 500_000


async def test_a_hundred_events_a_delivery(caller, admin, receiver):
    await admin.set_hooks(receiver.url, ("contact.creation", ""))
    await caller.upsert(*((f"p{n}", {}) for n in range(100)))
    await caller.upsert(*((f"q{n}", {}) for n in range(50)))
    await until(lambda: len(receiver.events()) == 150, "not all were heard")
    assert len(receiver.heard) >= 2


async def test_what_the_api_changes_is_told_as_integration(caller, hooked):
    place = "/communication-preferences/v4/statuses/a@example.com"
    assert (await caller.call("POST", f"{place}/unsubscribe-all"))[0] == 200
    await until(hooked.events, "nothing was heard")
    assert hooked.events()[0]["changeSource"] == "INTEGRATION"
    _, statuses = await caller.call("GET", place)
    assert {one["status"] for one in statuses["results"]} == {"UNSUBSCRIBED"}


async def test_subscriptions_are_set_by_the_api_too(caller, admin, receiver):
    base = "/webhooks/v3/1000001"
    assert (await caller.call("GET", f"{base}/settings"))[0] == 404
    target = {"targetUrl": receiver.url, "throttling": {"maxConcurrentRequests": 5}}
    assert (await caller.call("PUT", f"{base}/settings", target))[1]["throttling"]["maxConcurrentRequests"] == 5
    away = {**target, "targetUrl": "https://hq.example/hook"}
    assert (await caller.call("PUT", f"{base}/settings", away))[0] == 400
    status, made = await caller.call(
        "POST", f"{base}/subscriptions", {"eventType": "contact.deletion", "active": False}
    )
    assert status == 201
    assert (await caller.call("POST", f"{base}/subscriptions", {"eventType": "contact.dreams"}))[0] == 400
    place = f"{base}/subscriptions/{made['id']}"
    assert (await caller.call("PATCH", place, {"active": True}))[1]["active"]
    assert (await caller.call("GET", place))[0] == 200
    await caller.upsert(("a", {}))
    await admin.archive_record("contacts", "a")
    await until(receiver.events, "nothing was heard")
    assert (await caller.call("DELETE", place))[0] == 204
    assert (await caller.call("GET", f"{base}/subscriptions"))[1]["results"] == []
    assert (await caller.call("DELETE", f"{base}/settings"))[0] == 204


async def test_preferences_keep_their_legal_basis_rules(caller, admin):
    place = "/communication-preferences/v4/statuses/x@example.com"
    wish = {"subscriptionId": 1001, "statusState": "SUBSCRIBED", "channel": "EMAIL"}
    assert (await caller.call("POST", place, wish))[1]["results"][0]["status"] == "SUBSCRIBED"
    await admin.change_portal(data_privacy=True)
    assert (await caller.call("POST", place, wish))[0] == 400
    assert (await caller.call("POST", place, {**wish, "legalBasis": "CONSENT_WITH_NOTICE"}))[0] == 200
    assert (await caller.call("POST", place, {**wish, "legalBasis": "NONSENSE"}))[0] == 400
    assert (await caller.call("POST", place, {**wish, "statusState": "NONSENSE"}))[0] == 400
    assert (await caller.call("GET", "/communication-preferences/v3/definitions"))[0] == 200
    _, body = await caller.call("GET", "/communication-preferences/v3/status/email/x@example.com")
    assert {one["status"] for one in body["subscriptionStatuses"]} == {"SUBSCRIBED", "NOT_SPECIFIED"}
    off = {"emailAddress": "x@example.com", "subscriptionId": "1001"}
    assert (await caller.call("POST", "/communication-preferences/v3/unsubscribe", off))[1][
        "status"
    ] == "NOT_SUBSCRIBED"
    assert (await caller.call("POST", "/communication-preferences/v3/subscribe", {}))[0] == 400
