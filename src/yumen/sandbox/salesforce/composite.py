"""`POST /composite`: up to 25 calls in one, each with its own status, later ones referring to earlier answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.parse import read_query
from yumen.sandbox.salesforce.calls import Call, Reply
from yumen.sandbox.salesforce.refusals import Refusal

CALLS_MAX: Final = 25
HEAVY_MAX: Final = 5
_REFERENCE: Final = re.compile(r"@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}")
_STEP: Final = re.compile(r"\.([A-Za-z0-9_]+)|\[(\d+)\]")
Run = Callable[[Call], Reply]


def composite(call: Call, run: Run) -> Reply:
    """Run them in order. With allOrNone, after a failure the rest is not run (rolling back is not simulated)."""
    body = call.json()
    wanted, all_or_none = body.get("compositeRequest"), body.get("allOrNone", False)
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise Refusal(400, "JSON_PARSER_ERROR", "compositeRequest is missing or is no list of objects")
    heavy = sum("/composite/sobjects" in str(one.get("url")) or "/query" in str(one.get("url")) for one in wanted)
    if len(wanted) > CALLS_MAX or heavy > HEAVY_MAX:
        raise Refusal(400, "LIMIT_EXCEEDED", f"at most {CALLS_MAX} subrequests, of them {HEAVY_MAX} queries or lists")
    answers: list[dict[str, Any]] = []
    known: dict[str, Any] = {}
    halted = False
    for one in wanted:
        name = str(one.get("referenceId", ""))
        if halted:
            words = "The transaction was rolled back since another operation in the same transaction failed."
            answers.append(_answer(name, [{"errorCode": "PROCESSING_HALTED", "message": words}], 400))
            continue
        status, answer, headers = _one(call, run, one, known)
        known[name] = answer
        answers.append(_answer(name, answer, status, headers))
        halted = all_or_none is True and status >= 400
    return Reply({"compositeResponse": answers})


def _one(call: Call, run: Run, one: dict[str, Any], known: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    try:
        inner = _subcall(call, one, known)
        reply = run(inner)
    except Refusal as refusal:
        return refusal.status, refusal.body(), {}
    return reply.status, reply.body, dict(reply.headers)


def _subcall(call: Call, one: dict[str, Any], known: dict[str, Any]) -> Call:
    url = str(_filled(str(one.get("url", "")), known))
    path, _, query = url.partition("?")
    body = b"" if one.get("body") is None else msgspec.json.encode(_filled(one["body"], known))
    headers = {**call.request.headers, **{k.lower(): str(v) for k, v in (one.get("httpHeaders") or {}).items()}}
    method = str(one.get("method", "GET")).upper()
    request = Request(method, path, read_query(query) if query else {}, headers, body, call.request.secure, False, url)
    return Call(call.world, request, call.now, body, course=call.course, session=call.session)


def _filled(value: Any, known: dict[str, Any]) -> Any:
    """References replaced by what they refer to."""
    match value:
        case str():
            return _REFERENCE.sub(lambda found: str(_referred(found[1], found[2], known)), value)
        case list():
            return [_filled(one, known) for one in value]
        case dict():
            return {name: _filled(one, known) for name, one in value.items()}
    return value


def _referred(name: str, path: str, known: dict[str, Any]) -> Any:
    value: Any = known.get(name)
    for field, index in _STEP.findall(path):
        try:
            value = value[field] if field else value[int(index)]
        except (KeyError, IndexError, TypeError):
            words = f"Invalid reference specified. No value for {name}{path} found"
            raise Refusal(400, "PROCESSING_HALTED", words) from None
    return value


def _answer(name: str, body: Any, status: int, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {"body": body, "httpHeaders": headers or {}, "httpStatusCode": status, "referenceId": name}
