"""Answer the public API: unpack, admit, count, find the endpoint, misbehave where told to, note the call."""

from __future__ import annotations

import re
from time import perf_counter
from typing import Any, Final

import msgspec

from yumen.sandbox.hubspot import oauth, rates
from yumen.sandbox.hubspot.calls import Call, Reply
from yumen.sandbox.hubspot.endpoints import Endpoint, find
from yumen.sandbox.hubspot.redaction import REDACTION
from yumen.sandbox.hubspot.refusals import Refusal
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.journal import LogRow
from yumen.sandbox.kit.packing import Unreadable, packed, unpacked
from yumen.sandbox.kit.troubles import Trouble, strike

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


class Gate:
    """The handler of the public port."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._encode = msgspec.json.Encoder().encode

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
        where = "(not reached)"
        if given is None:
            given, where = self._answer(call)
            world.arrivals.flush()
            world.shelf.flush()
            given.fate = call.course.fate
        self._note(call, given, where, began)
        given.wait_s += call.course.wait_s
        return packed(given, request.headers)

    def _answer(self, call: Call) -> tuple[Answer, str]:
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
        data = b"" if reply.body is None else self._encode(_spoilt(call, reply.body))
        if "half" in call.course.spoils:
            data = data[: len(data) // 2]
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

    def _note(self, call: Call, given: Answer, where: str, began: float) -> None:
        self.world.metrics[where, given.status] += 1
        row = LogRow(
            at=call.now,
            tenant=str(call.app.app_id) if call.app else "",
            method=call.request.method,
            path=where,
            query="",
            body="",
            answer=REDACTION.json(given.body[:10_000]) if given.status >= 400 else "",
            code=given.status,
            trace="",
            cost_us=int((perf_counter() - began) * 1e6),
            caller="",
            remark=" ".join(call.course.remarks),
        )
        self.world.journal.log(row)


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
