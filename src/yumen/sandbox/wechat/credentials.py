"""Who calls: by appid and secret, from which address, or by access token."""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from typing import Final

from yumen.sandbox.wechat.calls import Call
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.refusals import Refusal

_TOKEN_SHAPE: Final = re.compile(r"\d{2}_[A-Za-z0-9_-]{100,600}")


def app_by_secret(call: Call, secret_field: str = "secret") -> App:  # noqa: S107 - a field's name
    """The app whose appid and secret were given: 41002, 41004, 40013, 40125."""
    appid, secret = call.text("appid"), call.text(secret_field)
    if not appid:
        raise Refusal(41002)
    if not secret:
        raise Refusal(41004)
    app = call.world.apps.get(appid)
    if app is None:
        raise Refusal(40013)
    call.app = app
    if secret != app.secret:
        raise Refusal(40125)
    return app


def check_address(call: Call, app: App) -> None:
    """40164 if the app has an allow-list and the caller is not on it. Single addresses and networks may be listed."""
    if not app.allow_list:
        return
    with suppress(ValueError):
        caller = ipaddress.ip_address(call.caller_ip)
        for entry in app.allow_list:
            with suppress(ValueError):
                if caller in ipaddress.ip_network(entry, strict=False):
                    return
    raise Refusal(40164, ip=call.caller_ip)


def app_by_token(call: Call) -> App:
    """The app of the access token in the query: 41001, 40014 malformed, 42001 by age, 40001 otherwise dead."""
    value = call.request.query.get("access_token", "")
    if not value:
        raise Refusal(41001)
    token = call.world.tokens.get(value)
    if token is None:
        raise Refusal(40001 if _TOKEN_SHAPE.fullmatch(value) else 40014)
    app = call.world.apps.get(token.appid)
    if app is None:
        raise Refusal(40001)
    call.app = app
    if call.now >= token.expires_at:
        raise Refusal(42001)
    if call.now >= token.dead_at:
        raise Refusal(40001)
    return app
