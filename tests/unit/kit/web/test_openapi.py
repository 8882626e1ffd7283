"""What every route of every edge tells its callers, and that the examples are true."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from litestar.handlers import HTTPRouteHandler

from yumen.app.openapi import described, edge_app
from yumen.app.serve import EDGES
from yumen.kit.web.openapi import sample

OPERATIONS = [
    (edge, method, path, operation)
    for edge in EDGES
    for path, item in described(edge)["paths"].items()
    for method, operation in item.items()
]


@pytest.mark.parametrize(("edge", "method", "path", "operation"), OPERATIONS)
def test_every_operation_tells_its_problems(edge: str, method: str, path: str, operation: dict[str, Any]) -> None:
    told = operation["responses"]
    assert {"429", "503", "default"} <= told.keys()
    assert all(told[status]["$ref"].startswith("#/components/responses/") for status in told if status > "3")
    if operation["security"] == [{"bearer": []}]:
        assert {"401", "403"} <= told.keys()
    if operation.get("requestBody"):
        assert {"400", "413", "415"} <= told.keys()
    assert operation["summary"]


@pytest.mark.parametrize("edge", EDGES)
def test_every_example_of_a_body_is_accepted_by_its_route(edge: str) -> None:
    shown, document = 0, described(edge)
    for route in edge_app(edge).routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler) and "data" in handler.parsed_fn_signature.parameters:
                for method in handler.http_methods - {"OPTIONS"}:
                    body = document["paths"][route.path_format][method.lower()]["requestBody"]
                    example = body["content"]["application/json"]["example"]
                    msgspec.convert(example, handler.parsed_fn_signature.parameters["data"].annotation, strict=True)
                    shown += 1
    assert shown >= {"shopper": 18, "staff": 44, "hooks": 0}[edge]


@pytest.mark.parametrize("edge", EDGES)
def test_problems_are_shown_as_they_are_answered(edge: str) -> None:
    for shown in described(edge)["components"]["responses"].values():
        example = shown["content"]["application/problem+json"]["example"]
        assert example["type"] == f"urn:yumen:problem:{example['code']}"
        assert example["title"] == shown["description"]


def test_a_sample_fits_what_the_schema_asks() -> None:
    schemas = {"Kind": {"enum": ["a", "b"]}}
    assert sample({"$ref": "#/components/schemas/Kind"}, schemas) == "a"
    assert sample({"type": "string", "minLength": 3}, {}) == "xxx"
    assert sample({"type": "string", "pattern": "^(stf|mch)_[0-9a-hjkmnp-tv-z]{26}$"}, {})[:4] == "stf_"
    assert sample({"oneOf": [{"type": "integer", "minimum": 2}, {"type": "null"}]}, {}) == 2
    assert sample({"type": "array", "items": {"type": "integer"}}, {}) == [0]
    assert sample({"type": "string", "format": "date"}, {}) == "2026-05-17"
    assert sample({"type": "string", "const": "delete"}, {}) == "delete"
    assert sample({"type": "number", "minimum": 3}, {}) == 3


@pytest.mark.parametrize("edge", EDGES)
def test_no_choice_is_left_open(edge: str) -> None:
    assert b"{}" not in msgspec.json.encode(described(edge)["components"]["schemas"])
