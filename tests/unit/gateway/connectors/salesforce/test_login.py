"""Both ways to log in, and what Salesforce may answer to them."""

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from yumen.gateway.connectors.channel import Channel
from yumen.gateway.connectors.salesforce import JwtLogin, Org, SecretLogin
from yumen.gateway.connectors.salesforce.login import assertion, log_in
from yumen.kit.errors import NotSent, Rejected

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def opened(part):
    return json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@pytest.fixture
def login_once(http, recipient):
    async def login(login=SecretLogin("client", "s3cret&="), **changed):  # noqa: B008
        org = Org(**{"login_url": recipient.url, "login": login} | changed)
        return await log_in(Channel("salesforce", http), org, lambda: NOW)

    return login


def test_an_assertion_is_signed_and_short_lived(rsa_key):
    signed = assertion(JwtLogin("consumer", "gate@velvet.example", rsa_key), int(NOW.timestamp()))
    head, claims, signature = signed.split(".")
    assert opened(head) == {"alg": "RS256", "typ": "JWT"}
    said = opened(claims)
    assert (said["iss"], said["sub"]) == ("consumer", "gate@velvet.example")
    assert said["aud"] == "https://login.salesforce.com"
    assert said["exp"] == int(NOW.timestamp()) + 180
    raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    rsa_key.public_key().verify(raw, f"{head}.{claims}".encode(), PKCS1v15(), SHA256())


def test_an_assertion_is_good_for_one_use(rsa_key):
    login = JwtLogin("consumer", "gate@velvet.example", rsa_key)
    assert assertion(login, 0) != assertion(login, 0)


async def test_the_jwt_flow_sends_its_assertion(login_once, recipient, rsa_key):
    recipient.answer = lambda asked: {"access_token": "00D!x", "instance_url": recipient.url}
    token = await login_once(JwtLogin("consumer", "gate@velvet.example", rsa_key))
    assert (token.value, token.origin) == ("00D!x", recipient.url)
    form = recipient.asked[0].form
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert form["assertion"].count(".") == 2


async def test_the_secret_flow_sends_its_secret_encoded(login_once, recipient):
    recipient.answer = lambda asked: {"access_token": "00D!x", "instance_url": recipient.url}
    await login_once()
    assert recipient.asked[0].form == {
        "grant_type": "client_credentials",
        "client_id": "client",
        "client_secret": "s3cret&=",
    }


@pytest.mark.parametrize(
    ("instance", "taken"),
    [
        ("https://velvet.my.salesforce.com", True),
        ("https://velvet.my.sfcrmproducts.cn/", True),
        ("http://velvet.my.salesforce.com", False),
        ("https://salesforce.com.evil.example", False),
        ("https://evil.example/.salesforce.com", False),
        ("https://evil@velvet.my.salesforce.com", False),
        ("https://evil.example\\.salesforce.com", False),
        ("https://[evil", False),
        ("https://velvet.my.salesforce.com:none", False),
        ("https://velvet.my.salesforce.com:99999", False),
        ("", False),
    ],
)
async def test_persons_go_only_where_salesforce_may_be(login_once, recipient, instance, taken):
    recipient.answer = lambda asked: {"access_token": "00D!x", "instance_url": instance}
    if taken:
        assert (await login_once()).origin == instance.rstrip("/")
        return
    with pytest.raises(Rejected) as refusal:
        await login_once()
    assert refusal.value.code == "connector.login_elsewhere"


@pytest.mark.parametrize(
    ("answer", "code", "upstream"),
    [
        ((400, {"error": "invalid_grant", "error_description": "user hasn't approved"}), "refused", "invalid_grant"),
        ((400, {"error": "Mei Wang"}), "refused", "OTHER"),
        ((400, b"<html>"), "refused", ""),
        ((302, b"", {"Location": "https://evil.example"}), "refused", ""),
        ((200, b"{}"), "unanswered", ""),
        ((200, {"access_token": "line\r\nbreak", "instance_url": "https://a.salesforce.com"}), "unanswered", ""),
        ((400, {"error": "rate_limit_exceeded"}), "unanswered", "rate_limit_exceeded"),
        ((503, b""), "unanswered", ""),
        ((500, b"x" * (5 << 20)), "unanswered", "http.answer_too_long"),
    ],
)
async def test_a_failed_login_sends_nobody(login_once, recipient, answer, code, upstream):
    recipient.answer = lambda asked: answer
    with pytest.raises(NotSent) as refusal:
        await login_once()
    assert (refusal.value.code, refusal.value.upstream) == (f"connector.login_{code}", upstream)
    assert len(recipient.asked) == 1
