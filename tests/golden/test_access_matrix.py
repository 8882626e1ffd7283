"""Every route of every module against the access table. A new route appears here by itself."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator

import pytest
from litestar.handlers import HTTPRouteHandler

import yumen.customer
import yumen.security
from yumen.security.access.matrix import Route, render_matrix
from yumen.security.access.policies import policies


def handlers() -> Iterator[HTTPRouteHandler]:
    for package in (yumen.security, yumen.customer):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if module.name.endswith("routes"):
                yield from (h for h in importlib.import_module(module.name).ROUTES if isinstance(h, HTTPRouteHandler))


def routes() -> list[Route]:
    return [
        Route(path, method, *handler.opt.get("allow", ()))
        for handler in handlers()
        for path in sorted(handler.paths)
        for method in sorted(handler.http_methods)
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_matrix_is_as_committed(golden: Callable[[str, str], None], language: str) -> None:
    golden(f"access-matrix.{language}.md", render_matrix(routes(), policies(), "zh" if language == "zh" else "en"))


def test_every_route_stands_on_a_line_that_somebody_may_use() -> None:
    lines = policies().lines
    assert [route for route in routes() if not lines.get(route.resource, {}).get(route.action)] == []
