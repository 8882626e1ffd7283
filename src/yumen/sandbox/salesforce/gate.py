"""Answer the public API: unpack, admit, count, find the endpoint, misbehave where told to, note the call."""

from __future__ import annotations

from time import perf_counter
from typing import Any, Final

import msgspec

from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.packing import Unreadable, packed, unpacked
from yumen.sandbox.kit.troubles import Trouble, strike
from yumen.sandbox.salesforce import allocation, login
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.describing import versions
from yumen.sandbox.salesforce.endpoints import answer
from yumen.sandbox.salesforce.reading import API
from yumen.sandbox.salesforce.redaction import REDACTION
from yumen.sandbox.salesforce.refusals import NOT_FOUND_URL, LoginRefused, Refusal
from yumen.sandbox.salesforce.world import World

JSON: Final = "application/json;charset=UTF-8"
JSON_MAX_BYTES: Final = 50 * 1024 * 1024
BODY_MAX_BYTES: Final = 160 * 1024 * 1024
VERSIONS: Final = "/services/data"


class Gate:
    """The handler of the public port."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._encode = msgspec.json.Encoder(enc_hook=str).encode

    def __call__(self, request: Request) -> Answer:
        """Answer one call."""
        began = perf_counter()
        world = self.world
        call = Call(world, request, world.now())
        call.course = strike(world.settings.troubles, request.method, request.path, world.dice)
        if call.course.remarks:
            world.save_settings()
        world.arrivals.file(call.now, request)
        given = call.course.answer
        if given is None:
            given = self._answer(call)
            world.arrivals.flush()
            world.shelf.flush()
        self._note(call, given, began)
        given.wait_s, given.fate = given.wait_s + call.course.wait_s, max_fate(given, call)
        return packed(given, request.headers)

    def _answer(self, call: Call) -> Answer:
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
        body = reply.body
        data = b"" if body is None else body if isinstance(body, bytes) else self._encode(_spoilt(call, body))
        if "half" in call.course.spoils:
            data = data[: len(data) // 2]
        return Answer(data, kind=reply.kind, status=reply.status, headers=headers)

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

    def _note(self, call: Call, given: Answer, began: float) -> None:
        request, failed = call.request, given.status >= 400
        where = shape_of(request.path)
        self.world.metrics[where, given.status] += 1
        row = LogRow(
            at=call.now,
            tenant=call.session.client_id[:12] if call.session else "",
            method=request.method,
            path=where,
            query="",
            body="",
            answer=REDACTION.json(given.body[:10_000]) if failed else "",
            code=given.status,
            trace="",
            cost_us=int((perf_counter() - began) * 1e6),
            caller=call.session.username if call.session else "",
            remark=" ".join(call.course.remarks),
        )
        self.world.journal.log(row)


def shape_of(path: str) -> str:
    """The path without values: an external id may be a personal value."""
    segments = path.split("/")
    if "sobjects" in segments and (at := segments.index("sobjects")) + 3 < len(segments):
        segments[at + 3 :] = ["…"]
    return "/".join(segments)[:300]


def max_fate(given: Answer, call: Call) -> Any:
    """The course's fate, unless the answer has one of its own."""
    return given.fate if call.course.answer is not None else call.course.fate


def _ordered(trouble: Trouble) -> Refusal:
    codes = {401: "INVALID_SESSION_ID", 403: "REQUEST_LIMIT_EXCEEDED", 500: "UNKNOWN_EXCEPTION"}
    return Refusal(trouble.status, trouble.code or codes.get(trouble.status, "SERVER_UNAVAILABLE"))


def _spoilt(call: Call, body: Any) -> Any:
    """One result too few where so ordered."""
    if "wrong_count" in call.course.spoils and isinstance(body, list) and body:
        return body[:-1]
    return body
