"""Answer the public API: unpack, admit, count, find the endpoint, misbehave where told to, note the call."""

from __future__ import annotations

import re
from typing import Any, Final

from yumen.sandbox.hubspot import oauth, rates
from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.endpoints import Endpoint, find
from yumen.sandbox.hubspot.redaction import REDACTION
from yumen.sandbox.hubspot.refusals import Refusal
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.crm_gate import CrmGate
from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.packing import Unreadable, unpacked
from yumen.sandbox.kit.troubles import Course, Trouble

JSON: Final = "application/json;charset=utf-8"
BODY_MAX_BYTES: Final = 10 * 1024 * 1024
_PART: Final = re.compile(r"\{[a-z_]+\}")
_CATEGORIES: Final = {
    401: "EXPIRED_AUTHENTICATION",
    403: "MISSING_SCOPES",
    409: "CONFLICT",
    423: "LOCKED",
    429: "RATE_LIMITS",
    477: "MIGRATION_IN_PROGRESS",
}


class Gate(CrmGate[World, Call]):
    """The handler of the public port."""

    redaction = REDACTION

    def begin(self, request: Request, course: Course) -> Call:
        """A call."""
        return Call(self.world, request, self.world.now(), course=course)

    def caller(self, call: Call) -> str:
        """The app's number."""
        return str(call.app.app_id) if call.app else ""

    def respond(self, call: Call) -> tuple[Answer, str]:
        """Serve it, or word the refusal."""
        where, searching = "(other)", False
        headers: tuple[tuple[str, str], ...] = ()
        try:
            if call.course.error is not None:
                raise _ordered(call.course.error)
            endpoint = find(call)
            where, searching = shown_path(endpoint.path, call), endpoint.searching
            reply = self._served(call, endpoint)
        except Refusal as refusal:
            reply = Reply(refusal.body(), refusal.status)
            if refusal.status == 477:
                headers = (("Retry-After", "2"),)
        if call.app is not None:
            headers = (*headers, *rates.headers(call, searching=searching))
        data = self.encoded(call, _spoilt(call, reply.body))
        return Answer(data, kind=JSON, status=reply.status, headers=headers), where

    def _served(self, call: Call, endpoint: Endpoint) -> Reply:
        try:
            call.body = unpacked(call.request.body, call.request.headers, BODY_MAX_BYTES)
        except Unreadable:
            raise Refusal(400, "VALIDATION_ERROR", "The body cannot be unpacked") from None
        if not endpoint.open:
            if call.course.expire:
                self.world.end_accesses(call.now)
            call.app = oauth.admit(call)
            rates.spend(call, searching=endpoint.searching)
            if endpoint.scope:
                oauth.require(call, endpoint.scope)
        return endpoint.act(call)


def shown_path(path: str, call: Call) -> str:
    """The path without values: an id or an address may be a personal one."""
    name = call.parts.get("object", "")
    path = path.replace("{object}", name if name in call.world.kinds else "…")
    return _PART.sub("…", path)


def _ordered(trouble: Trouble) -> Refusal:
    category = trouble.code or _CATEGORIES.get(trouble.status, "INTERNAL_ERROR")
    more: dict[str, Any] = {}
    if trouble.status == 429:
        more = {"errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
    return Refusal(trouble.status, category, "internal error" if trouble.status >= 500 else category, more=more)


def _spoilt(call: Call, body: Any) -> Any:
    """One result too few where so ordered."""
    if "wrong_count" in call.course.spoils and isinstance(body, dict) and body.get("results"):
        return body | {"results": body["results"][:-1]}
    return body
