"""Answer the public API: unpack, admit, count, find the endpoint, misbehave where told to, note the call."""

from __future__ import annotations

from typing import Any, Final

from yumen.sandbox.kit.crm_gate import CrmGate
from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.packing import Unreadable, unpacked
from yumen.sandbox.kit.troubles import Course, Trouble
from yumen.sandbox.salesforce import allocation, login
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.describing import versions
from yumen.sandbox.salesforce.endpoints import answer
from yumen.sandbox.salesforce.reading import API
from yumen.sandbox.salesforce.redaction import REDACTION
from yumen.sandbox.salesforce.refusals import NOT_FOUND_URL, LoginRefused, Refusal
from yumen.sandbox.salesforce.world import World

JSON_MAX_BYTES: Final = 50 * 1024 * 1024
BODY_MAX_BYTES: Final = 160 * 1024 * 1024
VERSIONS: Final = "/services/data"


class Gate(CrmGate[World, Call]):
    """The handler of the public port."""

    redaction = REDACTION

    def begin(self, request: Request, course: Course) -> Call:
        """A call."""
        return Call(self.world, request, self.world.now(), course=course)

    def caller(self, call: Call) -> str:
        """The user the app runs as."""
        return call.session.username if call.session else ""

    def respond(self, call: Call) -> tuple[Answer, str]:
        """Serve it, or word the refusal."""
        try:
            reply = self._served(call)
        except LoginRefused as refused:
            body = {"error": refused.error, "error_description": refused.description}
            reply = Reply(body, status=refused.status)
        except Refusal as refusal:
            reply = Reply(refusal.body(), status=refusal.status)
        headers = reply.headers
        if call.session is not None:
            headers = (*headers, allocation.header(self.world, call.now))
        data = self.encoded(call, _spoilt(call, reply.body))
        return Answer(data, kind=reply.kind, status=reply.status, headers=headers), shape_of(call.request.path)

    def _served(self, call: Call) -> Reply:
        path = call.request.path.rstrip("/")
        if call.course.error is not None:
            raise _ordered(call.course.error)
        try:
            limit = BODY_MAX_BYTES if path.endswith("/batches") else JSON_MAX_BYTES
            call.body = unpacked(call.request.body, call.request.headers, limit)
        except Unreadable:
            raise Refusal(400, "JSON_PARSER_ERROR", "The body cannot be unpacked") from None
        if path == VERSIONS:
            return versions(call)
        if path in {"/services/oauth2/token", "/services/oauth2/revoke"}:
            if call.request.method not in {"POST", "GET"}:
                raise Refusal(405, "METHOD_NOT_ALLOWED", "HTTP Method not allowed.")
            return login.give_token(call) if path.endswith("token") else login.revoke(call)
        if not path.startswith(API):
            raise Refusal(404, "NOT_FOUND", NOT_FOUND_URL)
        if call.course.expire:
            self.world.end_sessions()
        call.session = login.admit(call)
        allocation.spend(call)
        return answer(call)


def shape_of(path: str) -> str:
    """The path without values: an external id may be a personal value."""
    segments = path.split("/")
    if "sobjects" in segments and (at := segments.index("sobjects")) + 3 < len(segments):
        segments[at + 3 :] = ["…"]
    return "/".join(segments)[:300]


def _ordered(trouble: Trouble) -> Refusal:
    codes = {401: "INVALID_SESSION_ID", 403: "REQUEST_LIMIT_EXCEEDED", 500: "UNKNOWN_EXCEPTION"}
    return Refusal(trouble.status, trouble.code or codes.get(trouble.status, "SERVER_UNAVAILABLE"))


def _spoilt(call: Call, body: Any) -> Any:
    """One result too few where so ordered."""
    if "wrong_count" in call.course.spoils and isinstance(body, list) and body:
        return body[:-1]
    return body
