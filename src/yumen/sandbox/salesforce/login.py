"""The token endpoint: JWT bearer (RS256), client credentials, revoke; and which token a call brings."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from time import time
from typing import Any, Final

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from yumen.sandbox.kit.parse import Malformed, read_query
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.records import App, Session
from yumen.sandbox.salesforce.refusals import LoginRefused, Refusal
from yumen.sandbox.salesforce.world import World

JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LOGIN_HOSTS: Final = frozenset({"login.salesforce.com", "test.salesforce.com"})
MY_DOMAIN: Final = "yumen-sandbox.my.salesforce.com"
MY_DOMAIN_CHINA: Final = "yumen-sandbox.my.sfcrmproducts.cn"
AUDIENCES: Final = frozenset(f"https://{host}" for host in (*LOGIN_HOSTS, MY_DOMAIN, MY_DOMAIN_CHINA))
EXP_AHEAD_MAX_S: Final = 300.0
EXP_SLACK_S: Final = 10.0
SCOPE: Final = "api id"


def give_token(call: Call) -> Reply:
    """`POST /services/oauth2/token`."""
    form = _form(call)
    match form.get("grant_type", ""):
        case grant if grant == JWT_BEARER:
            app, claims = _by_assertion(call.world, form.get("assertion", ""))
            _check_claims(call, app, claims)
            return _issue(call, app)
        case "client_credentials":
            if _host(call) in LOGIN_HOSTS:
                raise LoginRefused("invalid_grant", "request not supported on this domain")
            return _issue(call, _by_secret(call, form), signed=True)
        case "":
            raise LoginRefused("invalid_request", "must supply a grant type")
    raise LoginRefused("unsupported_grant_type", "grant type not supported")


def revoke(call: Call) -> Reply:
    """`POST /services/oauth2/revoke`: 200 without a body, or `unsupported_token_type`."""
    token = _form(call).get("token", call.request.query.get("token", ""))
    if call.world.sessions.pop(token, None) is None:
        raise LoginRefused("unsupported_token_type", "this token type is not supported")
    call.world.journal.drop("session", token)
    return Reply()


def admit(call: Call) -> Session:
    """The session of the call's bearer token; its life begins anew. Raises Refusal (401)."""
    kind, _, token = call.request.headers.get("authorization", "").partition(" ")
    world, org = call.world, call.world.settings.org
    session = world.sessions.get(token.strip()) if kind.lower() in {"bearer", "oauth"} else None
    dead = session is not None and (
        call.now - session.used_at >= org.token_life_s
        or (org.token_calls_max is not None and session.calls >= org.token_calls_max)
    )
    if session is not None and dead:
        del world.sessions[session.token]
        world.journal.drop("session", session.token)
    if session is None or dead or org.refuse_sessions:
        raise Refusal(401, "INVALID_SESSION_ID")
    session.used_at, session.calls = call.now, session.calls + 1
    return world.keep("session", session.token, session)


def read_public_key(pem: str) -> rsa.RSAPublicKey | None:
    """An RSA key out of a certificate or a public key, PEM."""
    try:
        data = pem.encode()
        certified = "CERTIFICATE" in pem
        key = x509.load_pem_x509_certificate(data).public_key() if certified else load_pem_public_key(data)
    except ValueError:
        return None
    return key if isinstance(key, rsa.RSAPublicKey) else None


def _by_assertion(world: World, assertion: str) -> tuple[App, dict[str, Any]]:
    """Whose assertion this is, once its signature holds."""
    parts = assertion.split(".")
    if len(parts) != 3:
        raise LoginRefused("invalid_grant", "invalid assertion")
    head, claims = _opened(parts[0]), _opened(parts[1])
    app = world.apps.get(str(claims.get("iss", "")))
    if app is None:
        raise LoginRefused("invalid_client_id", "client identifier invalid")
    key = read_public_key(app.certificate)
    if head.get("alg") != "RS256" or key is None:
        raise LoginRefused("invalid_grant", "invalid assertion")
    try:
        signed = f"{parts[0]}.{parts[1]}".encode()
        key.verify(_unpadded(parts[2]), signed, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise LoginRefused("invalid_grant", "invalid assertion") from None
    return app, claims


def _check_claims(call: Call, app: App, claims: dict[str, Any]) -> None:
    world = call.world
    audience = claims.get("aud")
    if audience not in AUDIENCES and audience != _own_address(call):
        raise LoginRefused("invalid_grant", "audience is invalid")
    clock = time() + world.settings.org.skew_s  # signatures live in real time
    exp = claims.get("exp")
    if isinstance(exp, str) and exp.isdigit():
        exp = int(exp)
    if not isinstance(exp, int | float) or not clock - EXP_SLACK_S < exp <= clock + EXP_AHEAD_MAX_S + EXP_SLACK_S:
        raise LoginRefused("invalid_grant", "expired authorization code")
    if claims.get("sub") != app.username or not app.approved:
        raise LoginRefused("invalid_grant", "user hasn't approved this consumer")
    if (jti := claims.get("jti")) is not None:
        if str(jti) in world.used_jtis:
            raise LoginRefused("invalid_grant", "invalid assertion")
        world.used_jtis.add(str(jti))


def _by_secret(call: Call, form: dict[str, str]) -> App:
    """The app of client id and secret, in the form or as Basic."""
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    kind, _, given = call.request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic" and not client_id:
        try:
            client_id, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise LoginRefused("invalid_client", "invalid client credentials") from None
    app = call.world.apps.get(client_id)
    if app is None:
        raise LoginRefused("invalid_client_id", "client identifier invalid")
    if not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
        raise LoginRefused("invalid_client", "invalid client credentials")
    if not app.approved:
        raise LoginRefused("invalid_grant", "no client credentials user enabled")
    return app


def _issue(call: Call, app: App, *, signed: bool = False) -> Reply:
    world = call.world
    address = _own_address(call)
    identity = f"https://login.salesforce.com/id/{world.settings.org_id}AAA/0055g00000Gatew001"
    body = {
        "access_token": _session(call, app).token,
        "scope": SCOPE,
        "instance_url": address,
        "id": identity,
        "token_type": "Bearer",
    }
    if signed:
        issued = str(int(call.now * 1000))
        digest = hmac.new(app.client_secret.encode(), (identity + issued).encode(), hashlib.sha256).digest()
        body |= {"issued_at": issued, "signature": base64.b64encode(digest).decode(), "token_format": "opaque"}
    return Reply(body)


def _session(call: Call, app: App) -> Session:
    world = call.world
    if world.settings.org.same_session:
        for session in world.sessions.values():
            if session.client_id == app.client_id and call.now - session.used_at < world.settings.org.token_life_s:
                return session
    token = f"{world.settings.org_id}!AQ0A{secrets.token_urlsafe(66).replace('-', '.')}"
    session = Session(token=token, client_id=app.client_id, username=app.username, used_at=call.now)
    world.sessions[token] = session
    return world.keep("session", token, session)


def _own_address(call: Call) -> str:
    """Where this org is, as the caller reached it: My Domain behind the real names, else the sandbox's own address."""
    host = call.request.headers.get("host", "")
    if host in LOGIN_HOSTS:
        host = MY_DOMAIN
    return f"{'https' if call.request.secure else 'http'}://{host}"


def _host(call: Call) -> str:
    return call.request.headers.get("host", "").partition(":")[0].lower()


def _form(call: Call) -> dict[str, str]:
    try:
        return read_query(call.body.decode()) if call.body else {}
    except (UnicodeDecodeError, Malformed):
        raise LoginRefused("invalid_request", "malformed form") from None


def _opened(part: str) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(_unpadded(part))
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise LoginRefused("invalid_grant", "invalid assertion") from None
    if not isinstance(value, dict):
        raise LoginRefused("invalid_grant", "invalid assertion")
    return value


def _unpadded(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise LoginRefused("invalid_grant", "invalid assertion") from None
