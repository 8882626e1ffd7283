"""Build one edge: a Litestar application from routes, with the doorkeeper, the envelope and the health answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme
from litestar.router import Router
from litestar.types import ASGIApp

from yumen.kit.web.edge import Doorkeeper, Edge, Guarded
from yumen.kit.web.envelope import Envelope
from yumen.kit.web.limits import Limits
from yumen.kit.web.problems import HANDLERS
from yumen.kit.web.rates import Rates
from yumen.kit.work import Work

Handler = BaseRouteHandler | Router
Ready = Callable[[], Awaitable[dict[str, str]]]

OPEN: Final = {"exclude_from_doorkeeper": True}


class Health(msgspec.Struct):
    """`checks` names each thing this edge needs and how it is."""

    status: str
    checks: dict[str, str] = {}


async def give_edge(request: Request[Any, Any, Any]) -> Edge:
    """The edge that the doorkeeper made for this request."""
    edge: Edge = request.scope["state"]["edge"]
    return edge


@asynccontextmanager
async def _nothing() -> AsyncIterator[None]:
    yield


def web_app(
    name: str,
    version: str,
    routes: Sequence[Any],
    work: Work,
    guarded: Guarded,
    ready: Ready,
    limits: Limits,
    lifespan: AbstractAsyncContextManager[None] | None = None,
) -> ASGIApp:
    """One edge as an ASGI application. `ready` answers what is wrong, by name; nothing wrong means ready."""
    doorkeeper = Doorkeeper(guarded, work, Rates(limits.rates))

    async def guard(connection: Any, handler: BaseRouteHandler) -> None:
        if not handler.opt.get("exclude_from_doorkeeper"):
            await doorkeeper(connection, handler)

    @get("/livez", opt=OPEN, include_in_schema=False)
    async def livez() -> Health:
        return Health("ok")

    @get("/readyz", opt=OPEN, include_in_schema=False)
    async def readyz() -> Response[Health]:
        checks = await ready()
        good = all(state == "ok" for state in checks.values())
        return Response(Health("ok" if good else "unavailable", checks), status_code=200 if good else 503)

    held = lifespan or _nothing()
    app = Litestar.from_config(
        AppConfig(
            route_handlers=[livez, readyz, *routes],
            guards=[guard],
            dependencies={"edge": Provide(give_edge)},
            exception_handlers=dict(HANDLERS),
            openapi_config=openapi(name, version),
            lifespan=[lambda _: held],
            request_max_body_size=limits.body_max,
            logging_config=None,
            debug=False,
        )
    )
    return Envelope(app, name, limits)


def openapi(name: str, version: str) -> OpenAPIConfig:
    """OpenAPI 3.1 of one edge; served at `/schema/openapi.json`, no page from abroad."""
    return OpenAPIConfig(
        title=f"Yumen {name} API",
        version=version,
        path="/schema",
        render_plugins=[],
        security=[{"bearer": []}],
        components=Components(security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")}),
    )
