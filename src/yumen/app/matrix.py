"""Every route of every edge, read from the routes themselves, and the acts of the command line: the access matrix."""

from __future__ import annotations

from typing import Final

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from yumen.app.openapi import edge_app
from yumen.app.serve import EDGES
from yumen.kit.i18n import Language
from yumen.kit.web.edge import OPEN
from yumen.security.access import Route, policies, render_matrix

COMMANDS: Final = (
    Route("yumen export", "$", "export", "carry_out"),
    Route("yumen jobs discard", "$", "job", "discard"),
    Route("yumen jobs replay", "$", "job", "replay"),
    Route("yumen keys destroy-epoch", "$", "custody", "destroy_epoch"),
    Route("yumen keys rotate-root", "$", "custody", "rotate_root"),
)
"""What a named person does at a terminal, by the key of theirs."""


def routes_of(app: Litestar) -> list[Route]:
    """Method, path, resource and action of each route; health checks and the schema are left out."""
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if not isinstance(handler, HTTPRouteHandler) or handler.opt.get(OPEN) or route.path.startswith("/schema"):
                continue
            resource, action = handler.opt.get("allow", ("", ""))
            found += [
                Route(route.path_format, method, resource, action)
                for method in sorted(handler.http_methods)
                if method != "OPTIONS"
            ]
    return found


def all_routes() -> list[Route]:
    """Those of the three edges."""
    return [route for edge in EDGES for route in routes_of(edge_app(edge))]


def access_matrix(language: Language) -> str:
    """The table a reviewer compares."""
    return render_matrix([*all_routes(), *COMMANDS], policies(), language)
