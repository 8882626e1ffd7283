"""The OpenAPI 3.1 document of an edge, without opening any database."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import msgspec
from litestar import Litestar

from yumen import __version__
from yumen.app.server import DOORS, ROUTES
from yumen.kit.web import Limits, Opened, litestar_app


def edge_app(edge: str) -> Litestar:
    """An edge that is never opened, to read its routes."""

    return litestar_app(ROUTES[edge], DOORS[edge](), Limits(), _never, edge, __version__)


def _never() -> AbstractAsyncContextManager[Opened]:
    raise RuntimeError("this edge is read, not served")


def document(edge: str) -> str:
    """Pretty JSON with a newline at the end, stable from run to run."""
    schema = edge_app(edge).openapi_schema.to_schema()
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2).decode() + "\n"
