"""The OpenAPI 3.1 document of an edge: what Litestar reads from the routes, and what every route shares.

Shared are the problems a caller may meet, the token, the Idempotency-Key of writing routes, and an example of each
body, put together from the examples of its fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec
from litestar import Litestar, MediaType, Request, Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.routes import BaseRoute
from litestar.types import ControllerRouterHandler

from yumen.kit.errors import Problem
from yumen.kit.web.edge import AUTH_MISSING, CONSUMES, DENIED, FORM, OPEN, VISITOR, Guarded
from yumen.kit.web.limits import BODY_TOO_LARGE
from yumen.kit.web.problems import INVALID, MEDIA, MEDIA_TYPE, NOT_FOUND, UPSTREAM, ProblemBody, body_of
from yumen.kit.web.rates import EXCEEDED

Document = dict[str, Any]

REF: Final = "#/components/"
PROBLEMS: Final = {
    "400": INVALID(at="/field"),
    "401": AUTH_MISSING(),
    "403": DENIED(),
    "413": BODY_TOO_LARGE(bytes_max=65_536),
    "415": MEDIA(),
    "429": EXCEEDED(seconds=3),
    "503": UPSTREAM(),
    "default": NOT_FOUND(),
}
IDEMPOTENCY_KEY: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request sent again with the same key, within a day, is done once.",
    "schema": {"type": "string", "pattern": "^[!-~]{8,128}$", "examples": ["key_01j9z3k4m5n6p7q8r9s0t1v2w3"]},
}
REQUEST_ID: Final = "req_01j9z3k4m5n6p7q8r9s0t1v2w3"
MOMENTS: Final = {"date": "2026-05-17", "date-time": "2026-05-17T09:30:00+08:00"}
_ID: Final = re.compile(r"\^\(?(?P<kind>[a-z]{3})[|_].*\[0-9a-hjkmnp-tv-z\]\{26\}\$")


class Described(JsonRenderPlugin):
    """Serves the document at `/schema/openapi.json`."""

    def __init__(self, guarded: Guarded) -> None:
        super().__init__()
        self._guarded = guarded
        self._rendered: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        if self._rendered is None:
            self._rendered = msgspec.json.encode(describe(request.app, self._guarded))
        return self._rendered


class DocumentOnly(Router):
    """Litestar would answer a page of HTML to every other address below `/schema`; here they are unknown addresses."""

    def register(self, value: ControllerRouterHandler) -> list[BaseRoute]:
        page = isinstance(value, HTTPRouteHandler) and value.media_type is MediaType.HTML
        return [] if page else super().register(value)


def config(name: str, version: str, guarded: Guarded) -> OpenAPIConfig:
    """For Litestar: no page from abroad, the document only."""
    return OpenAPIConfig(
        title=f"Yumen {name} API",
        version=version,
        openapi_router=DocumentOnly("/schema", route_handlers=[], opt={OPEN: True}, include_in_schema=False),
        render_plugins=[Described(guarded)],
        components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
    )


def describe(app: Litestar, guarded: Guarded) -> Document:
    """The whole document of an edge, as plain data."""
    document: Document = _tidied(app.openapi_schema.to_schema())
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= msgspec.json.schema_components([ProblemBody], ref_template=REF + "schemas/{name}")[1]
    components["responses"] = {f"Problem{status}": _response(problem) for status, problem in PROBLEMS.items()}
    for handler, operation in _operations(app, document):
        resource, action = handler.opt["allow"]
        _complete(operation, handler, schemas, open_to_all=guarded.allowed(VISITOR, resource, action))
    return document


def sample(schema: Document, schemas: Document) -> Any:
    """A value that fits a schema: its example, its first choice, an id of its kind, or one made of its fields."""
    if "$ref" in schema:
        return sample(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    named = [*(schema.get("examples") or ()), *(schema.get("enum") or ())]
    named += [schema[key] for key in ("const", "default") if key in schema]
    if named:
        return named[0]
    if moment := MOMENTS.get(schema.get("format", "")):
        return moment
    if found := _ID.match(schema.get("pattern", "")):
        return f"{found['kind']}_{REQUEST_ID[4:]}"
    if "oneOf" in schema:
        return sample({key: value for key, value in schema.items() if key != "oneOf"} | schema["oneOf"][0], schemas)
    match schema.get("type"):
        case "object":
            required, fields = schema.get("required", ()), schema.get("properties", {}).items()
            shown = {name: field for name, field in fields if name in required or _says(field)}
            return {name: sample(field, schemas) for name, field in shown.items()}
        case "array":
            return [sample(schema["items"], schemas)]
        case "integer" | "number":
            return int(schema.get("minimum", 0))
        case "string" if "pattern" not in schema:
            return "x" * max(int(schema.get("minLength", 1)), 1)
        case _:
            return None


def _says(field: Document) -> bool:
    """Is there something to show for a field that may be left out?"""
    return bool(field.get("examples")) or _ID.match(field.get("pattern", "")) is not None


def _operations(app: Litestar, document: Document) -> Iterator[tuple[HTTPRouteHandler, Document]]:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and "allow" in handler.opt:
                item = document["paths"][route.path_format]
                yield from (
                    (handler, item[method.lower()]) for method in handler.http_methods if method.lower() in item
                )


def _complete(operation: Document, handler: HTTPRouteHandler, schemas: Document, *, open_to_all: bool) -> None:
    consumes = handler.opt.get(CONSUMES, ())
    if consumes:
        raw = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": dict.fromkeys(consumes, raw)}
        if form := handler.opt[FORM]:
            file = {"type": "object", "properties": {form: raw["schema"]}, "required": [form]}
            operation["requestBody"]["content"]["multipart/form-data"] = {"schema": file}
    content = operation.get("requestBody", {}).get("content", {})
    for body in () if consumes else content.values():
        _forbid_unknown(body["schema"], schemas)
        body["example"] = sample(body["schema"], schemas)
    writes = not handler.http_methods <= {"GET", "HEAD"}
    if writes and not (open_to_all and consumes):
        operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
    operation["security"] = [{}, {"bearer": []}] if open_to_all else [{"bearer": []}]
    statuses = {"429", "503", "default"} | ({"401"} if open_to_all else {"401", "403"})
    statuses |= {"400"} if content or operation.get("parameters") else set()
    statuses |= {"413", "415"} if content else set()
    refused = {status: {"$ref": f"{REF}responses/Problem{status}"} for status in sorted(statuses)}
    operation["responses"] = {**operation["responses"], **refused}


def _forbid_unknown(schema: Document, schemas: Document) -> None:
    """What a body holds beside its known fields is refused (the structs say `forbid_unknown_fields`)."""
    if "$ref" in schema:
        _forbid_unknown(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    elif "properties" in schema and "additionalProperties" not in schema:
        schema["additionalProperties"] = False
        for field in schema["properties"].values():
            _forbid_unknown(field, schemas)
    for inner in (*(schema.get("oneOf") or ()), *([schema["items"]] if "items" in schema else ())):
        _forbid_unknown(inner, schemas)


def _response(problem: Problem) -> Document:
    example = msgspec.to_builtins(body_of(problem, "en", REQUEST_ID))
    return {
        "description": example["title"],
        "content": {MEDIA_TYPE: {"schema": {"$ref": REF + "schemas/ProblemBody"}, "example": example}},
    }


def _tidied(value: Any) -> Any:
    """Litestar writes bounds as floats, 9007199254740992.0, and the items of `tuple[X, ...]` as X or anything."""
    match value:
        case {"oneOf": [only, {**rest}]} if not rest:
            return _tidied({key: inner for key, inner in value.items() if key != "oneOf"} | only)
        case dict():
            return {key: _tidied(inner) for key, inner in value.items()}
        case list():
            return [_tidied(inner) for inner in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value
