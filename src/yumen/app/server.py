"""The three edges as ASGI applications, each with its own door: `/v1`, `/staff/v1` and `/hooks`.

granian calls `shopper`, `staff` or `hooks` in each worker; the settings are read from where `YUMEN_CONFIG` says.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_network
from typing import Any, Final

from litestar.types import ASGIApp
from psycopg import OperationalError

from yumen import __version__
from yumen.app import logs, refusals, shop, staff_alarms, staff_jobs, staff_refusals, staff_trail
from yumen.app.collector import collect_seldom
from yumen.app.configured import read_settings
from yumen.app.databases import reachable
from yumen.app.door import HooksDoor, ShopperDoor, StaffDoor
from yumen.app.gate import wait_at_gate
from yumen.app.parent import end_with_parent
from yumen.app.transfer import routes as transfer_routes
from yumen.app.wiring import House, furnished
from yumen.compliance.rights import routes as rights_routes
from yumen.customer.consent import routes as consent_routes
from yumen.customer.identity import routes as identity_routes
from yumen.customer.profile import routes as profile_routes
from yumen.gateway import inbound
from yumen.gateway import routes as gateway_routes
from yumen.gateway.envelope import routes as envelope_routes
from yumen.kit.db import Role
from yumen.kit.settings import ChapterSettings, ServerSettings, Settings
from yumen.kit.web import Guarded, Limits, Opened, web_app
from yumen.kit.web.rates import Rate
from yumen.monitoring import routes as monitoring_routes
from yumen.security.access import routes as access_routes
from yumen.wechat import routes as wechat_routes

OWN: Final[dict[str, Sequence[Any]]] = {
    "shopper": [
        *identity_routes.ROUTES,
        *consent_routes.ROUTES,
        *profile_routes.ROUTES,
        *rights_routes.ROUTES,
        *monitoring_routes.ROUTES,
        *transfer_routes.SHOPPER_ROUTES,
    ],
    "staff": [
        *access_routes.ROUTES,
        *staff_trail.ROUTES,
        *staff_jobs.ROUTES,
        *staff_alarms.ROUTES,
        *staff_refusals.ROUTES,
        *profile_routes.STAFF_ROUTES,
        *rights_routes.STAFF_ROUTES,
        *monitoring_routes.STAFF_ROUTES,
        *transfer_routes.ROUTES,
        *gateway_routes.ROUTES,
        *envelope_routes.ROUTES,
    ],
    "hooks": [*wechat_routes.ROUTES, *inbound.ROUTES],
}
"""What every installation has, whichever chapters it uses."""
ALL_CHAPTERS: Final = ChapterSettings()
READY_WAIT_MAX_S: Final = 1.0
DOORS: Final[dict[str, type[Guarded]]] = {"shopper": ShopperDoor, "staff": StaffDoor, "hooks": HooksDoor}


def routes_of(edge: str, chapters: ChapterSettings = ALL_CHAPTERS) -> list[Any]:
    """All routes of an edge for these chapters."""
    return [*OWN[edge], *shop.routes_of(edge, chapters)]


def shopper() -> ASGIApp:
    return edge("shopper")


def staff() -> ASGIApp:
    return edge("staff")


def hooks() -> ASGIApp:
    return edge("hooks")


def edge(name: str) -> ASGIApp:
    """The edge of that name for this process."""
    end_with_parent()
    wait_at_gate()
    settings = read_settings().settings
    logs.for_servers(settings.logging)
    built = application(name, settings)
    collect_seldom()
    return built


def application(name: str, settings: Settings) -> ASGIApp:
    """The edge of that name; its house is furnished when the server starts it and cleared when it stops."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[Opened]:
        async with (
            reachable(settings) as databases,
            furnished(settings, databases) as house,
            refusals.written_down(house.work) as refused,
        ):
            yield Opened(house.work, lambda: _ready(house), refused.count)

    return web_app(
        routes_of(name, settings.chapters), DOORS[name](), limits(settings.server), opening, name, __version__
    )


def limits(server: ServerSettings) -> Limits:
    """What one request may weigh and how often one may ask, shared among the workers."""
    per_worker = 1 / 60 / server.workers
    return Limits(
        body_max=server.body_max_bytes,
        bulk_max=max(server.body_max_bytes, server.upload_max_bytes),
        headers_max=server.header_max_bytes,
        rates={
            "address": Rate(server.address_per_minute_max * per_worker, server.address_per_minute_max),
            "actor": Rate(server.subject_per_minute_max * per_worker, server.subject_per_minute_max),
        },
        proxies=tuple(ip_network(proxy) for proxy in server.trusted_proxies),
    )


async def _ready(house: House) -> dict[str, str]:
    """Whether both databases answer, by name: `ok` or `unavailable`."""
    names = {"database": Role.APP, "keys": Role.KEYS}
    states = await asyncio.gather(*(_state(house, role) for role in names.values()))
    return dict(zip(names, states, strict=True))


async def _state(house: House, role: Role) -> str:
    try:
        async with house.database.pool(role).connection(timeout=READY_WAIT_MAX_S) as conn:
            await conn.execute("select 1")
    except OperationalError:
        return "unavailable"
    return "ok"
