"""Answer about the service itself: quotas, rids, addresses, the state of the push URL."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from yumen.sandbox.wechat.calls import Call, Fields
from yumen.sandbox.wechat.credentials import app_by_secret
from yumen.sandbox.wechat.rates import MINUTE_LIMITS, daily_limit
from yumen.sandbox.wechat.records import App
from yumen.sandbox.wechat.refusals import Refusal
from yumen.sandbox.wechat.world import RID_KEPT_S, World

CLEARS_A_MONTH: Final = 10
PATH_CLEARS_A_MONTH: Final = 50
PUSH_SOURCES: Final = ("127.0.0.1", "203.0.113.0/25")
"""Ours, and a documentation network (RFC 5737), because the real list holds networks too."""
API_ADDRESSES: Final = ("127.0.0.1",)
_RID: Final = re.compile(r"([0-9a-f]{8})-[0-9a-f]{8}-[0-9a-f]{8}")
_OPERATORS: Final = {"CHINANET", "UNICOM", "CAP", "DEFAULT"}


def clear_quota(call: Call) -> Fields:
    """`POST /cgi-bin/clear_quota`: ten a month, then 48006; 40013 if the appid is not the token's."""
    app = call.known_app()
    if call.text("appid") != app.appid:
        raise Refusal(40013)
    _clear_all(call.world, app)
    return {}


def clear_quota_v2(call: Call) -> Fields:
    """`POST /cgi-bin/clear_quota/v2`: without token, by secret, fields in the query; shares the ten a month."""
    _clear_all(call.world, app_by_secret(call, "appsecret"))
    return {}


def get_quota(call: Call, known_paths: frozenset[str]) -> Fields:
    """`POST /cgi-bin/openapi/quota/get`: what was used of today's quota of one path."""
    app, path = call.known_app(), _asked_path(call, known_paths)
    limit = daily_limit(app, path)
    used = call.world.ledger(app.appid).used.get(path, 0)
    rate = {"call_count": MINUTE_LIMITS.get(path, 10_000), "refresh_second": 60}
    return {
        "quota": {"daily_limit": limit, "used": used, "remain": max(0, limit - used)},
        "rate_limit": rate,
        "component_rate_limit": dict(rate),
    }


def clear_path_quota(call: Call, known_paths: frozenset[str]) -> Fields:
    """`POST /cgi-bin/openapi/quota/clear`: one path, fifty a month."""
    app, path = call.known_app(), _asked_path(call, known_paths)
    ledger = call.world.ledger(app.appid)
    if ledger.path_clears >= PATH_CLEARS_A_MONTH:
        raise Refusal(48006)
    ledger.path_clears += 1
    ledger.used.pop(path, None)
    call.world.keep("ledger", app.appid, ledger)
    return {}


def get_rid(call: Call) -> Fields:
    """`POST /cgi-bin/openapi/rid/get`: the failed call behind a rid: 76001, 76002, 76003, 76004, 76022 for /sns/."""
    rid = call.text("rid")
    shape = _RID.fullmatch(rid)
    if shape is None:
        raise Refusal(76002)
    if call.now - int(shape[1], 16) > RID_KEPT_S:
        raise Refusal(76004)
    found = call.world.journal.calls("trace = ?", (rid,), limit=1)
    if not found:
        raise Refusal(76001)
    row = found[0]
    if row.path.startswith("/sns/"):
        raise Refusal(76022)
    if row.tenant != call.known_app().appid:
        raise Refusal(76003)
    request = {
        "invoke_time": int(row.at),
        "cost_in_ms": row.cost_us // 1000,
        "request_url": f"{row.path}?{row.query}",
        "request_body": row.body,
        "response_body": row.answer,
        "client_ip": row.caller,
    }
    return {"request": request}


def get_callback_ip(_: Call) -> Fields:
    """`GET /cgi-bin/getcallbackip`: where pushes come from."""
    return {"ip_list": list(PUSH_SOURCES)}


def get_api_domain_ip(_: Call) -> Fields:
    """`GET /cgi-bin/get_api_domain_ip`: where the API is."""
    return {"ip_list": list(API_ADDRESSES)}


def callback_check(call: Call) -> Fields:
    """`POST /cgi-bin/callback/check`: how the push URL's host looks from three carriers (made up)."""
    action, operator = call.text("action"), call.text("check_operator")
    push = call.known_app().push
    if push is None:
        raise Refusal(40201)
    if action not in {"dns", "ping", "all"}:
        raise Refusal(40202)
    if operator not in _OPERATORS:
        raise Refusal(40203)
    address = urlsplit(push.url).hostname or ""
    answer: Fields = {}
    if action != "ping":
        answer["dns"] = [{"ip": address, "real_operator": "UNICOM"}]
    if action != "dns":
        ping = {"ip": address, "package_loss": "0%", "time": "12.345ms"}
        answer["ping"] = [{**ping, "from_operator": "CAP" if operator == "DEFAULT" else operator}]
    return answer


def _clear_all(world: World, app: App) -> None:
    ledger = world.ledger(app.appid)
    if ledger.clears >= CLEARS_A_MONTH:
        raise Refusal(48006)
    ledger.clears += 1
    ledger.used = {}
    world.keep("ledger", app.appid, ledger)


def _asked_path(call: Call, known_paths: frozenset[str]) -> str:
    path = call.text("cgi_path")
    if path.startswith("/sns/"):
        raise Refusal(76022)
    if path not in known_paths:
        raise Refusal(76021)
    return path
