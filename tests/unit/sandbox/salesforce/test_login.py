import base64
import time
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from yumen.sandbox.salesforce import login

KEY = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
AUDIENCE = "https://login.salesforce.com"


def certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), 7, now, now + timedelta(days=1))
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def assertion(app, key=KEY, alg: str = "RS256", **changes) -> str:
    claims = {"iss": app.client_id, "sub": app.username, "aud": AUDIENCE, "exp": int(time.time()) + 120, **changes}
    parts = [msgspec.json.encode(part) for part in ({"alg": alg}, claims)]
    signed = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return f"{signed.decode()}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


async def ask(caller, **form: str):
    url = caller.base + "/services/oauth2/token"
    async with caller.session.post(url, data=form) as answer:
        return answer.status, msgspec.json.decode(await answer.read())


async def jwt(caller, text: str):
    return await ask(caller, grant_type=login.JWT_BEARER, assertion=text)


@pytest.fixture
async def trusted(admin, app):
    return await admin.change_app(app.client_id, certificate=certificate())


async def test_a_signed_assertion_gives_a_token_that_works(caller, trusted):
    status, body = await jwt(caller, assertion(trusted))
    assert status == 200
    assert body["token_type"] == "Bearer"
    assert body["instance_url"] == caller.base
    assert "refresh_token" not in body
    assert "expires_in" not in body
    caller.token = body["access_token"]
    assert (await caller.call("GET", "limits"))[0] == 200


async def test_a_public_key_serves_like_a_certificate(caller, admin, app):
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    changed = await admin.change_app(app.client_id, certificate=pem.decode())
    assert (await jwt(caller, assertion(changed)))[0] == 200


async def test_an_expiry_written_as_text_is_read(caller, trusted):
    assert (await jwt(caller, assertion(trusted, exp=str(int(time.time()) + 60))))[0] == 200


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"aud": "https://example.com"}, "invalid_grant", "audience is invalid"),
        ({"exp": 1}, "invalid_grant", "expired authorization code"),
        ({"exp": int(time.time()) + 3600}, "invalid_grant", "expired authorization code"),
        ({"sub": "somebody@else.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"iss": "nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"key": OTHER}, "invalid_grant", "invalid assertion"),
        ({"alg": "none"}, "invalid_grant", "invalid assertion"),
    ],
)
async def test_a_wrong_assertion_is_refused_with_its_reason(caller, trusted, changes, error, words):
    status, body = await jwt(caller, assertion(trusted, **changes))
    assert status == 400
    assert (body["error"], body["error_description"]) == (error, words)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "e30.e30.x", "💥.💥.💥"])
async def test_what_is_no_assertion_is_refused(caller, trusted, text):
    status, body = await jwt(caller, text)
    assert status == 400
    assert body["error"] in {"invalid_grant", "invalid_client_id"}


async def test_an_assertion_with_a_jti_works_once(caller, trusted):
    text = assertion(trusted, jti="one")
    assert (await jwt(caller, text))[0] == 200
    assert (await jwt(caller, text))[1]["error"] == "invalid_grant"


async def test_a_user_who_was_not_approved_gets_nothing(caller, admin, trusted):
    await admin.change_app(trusted.client_id, approved=False)
    assert (await jwt(caller, assertion(trusted)))[1]["error_description"] == "user hasn't approved this consumer"


async def test_a_skewed_clock_refuses_what_is_fresh_here(caller, admin, trusted):
    await admin.change_org(skew_s=900)
    assert (await jwt(caller, assertion(trusted)))[1]["error_description"] == "expired authorization code"


async def test_client_credentials_work_in_the_form_and_as_basic(caller, app):
    status, body = await caller.log_in(app)
    assert status == 200
    assert body["token_format"] == "opaque"
    basic = base64.b64encode(f"{app.client_id}:{app.client_secret}".encode()).decode()
    url, form = caller.base + "/services/oauth2/token", {"grant_type": "client_credentials"}
    async with caller.session.post(url, data=form, headers={"Authorization": f"Basic {basic}"}) as answer:
        assert answer.status == 200
    async with caller.session.post(url, data=form, headers={"Host": "login.salesforce.com"}) as answer:
        assert msgspec.json.decode(await answer.read())["error"] == "invalid_grant"


async def test_wrong_secrets_and_grants_are_told_apart(caller, app):
    assert (await ask(caller, grant_type="password"))[1]["error"] == "unsupported_grant_type"
    assert (await ask(caller))[1]["error"] == "invalid_request"
    wrong = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": "x"}
    assert (await ask(caller, **wrong))[1]["error"] == "invalid_client"


async def test_a_token_dies_idle_and_lives_by_use(caller, admin):
    for _ in range(2):
        await admin.advance_clock(7000)
        assert (await caller.call("GET", "limits"))[0] == 200
    await admin.advance_clock(7300)
    status, body = await caller.call("GET", "limits")
    assert status == 401
    assert body == [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]


async def test_a_token_may_die_between_two_chunks(caller, admin):
    await admin.change_org(token_calls_max=1)
    assert (await caller.call("GET", "limits"))[0] == 200
    assert (await caller.call("GET", "limits"))[0] == 401


async def test_tokens_are_revoked_and_expired_at_once(caller, admin, app):
    async with caller.session.post(caller.base + "/services/oauth2/revoke", data={"token": caller.token}) as answer:
        assert answer.status == 200
    assert (await caller.call("GET", "limits"))[0] == 401
    await caller.log_in(app)
    assert await admin.expire_tokens() == 1
    assert (await caller.call("GET", "limits"))[0] == 401


async def test_a_login_may_give_the_live_session_again(caller, admin, app):
    first = caller.token
    await caller.log_in(app)
    assert caller.token != first
    await admin.change_org(same_session=True)
    _, body = await caller.log_in(app)
    assert body["access_token"] in {first, caller.token}
