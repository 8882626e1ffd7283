"""Log in to Salesforce: JWT bearer (RFC 7523, RS256) or client credentials. Neither gives a refresh token.

The reply names no lifetime, so a session is used until Salesforce refuses it. No failure is Unsettled: no person was on
the way. Source: Salesforce help, "OAuth 2.0 JWT Bearer Flow" and "OAuth 2.0 Client Credentials Flow".
"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from yumen.gateway.connectors.channel import Call, Channel, decoded
from yumen.gateway.connectors.failures import known, login_refusal
from yumen.gateway.connectors.salesforce.errors import SYSTEM
from yumen.gateway.connectors.salesforce.org import JwtLogin, Org
from yumen.gateway.connectors.tokens import Token
from yumen.kit.errors import NotSent, Rejected, Unsettled

PATH: Final = "/services/oauth2/token"
ASSERTION_S: Final = 180
"""Salesforce wants `exp` within five minutes of its own clock; three leave room for ours."""
HOST: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*", re.ASCII)
"""What is no plain name is read as one host here and as another elsewhere."""
REFUSALS: Final = frozenset(
    {
        *("invalid_grant", "invalid_client_id", "invalid_client", "invalid_request", "unsupported_grant_type"),
        *("inactive_user", "inactive_org", "rate_limit_exceeded", "invalid_app_access", "invalid_assertion"),
        *("unauthorized_client", "access_denied", "server_error", "temporarily_unavailable"),
    }
)


class Granted(msgspec.Struct):
    access_token: str
    instance_url: str


class Refused(msgspec.Struct):
    error: str = ""


async def log_in(channel: Channel, org: Org, now: Callable[[], datetime]) -> Token:
    """A new session. `now` tells the real time. Raises NotSent, Rejected."""
    call = Call(
        "POST",
        org.login_url.rstrip("/") + PATH,
        body=urlencode(_form(org, int(now().timestamp()))).encode(),
        content_type="application/x-www-form-urlencoded",
    )
    try:
        answer = await channel.send(call)
    except (Unsettled, Rejected) as failure:
        raise NotSent("connector.login_unanswered", failure.code, system=SYSTEM) from None
    if answer.status != 200:
        said = decoded(answer.body, Refused) or Refused()
        raise login_refusal(SYSTEM, answer.status, known(said.error, REFUSALS))
    granted = decoded(answer.body, Granted)
    if granted is None or not granted.access_token.isascii() or not granted.access_token.isprintable():
        raise NotSent("connector.login_unanswered", system=SYSTEM)
    return Token(granted.access_token, _instance(org, granted.instance_url))


def assertion(login: JwtLogin, now_s: int) -> str:
    """The signed JWT. `jti` makes it good for one use."""
    claims: dict[str, str | int] = {
        "iss": login.client_id,
        "sub": login.username,
        "aud": login.audience,
        "exp": now_s + ASSERTION_S,
        "jti": secrets.token_hex(16),
    }
    signed = _part({"alg": "RS256", "typ": "JWT"}) + b"." + _part(claims)
    return (signed + b"." + _url_safe(login.key.sign(signed, PKCS1v15(), SHA256()))).decode()


def _form(org: Org, now_s: int) -> dict[str, str]:
    login = org.login
    if isinstance(login, JwtLogin):
        return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion(login, now_s)}
    return {"grant_type": "client_credentials", "client_id": login.client_id, "client_secret": login.client_secret}


def _instance(org: Org, said: str) -> str:
    """The origin that Salesforce named, if it is one of Salesforce's or the one we logged in at. Raises Rejected."""
    elsewhere = Rejected("connector.login_elsewhere", system=SYSTEM)
    try:
        at, home = urlsplit(said), urlsplit(org.login_url)
        name, port = at.hostname or "", at.port
    except ValueError:
        raise elsewhere from None
    if (at.scheme, at.netloc) == (home.scheme, home.netloc):
        return f"{at.scheme}://{at.netloc}"
    theirs = HOST.fullmatch(name) and any(name.endswith(suffix) for suffix in org.hosts)
    if at.scheme != "https" or at.username is not None or not theirs:
        raise elsewhere
    return f"https://{name}" if port is None else f"https://{name}:{port}"


def _part(content: Mapping[str, str | int]) -> bytes:
    return _url_safe(msgspec.json.encode(content))


def _url_safe(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")
