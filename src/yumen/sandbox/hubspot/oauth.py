"""Tokens: static ones of private apps, and OAuth access tokens of thirty minutes; which app a call comes from."""

from __future__ import annotations

import hmac
import secrets
from typing import Any, Final

from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.records import Access, App
from yumen.sandbox.hubspot.refusals import Refusal, not_found
from yumen.sandbox.hubspot.world import new_refresh_token
from yumen.sandbox.kit.parse import Malformed, read_query

GRACE_S: Final = 7 * 86400.0
_INVALID: Final = "Authentication credentials not found. This API supports OAuth 2.0 authentication."
_ERRORS: Final = {
    "BAD_CLIENT_ID": "invalid_client",
    "BAD_REFRESH_TOKEN": "invalid_grant",
    "BAD_AUTH_CODE": "invalid_grant",
    "BAD_GRANT_TYPE": "unsupported_grant_type",
}
USER_ID: Final = 60_000_001


def give_token(call: Call) -> Reply:
    """`POST /oauth/v1/token` and `/oauth/2026-03/token`: by refresh token, by code, or by client credentials."""
    try:
        form = read_query(call.body.decode()) if call.body else {}
    except (UnicodeDecodeError, Malformed):
        raise _bad("BAD_REQUEST", "malformed form") from None
    app = next((one for one in call.world.apps.values() if one.client_id == form.get("client_id")), None)
    if app is None or not hmac.compare_digest(app.client_secret.encode(), form.get("client_secret", "").encode()):
        raise _bad("BAD_CLIENT_ID", "missing or unknown client id or secret")
    removed = call.world.settings.portal.app_removed
    match form.get("grant_type"):
        case "refresh_token" if not removed and form.get("refresh_token") == app.refresh_token:
            pass
        case "refresh_token":
            raise _bad("BAD_REFRESH_TOKEN", "missing or unknown refresh token")
        case "authorization_code" if form.get("code") == app.code:
            pass
        case "authorization_code":
            raise _bad("BAD_AUTH_CODE", "missing or unknown auth code")
        case "client_credentials":
            pass
        case _:
            raise _bad("BAD_GRANT_TYPE", "missing or unknown grant type")
    if form["grant_type"] == "refresh_token" and call.world.settings.portal.rotates_refresh_tokens:
        app.refresh_token = new_refresh_token()
        call.world.keep("app", str(app.app_id), app)
    return Reply(_issued(call, app, renewable=form["grant_type"] != "client_credentials"))


def show_access(call: Call) -> Reply:
    """`GET /oauth/v1/access-tokens/{token}`."""
    access = call.world.accesses.get(call.part("token"))
    if access is None or access.expires_at <= call.now:
        raise not_found("access token not found or expired")
    app = call.world.apps[access.app_id]
    return Reply(
        {
            "token": access.token,
            "user": "gateway@yumen.example",
            "hub_domain": "yumen-sandbox.example",
            "scopes": app.scopes,
            "hub_id": call.world.settings.portal_id,
            "app_id": app.app_id,
            "expires_in": int(access.expires_at - call.now),
            "user_id": USER_ID,
            "token_type": "access",
            "is_private_distribution": True,
        }
    )


def admit(call: Call) -> App:
    """The app of the call's bearer token. Raises Refusal (401)."""
    kind, _, token = call.request.headers.get("authorization", "").partition(" ")
    token, world = token.strip(), call.world
    if kind.lower() != "bearer" or not token or world.settings.portal.app_removed:
        raise Refusal(401, "INVALID_AUTHENTICATION", _INVALID)
    for app in world.apps.values():
        if token == app.token or app.old_tokens.get(token, 0.0) > call.now:
            return app
    access = world.accesses.get(token)
    if access is None:
        raise Refusal(401, "INVALID_AUTHENTICATION", _INVALID)
    call.by_oauth = True
    limit = world.settings.portal.token_calls_max
    world.token_calls[token] += 1
    if access.expires_at <= call.now or (limit is not None and world.token_calls[token] > limit):
        late = f"{max(0, int(call.now - access.expires_at))} second(s) ago"
        words = f"The OAuth token used to make this call expired {late}."
        raise Refusal(401, "EXPIRED_AUTHENTICATION", words, context={"expire time": [str(int(access.expires_at))]})
    return world.apps[access.app_id]


def require(call: Call, scope: str) -> None:
    """Raises Refusal (403 MISSING_SCOPES)."""
    if call.app is not None and scope not in call.app.scopes:
        words = "This app hasn't been granted all required scopes to make this call."
        details = [{"message": "One or more of the following scopes are required.",
                    "context": {"requiredGranularScopes": [scope]}}]  # fmt: skip
        raise Refusal(403, "MISSING_SCOPES", words, details=details)


def _issued(call: Call, app: App, *, renewable: bool) -> dict[str, Any]:
    portal = call.world.settings.portal
    token = "C" + secrets.token_urlsafe(90)
    access = Access(token=token, app_id=app.app_id, expires_at=call.now + portal.token_life_s)
    call.world.accesses[token] = call.world.keep("access", token, access)
    body: dict[str, Any] = {
        "token_type": "bearer",
        "access_token": token,
        "expires_in": int(portal.token_life_s),
        "hub_id": call.world.settings.portal_id,
        "scopes": app.scopes,
    }
    return body | {"refresh_token": app.refresh_token, "user_id": USER_ID} if renewable else body


def _bad(status: str, message: str) -> Refusal:
    """HubSpot's words, and beside them those of RFC 6749."""
    more = {"status": status, "error": _ERRORS.get(status, "invalid_request"), "error_description": message}
    return Refusal(400, status, message, more=more)
