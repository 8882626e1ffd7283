"""A small JSON API from one table of routes: dispatch, typed bodies, RFC 9457 problems, and its own OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from yumen.kit.errors import Code, Problem
from yumen.kit.i18n import Language, negotiate, text
from yumen.sandbox.kit.exchange import Answer, Request
from yumen.sandbox.kit.wire import is_loopback

NO_SUCH_ROUTE: Final = Code("sandbox.no_such_route", 404)
METHOD_NOT_ALLOWED: Final = Code("sandbox.method_not_allowed", 405)
BODY_INVALID: Final = Code("sandbox.body_invalid", 400)
NOT_FROM_HERE: Final = Code("sandbox.not_from_here", 403)
PROBLEM_JSON: Final = "application/problem+json"


@dataclass(slots=True)
class Ask:
    """One call of the API: the parts of the path by name, the query, and the decoded body."""

    request: Request
    parts: Mapping[str, str]
    body: Any = None

    def number(self, name: str, default: int, limit: int) -> int:
        """A whole number from the query, within 1..limit."""
        value = self.request.query.get(name, str(default))
        if not value.isascii() or not value.isdigit() or not 1 <= int(value[:9]) <= limit:
            raise BODY_INVALID(at=f"?{name}", reason=f"1..{limit}")
        return int(value)


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the table. `path` has `{parts}`; `body` and `answer` are types msgspec can describe."""

    method: str
    path: str
    act: Callable[[Ask], Any | Awaitable[Any]]
    summary: str
    answer: Any = None
    body: Any = None


@dataclass(slots=True)
class Api:
    """Dispatches to routes."""

    title: str
    routes: Sequence[Route]
    _by_length: dict[int, list[tuple[list[str], Route]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for route in self.routes:
            segments = route.path.split("/")
            self._by_length.setdefault(len(segments), []).append((segments, route))

    async def answer(self, request: Request) -> Answer:
        """Run the route; expected failures become problem+json."""
        try:
            check_origin(request)
            route, parts = self._find(request)
            ask = Ask(request, parts, _decoded(request.body, route.body))
            result = route.act(ask)
            if isinstance(result, Awaitable):
                result = await result
        except Problem as problem:
            return problem_answer(problem, request)
        return Answer(b"", status=204) if result is None else Answer(msgspec.json.encode(result))

    def openapi(self) -> dict[str, Any]:
        """The document of this table."""
        shapes = [t for route in self.routes for t in (route.body, route.answer) if t is not None]
        schemas, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
        described = iter(schemas)
        paths: dict[str, dict[str, Any]] = {}
        for route in self.routes:
            entry: dict[str, Any] = {"summary": route.summary, "responses": {}}
            names = [segment[1:-1] for segment in route.path.split("/") if segment.startswith("{")]
            entry["parameters"] = [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
            ]
            if route.body is not None:
                entry["requestBody"] = {"content": {"application/json": {"schema": next(described)}}}
            if route.answer is None:
                entry["responses"]["204"] = {"description": "done"}
            else:
                content = {"application/json": {"schema": next(described)}}
                entry["responses"]["200"] = {"description": "done", "content": content}
            entry["responses"]["default"] = {"description": "problem (RFC 9457)", "content": {PROBLEM_JSON: {}}}
            paths.setdefault(route.path, {})[route.method.lower()] = entry
        info = {"title": self.title, "version": "1"}
        return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": components}}

    def _find(self, request: Request) -> tuple[Route, dict[str, str]]:
        segments = request.path.split("/")
        path_known = False
        for pattern, route in self._by_length.get(len(segments), []):
            parts = _match(pattern, segments)
            if parts is not None:
                if route.method == request.method:
                    return route, parts
                path_known = True
        raise METHOD_NOT_ALLOWED() if path_known else NO_SUCH_ROUTE()


def check_origin(request: Request) -> None:
    """Refuse browsers sent here by a page of somebody else: the host must be loopback, and so must the origin."""
    for value in (request.headers.get("host", "localhost"), request.headers.get("origin", "")):
        authority = value.rpartition("//")[2]
        host = authority.partition("]")[0] if authority.startswith("[") else authority.partition(":")[0]
        if value and not is_loopback(host):
            raise NOT_FROM_HERE()


def problem_answer(problem: Problem, request: Request) -> Answer:
    """RFC 9457, in the caller's language."""
    language = negotiate(request.headers.get("accept-language"))
    return Answer(msgspec.json.encode(told(problem, language)), kind=PROBLEM_JSON, status=problem.code.status)


def told(problem: Problem, language: Language) -> dict[str, Any]:
    """The members of the problem document."""
    document: dict[str, Any] = {"type": "about:blank", "status": problem.code.status, "code": problem.code.name}
    document["detail"] = text(problem.code.name, language, **problem.facts)
    if problem.at is not None:
        document["at"] = problem.at
    return document


def _match(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    parts: dict[str, str] = {}
    for wanted, segment in zip(pattern, segments, strict=True):
        if wanted.startswith("{"):
            parts[wanted[1:-1]] = unquote(segment)
        elif wanted != segment:
            return None
    return parts


def _decoded(body: bytes, shape: Any) -> Any:
    if shape is None:
        return None
    try:
        return msgspec.json.decode(body or b"{}", type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        reason, _, place = str(fault).partition(" - at ")
        raise BODY_INVALID(at=place.strip("`$").replace(".", "/") or "/", reason=reason[:200]) from None
