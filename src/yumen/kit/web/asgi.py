"""Build one edge: a Litestar application from routes, with the doorkeeper, the envelope and the health answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get
from litestar.config.app import AppConfig
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp

from yumen.kit.ids import HandlerId
from yumen.kit.web import openapi
from yumen.kit.web.edge import BULK, OPEN, Doorkeeper, Edge, Guarded
from yumen.kit.web.envelope import Envelope
from yumen.kit.web.limits import Limits, check_length
from yumen.kit.web.problems import HANDLERS
from yumen.kit.web.rates import Rates
from yumen.kit.web.repeats import check_body, check_query
from yumen.kit.work import Work


class Health(msgspec.Struct):
    """`checks` names each thing this edge needs and how it is."""

    status: str
    checks: dict[str, str] = {}


async def give_edge(request: Request[Any, Any, Any]) -> Edge:
    """The edge that the doorkeeper made for this request."""
    edge: Edge = request.scope["state"]["edge"]
    return edge


def _unheard(handler: HandlerId, route: str, code: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What an edge works with while it is open. `ready` answers how each thing it needs is; all `ok` means ready.

    `refused` hears of each request of somebody known that was refused: whose door, method and route, code.
    """

    work: Work
    ready: Callable[[], Awaitable[dict[str, str]]]
    refused: Callable[[HandlerId, str, str], None] = _unheard


Opening = Callable[[], AbstractAsyncContextManager[Opened]]


def web_app(
    routes: Sequence[Any], guarded: Guarded, limits: Limits, opening: Opening, name: str, version: str
) -> ASGIApp:
    """One edge as an ASGI application; `opening` is entered when the server starts and left when it stops."""
    return Envelope(litestar_app(routes, guarded, limits, opening, name, version), name, limits)


def litestar_app(
    routes: Sequence[Any], guarded: Guarded, limits: Limits, opening: Opening, name: str, version: str
) -> Litestar:
    """The same without its envelope, for whoever reads its routes and its OpenAPI document."""
    doorkeeper = Doorkeeper(guarded, Rates(limits.rates))

    async def guard(connection: Any, handler: BaseRouteHandler) -> None:
        if not handler.opt.get(OPEN):
            await doorkeeper(connection, handler)
        if not handler.opt.get(BULK):
            check_length(connection.scope, limits.body_max)
            connection.scope["state"]["body"].narrow(limits.body_max)
        check_query(connection.scope["query_string"])
        if "data" in handler.parsed_fn_signature.parameters:
            check_body(await connection.body())

    @asynccontextmanager
    async def open_while_serving(app: Litestar) -> AsyncIterator[None]:
        async with opening() as opened:
            app.state.opened = opened
            yield

    return Litestar.from_config(
        AppConfig(
            route_handlers=[livez, readyz, *routes],
            guards=[guard],
            dependencies={"edge": Provide(give_edge)},
            exception_handlers=dict(HANDLERS),
            openapi_config=openapi.config(name, version, guarded),
            lifespan=[open_while_serving],
            request_max_body_size=limits.bulk_max,
            logging_config=None,
            debug=False,
        )
    )


@get("/livez", opt={OPEN: True}, include_in_schema=False)
async def livez() -> Health:
    """This process runs."""
    return Health("ok")


@get("/readyz", opt={OPEN: True}, include_in_schema=False)
async def readyz(request: Request[Any, Any, Any]) -> Response[Health]:
    """This process can answer: what it needs answers too."""
    opened: Opened = request.app.state.opened
    checks = await opened.ready()
    good = all(state == "ok" for state in checks.values())
    return Response(Health("ok" if good else "unavailable", checks), status_code=200 if good else 503)
