"""Turn whatever went wrong into one RFC 9457 answer, in the caller's language, once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.types import ExceptionHandlersMap

from yumen.kit.errors import Code, NotSent, Problem, Rejected, Unsettled
from yumen.kit.i18n import Language, text
from yumen.kit.web.edge import language_of

MEDIA_TYPE: Final = "application/problem+json"
TYPE_BASE: Final = "urn:yumen:problem:"

INVALID: Final = Code("request.invalid", 400)
MALFORMED: Final = Code("request.malformed", 400)
NOT_FOUND: Final = Code("request.not_found", 404)
METHOD: Final = Code("request.method_not_allowed", 405)
MEDIA: Final = Code("request.media_type", 415)
UPSTREAM: Final = Code("upstream.unavailable", 503)
INTERNAL: Final = Code("internal", 500)

_BY_STATUS: Final = {404: NOT_FOUND, 405: METHOD, 413: Code("request.body_too_large", 413), 415: MEDIA}
_PLACE: Final = re.compile(r" - at `\$?(?P<path>[^`]*)`$")
_NAMED: Final = re.compile(r"(?:unknown|required) field `(?P<field>[^`]*)`")
_MISSING: Final = re.compile(r"Missing required (?P<source>\w+) parameter '(?P<name>[^']*)'")
_SOURCES: Final = {"query": "query", "path": "path", "header": "headers", "cookie": "cookie"}
_KEY: Final = re.compile(r"[A-Za-z0-9_.\[\]-]{0,200}")


class ProblemBody(msgspec.Struct, omit_defaults=True):
    """RFC 9457: `code` is stable, `title` is for people, `at` is a JSON pointer to the offending place."""

    type: str
    title: str
    status: int
    code: str
    request_id: str
    at: str | None = None
    retry_after_s: int | None = None


def body_of(problem: Problem, language: Language, request_id: str, retry_after_s: int | None = None) -> ProblemBody:
    return ProblemBody(
        type=TYPE_BASE + problem.code.name,
        title=text(problem.code.name, language, **problem.facts),
        status=problem.code.status,
        code=problem.code.name,
        request_id=request_id,
        at=problem.at,
        retry_after_s=retry_after_s,
    )


def of_exception(exception: Exception, names: Mapping[str, str] | None = None) -> Problem:
    """The problem that stands for an exception. Anything unexpected is `internal`, without its text.

    `names` tells what a parameter of the route is called outside, where that is another name.
    """
    match exception:
        case Problem():
            return exception
        case NotSent() | Unsettled() | Rejected():
            return UPSTREAM()
        case ValidationException():
            return _invalid(exception, names or {})
        case SerializationException() | UnicodeDecodeError() | RecursionError():
            return MALFORMED(at="")
        case HTTPException() if exception.status_code == 400:
            return MALFORMED(at="")
        case HTTPException() if exception.status_code in _BY_STATUS:
            return _BY_STATUS[exception.status_code]()
        case _:
            return INTERNAL()


def _invalid(exception: ValidationException, names: Mapping[str, str]) -> Problem:
    """Litestar says what msgspec found: name the first place as a JSON pointer, never the value."""
    extra: Any = exception.extra
    first = extra[0] if isinstance(extra, list) and extra else {}
    message = first.get("message", "") if isinstance(first, dict) else ""
    key = str(first.get("key") or "") if isinstance(first, dict) else ""
    source = str(getattr(said := first.get("source"), "value", said) or "") if isinstance(first, dict) else ""
    found = _PLACE.search(message)
    path = found["path"] if found else key
    if source == "body" and path == "data":
        path = ""  # Litestar's name for the whole body
    if missing := _MISSING.match(exception.detail):
        source, path = missing["source"], missing["name"]
    named = _NAMED.search(message)
    if source != "body":
        path = names.get(path, path)
    pointer = _pointer(f"{path}.{named['field']}" if named else path)
    if source in _SOURCES:
        pointer = f"#/{_SOURCES[source]}{pointer}"
    return INVALID(at=pointer)


def _pointer(path: str) -> str:
    """`.lines[0].code` → `/lines/0/code`; a path that holds anything odd is left out."""
    if _KEY.fullmatch(path) is None:
        return ""
    parts = [part for part in re.split(r"[.\[\]]+", path) if part and part != "..."]
    return "".join(f"/{part}" for part in parts)


def answer(request: Request[Any, Any, Any], exception: Exception) -> Response[ProblemBody]:
    """The handler of every exception. What was not expected is kept for the log line and said only there."""
    problem = of_exception(exception, _names(request))
    state = request.scope["state"]
    state["code"] = problem.code.name
    if problem.code is INTERNAL:
        state["failure"] = exception
    actor = state.get("actor")
    if actor is not None and problem.code.status < 500:
        route = f"{request.method} {request.scope.get('path_template')}"
        request.app.state.opened.refused(actor.handler, route, problem.code.name)
    retry_after_s = state.get("retry_after_s") or (1 if problem.code.status == 503 else None)
    headers = {"Retry-After": str(retry_after_s)} if retry_after_s else {}
    if problem.code.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(exception, HTTPException) and exception.status_code == 405 and exception.headers:
        headers["Allow"] = exception.headers.get("Allow", "")
    return Response(
        body_of(problem, language_of(request), state["request_id"], retry_after_s),
        status_code=problem.code.status,
        media_type=MEDIA_TYPE,
        headers=headers,
    )


def _names(request: Request[Any, Any, Any]) -> dict[str, str]:
    """What the parameters of this route are called outside, by what its function calls them."""
    handler = request.scope.get("route_handler")
    if not isinstance(handler, HTTPRouteHandler):
        return {}
    declared = {name: field.kwarg_definition for name, field in handler.parsed_fn_signature.parameters.items()}
    return {name: one.name for name, one in declared.items() if isinstance(one, ParameterKwarg) and one.name}


HANDLERS: Final[ExceptionHandlersMap] = {Exception: answer, HTTPException: answer, Problem: answer}
