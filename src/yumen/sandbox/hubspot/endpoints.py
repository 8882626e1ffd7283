"""The table of simulated endpoints: method, path, what answers, which scope it needs. Dated paths are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from yumen.sandbox.hubspot import (
    account,
    batches,
    consenting,
    hook_desk,
    linking,
    oauth,
    property_desk,
    searching,
    single,
)
from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.refusals import Refusal

Act = Callable[[Call], Reply]
_DATED: Final = re.compile(r"^/(crm/objects|crm/properties|oauth|webhooks|communication-preferences)/20\d\d-0[39](?=/)")
_PLAIN: Final = {"crm/objects": "/crm/v3/objects", "crm/properties": "/crm/v3/properties", "oauth": "/oauth/v1",
                 "webhooks": "/webhooks/v3", "communication-preferences": "/communication-preferences/v4"}  # fmt: skip
READ, WRITE, SCHEMA = "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.write"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the table."""

    method: str
    path: str
    act: Act
    scope: str = ""
    open: bool = False
    """No token needed (the token endpoint itself)."""
    searching: bool = False


_O: Final = "/crm/v3/objects/{object}"
_P: Final = "/crm/v3/properties/{object}"
_L: Final = "/crm/v4/objects/{object}/{id}/associations"
_C: Final = "/communication-preferences"
_W: Final = "/webhooks/v3/{app}"
ENDPOINTS: Final = (
    Endpoint("POST", "/oauth/v1/token", oauth.give_token, open=True),
    Endpoint("GET", "/oauth/v1/access-tokens/{token}", oauth.show_access, open=True),
    Endpoint("POST", f"{_O}/batch/upsert", batches.upsert, WRITE),
    Endpoint("POST", f"{_O}/batch/create", batches.create, WRITE),
    Endpoint("POST", f"{_O}/batch/update", batches.update, WRITE),
    Endpoint("POST", f"{_O}/batch/read", batches.read, READ),
    Endpoint("POST", f"{_O}/batch/archive", batches.archive_all, WRITE),
    Endpoint("POST", f"{_O}/search", searching.search, READ, searching=True),
    Endpoint("POST", f"{_O}/gdpr-delete", single.gdpr_delete, WRITE),
    Endpoint("POST", f"{_O}/merge", single.merge, WRITE),
    Endpoint("GET", _O, single.list_page, READ),
    Endpoint("POST", _O, single.create, WRITE),
    Endpoint("GET", f"{_O}/{{id}}", single.read, READ),
    Endpoint("PATCH", f"{_O}/{{id}}", single.update, WRITE),
    Endpoint("DELETE", f"{_O}/{{id}}", single.delete, WRITE),
    Endpoint("GET", _P, property_desk.list_all, READ),
    Endpoint("POST", _P, property_desk.create, SCHEMA),
    Endpoint("GET", f"{_P}/groups", property_desk.list_groups, READ),
    Endpoint("POST", f"{_P}/groups", property_desk.create_group, SCHEMA),
    Endpoint("GET", f"{_P}/groups/{{name}}", property_desk.show_group, READ),
    Endpoint("POST", f"{_P}/batch/create", property_desk.create_many, SCHEMA),
    Endpoint("POST", f"{_P}/batch/read", property_desk.read_many, READ),
    Endpoint("POST", f"{_P}/batch/archive", property_desk.archive_many, SCHEMA),
    Endpoint("GET", f"{_P}/{{name}}", property_desk.show, READ),
    Endpoint("PATCH", f"{_P}/{{name}}", property_desk.change, SCHEMA),
    Endpoint("DELETE", f"{_P}/{{name}}", property_desk.archive, SCHEMA),
    Endpoint("PUT", f"{_L}/default/{{to}}/{{to_id}}", linking.link, WRITE),
    Endpoint("PUT", f"{_L}/{{to}}/{{to_id}}", linking.link, WRITE),
    Endpoint("GET", f"{_L}/{{to}}", linking.links, READ),
    Endpoint("DELETE", f"{_L}/{{to}}/{{to_id}}", linking.unlink, WRITE),
    Endpoint("GET", f"{_C}/v3/definitions", consenting.definitions),
    Endpoint("GET", f"{_C}/v4/definitions", consenting.definitions),
    Endpoint("GET", f"{_C}/v4/statuses/{{email}}", consenting.statuses),
    Endpoint("POST", f"{_C}/v4/statuses/{{email}}", consenting.set_status),
    Endpoint("POST", f"{_C}/v4/statuses/{{email}}/unsubscribe-all", consenting.unsubscribe_all),
    Endpoint("GET", f"{_C}/v3/status/email/{{email}}", consenting.status_v3),
    Endpoint("POST", f"{_C}/v3/subscribe", consenting.subscribe_v3),
    Endpoint("POST", f"{_C}/v3/unsubscribe", consenting.unsubscribe_v3),
    Endpoint("GET", "/account-info/v3/details", account.details),
    Endpoint("GET", "/account-info/v3/api-usage/daily/private-apps", account.api_usage),
    Endpoint("GET", f"{_W}/settings", hook_desk.show_settings, open=True),
    Endpoint("PUT", f"{_W}/settings", hook_desk.change_settings, open=True),
    Endpoint("DELETE", f"{_W}/settings", hook_desk.end_settings, open=True),
    Endpoint("GET", f"{_W}/subscriptions", hook_desk.list_subscriptions, open=True),
    Endpoint("POST", f"{_W}/subscriptions", hook_desk.subscribe, open=True),
    Endpoint("GET", f"{_W}/subscriptions/{{id}}", hook_desk.show_subscription, open=True),
    Endpoint("PATCH", f"{_W}/subscriptions/{{id}}", hook_desk.change_subscription, open=True),
    Endpoint("DELETE", f"{_W}/subscriptions/{{id}}", hook_desk.end_subscription, open=True),
)


def _table() -> Mapping[int, list[tuple[list[str], Endpoint]]]:
    table: dict[int, list[tuple[list[str], Endpoint]]] = {}
    for one in ENDPOINTS:
        segments = one.path.split("/")
        table.setdefault(len(segments), []).append((segments, one))
    return table


_BY_LENGTH: Final = _table()


def plain_path(path: str) -> str:
    """A dated path (`/crm/objects/2026-03/…`) as its v3 twin."""
    found = _DATED.match(path)
    return path if found is None else _PLAIN[found[1]] + path[found.end() :]


def find(call: Call) -> Endpoint:
    """The endpoint of a call; its path parts are put into the call. Raises Refusal (404, 405)."""
    segments = plain_path(call.request.path.rstrip("/")).split("/")
    path_known = False
    for pattern, endpoint in _BY_LENGTH.get(len(segments), []):
        parts = _match(pattern, segments)
        if parts is None:
            continue
        if endpoint.method == call.request.method:
            call.parts = parts
            return endpoint
        path_known = True
    if path_known:
        raise Refusal(405, "METHOD_NOT_ALLOWED", "HTTP 405 Method Not Allowed")
    raise Refusal(404, "OBJECT_NOT_FOUND", "Unable to find the requested resource")


def _match(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    parts: dict[str, str] = {}
    for wanted, segment in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            parts[wanted[1:-1]] = segment
        elif wanted != segment:
            return None
    return parts
