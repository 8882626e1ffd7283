"""The OpenAPI 3.1 document of an edge, without opening any database."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec
from litestar import Litestar

from yumen import __version__
from yumen.app.server import DOORS, routes_of
from yumen.kit.web import Limits, Opened, litestar_app
from yumen.kit.web.openapi import describe


def edge_app(edge: str) -> Litestar:
    """An edge that is never opened, to read its routes."""

    return litestar_app(routes_of(edge), DOORS[edge](), Limits(), _never, edge, __version__)


def _never() -> AbstractAsyncContextManager[Opened]:
    raise RuntimeError("this edge is read, not served")


def document(edge: str) -> str:
    """Pretty JSON with a newline at the end, stable from run to run."""
    encoded = msgspec.json.encode(described(edge), order="sorted")
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def described(edge: str) -> dict[str, Any]:
    """The same as plain data."""
    return describe(edge_app(edge), DOORS[edge]())
