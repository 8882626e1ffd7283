"""HubSpot's webhooks: published vectors, whatever is changed is refused, and only what is asked for is read."""

from __future__ import annotations

import base64
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.gateway.inbound import Kind, hubspot
from yumen.kit.errors import Problem

SECRET = b"yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"
ADDRESS = "https://www.example.com/webhook_uri"
BODY = b'{"example_field":"example_value"}'
TIMESTAMP = "1700000000000"
SIGNATURE = "rQEKkaNUiu+1qGF//O/pw4BCzstSqO1PyUnGICmf+7o="
NOW = datetime.fromtimestamp(1_700_000_000, UTC)


def check(
    body: bytes = BODY,
    address: str = ADDRESS,
    timestamp: str = TIMESTAMP,
    signature: str = SIGNATURE,
    now: datetime = NOW,
    secrets: tuple[bytes, ...] = (SECRET,),
) -> None:
    hubspot.check(secrets, "POST", address, body, timestamp, signature, now)


def signed(address: str, body: bytes = BODY) -> str:
    told = b"POST" + address.encode() + body + TIMESTAMP.encode()
    return base64.b64encode(hmac.new(SECRET, told, sha256).digest()).decode()


def event(**changed: object) -> dict[str, object]:
    plain = {
        "eventId": 1, "subscriptionId": 2, "portalId": 3, "appId": 4, "occurredAt": 1_700_000_000_000,
        "subscriptionType": "contact.propertyChange", "attemptNumber": 0, "objectId": 17,
        "propertyName": "hs_email_optout", "propertyValue": "true", "changeSource": "CRM_UI", "sourceId": "x",
    }  # fmt: skip
    return {**plain, **changed}


def read(*events: object) -> list[tuple[str, str, str]]:
    found = hubspot.read(json.dumps(events).encode(), hubspot.RULES)
    return [(said.record, said.statement.kind.value, said.statement.matter) for said in found]


def test_the_signature_is_the_one_that_hubspot_makes() -> None:
    check()


def test_either_secret_will_do_while_one_is_being_replaced() -> None:
    check(secrets=(b"new", SECRET))
    with pytest.raises(Problem, match=r"abroad\.signature_wrong"):
        check(secrets=(b"new", b"newer"))
    with pytest.raises(Problem, match=r"abroad\.signature_wrong"):
        check(secrets=())


@given(st.text(max_size=64).filter(lambda text: text != SIGNATURE))
def test_any_other_signature_is_refused(signature: str) -> None:
    with pytest.raises(Problem, match=r"abroad\.signature_wrong"):
        check(signature=signature)


@given(st.binary(max_size=64).filter(lambda body: body != BODY))
def test_any_other_body_is_refused(body: bytes) -> None:
    with pytest.raises(Problem, match=r"abroad\.signature_wrong"):
        check(body=body)


@pytest.mark.parametrize("timestamp", ["", "x", "-1", "1700000000001", "１７", "9" * 20])
def test_any_other_timestamp_is_refused(timestamp: str) -> None:
    with pytest.raises(Problem, match=r"abroad\.signature_wrong"):
        check(timestamp=timestamp)


@pytest.mark.parametrize(("seconds", "fresh"), [(0, True), (300, True), (301, False), (-300, True), (-301, False)])
def test_it_counts_for_five_minutes(seconds: int, fresh: bool) -> None:
    now = datetime.fromtimestamp(1_700_000_000 + seconds, UTC)
    if fresh:
        check(now=now)
    else:
        with pytest.raises(Problem, match=r"abroad\.signature_stale"):
            check(now=now)


def test_escapes_that_hubspot_writes_plainly_are_read_plainly() -> None:
    plain = "https://www.example.com/hooks/a:b?x=1,2&y=%20"
    check(address="https://www.example.com/hooks/a%3Ab?x=1%2c2&y=%20", signature=signed(plain))


def test_an_opt_out_is_read_and_other_changes_are_not() -> None:
    assert read(event()) == [("17", "opt_out", "marketing")]
    assert read(event(propertyValue="false")) == [("17", "opt_in", "marketing")]
    assert read(event(propertyName="firstname", propertyValue="X")) == []
    assert read(event(subscriptionType="contact.creation", propertyName="", propertyValue=None)) == []
    assert read(event(subscriptionType="", eventType="contact.propertyChange")) == [("17", "opt_out", "marketing")]
    assert read(event(propertyName="yumen_export_optout")) == [("17", "opt_out", "export")]


def test_requests_are_read() -> None:
    assert read(event(propertyName="yumen_rights_request", propertyValue="access")) == [("17", "request", "access")]
    assert read(event(propertyName="yumen_rights_request", propertyValue="everything")) == []
    forgotten = event(subscriptionType="contact.privacyDeletion", propertyName="", propertyValue=None)
    assert read(forgotten) == [("17", "request", "delete")]


def test_what_happened_first_is_heard_first() -> None:
    late = event(occurredAt=1_700_000_000_005, propertyValue="false", eventId=1)
    assert [kind for _, kind, _ in read(late, event(eventId=2))] == ["opt_out", "opt_in"]


def test_the_same_event_has_the_same_key_and_another_has_another() -> None:
    def key(**changed: object) -> bytes:
        (said,) = hubspot.read(json.dumps([event(**changed)]).encode(), hubspot.RULES)
        return said.statement.key

    assert key() == key(attemptNumber=3)
    assert len({key(), key(eventId=9), key(objectId=9), key(occurredAt=9), key(subscriptionId=9)}) == 5


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[1]", b"[{}]", b"null", b"\xff", b"[" * 5000, json.dumps([event()] * 101).encode(),
     json.dumps([event(objectId="17")]).encode(), json.dumps([event(occurredAt=-1)]).encode(),
     json.dumps([event(propertyValue="x" * 5000)]).encode()],
)  # fmt: skip
def test_nonsense_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Problem, match=r"abroad\.unreadable"):
        hubspot.read(body, hubspot.RULES)


@given(st.binary(max_size=300))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with suppress(Problem):
        assert all(one.statement.kind in set(Kind) for one in hubspot.read(body, hubspot.RULES))
