"""The whole house: three edges and what the worker does, wired by the product's own wiring, on a real PostgreSQL.

The edges are spoken to in-process; WeChat's sandbox runs as a process and delivers its pushes over a real socket.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from psycopg import conninfo

from tests.conftest import Cluster
from tests.stories.app.gate import Gate, GateApi, opened
from tests.stories.wechat.conftest import sandbox  # noqa: F401  # a fixture
from yumen.app.databases import Databases, reachable
from yumen.app.demo.cast import Part, Played
from yumen.app.demo.shopper import Visitor
from yumen.app.pen import Pen
from yumen.app.server import application
from yumen.app.wiring import House, furnished
from yumen.kit.db import Role
from yumen.kit.ids import HandlerId
from yumen.kit.jobs.attempt import JobLine
from yumen.kit.jobs.worker import WorkerOptions, run_worker
from yumen.kit.settings import (
    App,
    Brand,
    ClockSettings,
    DatabaseSettings,
    Handler,
    KeysSettings,
    Secret,
    ServerSettings,
    Settings,
    TrailSettings,
    WechatSettings,
)
from yumen.kit.work import Actor, ActorKind
from yumen.sandbox.wechat.client import Admin
from yumen.sandbox.wechat.records import Person
from yumen.sandbox.wechat.server import Addresses
from yumen.security import trail
from yumen.security.access import admission, key_life
from yumen.security.trail import FolderShelf, Sequencer, Tiles

PUSH_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
EDGES = ("shopper", "staff", "hooks")


@dataclass(frozen=True)
class Town:
    """The house with its doors open, WeChat across the road, and one made-up app in it."""

    settings: Settings
    cluster: Cluster
    databases: Databases
    house: House
    shopper: Gate
    staff: Gate
    hooks: Gate
    wechat: Admin
    appid: str
    log: list[bytes] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    @property
    def api(self) -> GateApi:
        return GateApi(None, "", gate=self.shopper, secrets=self.secrets)  # type: ignore[arg-type]

    async def person(self) -> Person:
        return (await self.wechat.add_people(1))[0]

    async def visitor(self, person: Person | None = None) -> Visitor:
        """Somebody who has logged in."""
        who = person or await self.person()
        visitor = Visitor(self.api, self.wechat, self.appid, who.id)
        await visitor.log_in()
        return visitor

    async def clerk(self, *roles: str) -> str:
        """The key of a member of staff with these roles. Two are admitted so."""
        async with self.house.work.begin(Actor(ActorKind.SYSTEM, "cli", self.handler)) as uow:
            actor = await admission.bootstrap(uow, f"Clerk {secrets.token_hex(3)}", roles)
            return (await key_life.issue_first(uow, actor, 30)).token

    @property
    def handler(self) -> HandlerId:
        from yumen.customer import identity

        return self.house.work.use(identity.Apps).named(self.appid).handler

    async def work_off(self) -> None:
        """Run the jobs that are due; their lines go to `log`."""

        def tell(line: JobLine) -> None:
            self.log.append(msgspec.json.encode(line))

        await run_worker(
            self.house.work, self.house.jobs, self.databases.jobs_url, WorkerOptions(until_idle=True), tell=tell
        )

    async def publish(self) -> int:
        """Integrate, sign and publish the trail; answers its size."""
        tiles = Tiles()
        size = await Sequencer(lambda: self.house.database.connect(Role.SEQUENCER)).catch_up()
        async with self.house.database.pool(Role.SEQUENCER).connection() as conn:
            await Pen(self.house.keyring, self.settings.trail.origin, tiles).sign(conn)
            await trail.publish(conn, FolderShelf(self.settings.trail.publish_folder), tiles)
        return size

    def settings_file(self, folder: Path) -> Path:
        """The settings of this town as a file, for commands and processes of their own."""
        given = self.settings
        database = {
            name: getattr(given.database, name).reveal()
            for name in ("owner", "app", "sequencer", "staff", "keys_owner", "keys")
        }
        app, handler = given.app["velvet"], given.handler["velvet"]
        lines = [
            'environment = "development"',
            *section(
                "handler.velvet", name=handler.name, name_zh=handler.name_zh, contact=handler.contact
            ),
            *section("brand.velvet", handler="velvet", name=given.brand["velvet"].name),
            *section(
                "app.velvet", brand="velvet", appid=app.appid, secret=app.secret.reveal(),
                push_token=app.push_token.reveal(), push_aes_key=app.push_aes_key.reveal(),
            ),
            *section("database", **database, pool_max=4),
            *section("keys", folder=str(given.keys.folder)),
            *section("trail", origin=given.trail.origin, publish_folder=str(given.trail.publish_folder)),
            *section("wechat", base_urls=list(given.wechat.base_urls)),
            *section("server", subject_per_minute_max=100_000, address_per_minute_max=100_000),
        ]  # fmt: skip
        file = folder / "yumen.toml"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file

    async def lose(self, role: Role) -> None:
        """The database of that role takes nobody in and turns out whoever is there."""
        name = conninfo.conninfo_to_dict(self.databases.urls[role])["dbname"]
        await self.cluster.admin.execute(f"alter database {name} with allow_connections false")
        await self.cluster.admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )

    async def restore(self, role: Role) -> None:
        name = conninfo.conninfo_to_dict(self.databases.urls[role])["dbname"]
        await self.cluster.admin.execute(f"alter database {name} with allow_connections true")

    async def count(self, query: str, *values: object) -> int:
        """One number, asked as the owner of the main database."""
        async with await self.house.database.connect(Role.OWNER) as conn:
            row = await (await conn.execute(query, values)).fetchone()
        assert row is not None
        return int(next(iter(row.values())))


def section(place: str, /, **values: object) -> list[str]:
    """One section of a TOML file: JSON's texts, numbers and lists are TOML's too."""
    return [f"[{place}]", *(f"{key} = {msgspec.json.encode(value).decode()}" for key, value in values.items())]


def settings_for(pair: dict[Role, str], folder: Path, api: str, appid: str, secret: str) -> Settings:
    """Settings of one handler with one app, over this pair of databases."""
    urls = {role: Secret(url) for role, url in pair.items()}
    return Settings(
        handler={"velvet": Handler(name="Velvet Pine Ltd.", name_zh="绒松有限公司", contact="privacy@velvet.example")},
        brand={"velvet": Brand(handler="velvet", name="Velvet Pine", name_zh="绒松")},
        app={
            "velvet": App(
                brand="velvet", appid=appid, secret=Secret(secret), push_token=Secret("storytoken"),
                push_aes_key=Secret(PUSH_KEY),
            )
        },
        database=DatabaseSettings(
            owner=urls[Role.OWNER], app=urls[Role.APP], sequencer=urls[Role.SEQUENCER], staff=urls[Role.STAFF],
            keys_owner=urls[Role.KEYS_OWNER], keys=urls[Role.KEYS], pool_max=4,
        ),
        keys=KeysSettings(folder=folder / "kms"),
        trail=TrailSettings(origin="trail.velvet.example", publish_folder=folder / "published", checkpoint_s=0.2),
        server=ServerSettings(subject_per_minute_max=1_000_000, address_per_minute_max=1_000_000),
        wechat=WechatSettings(base_urls=(api,), timeout_s=3),
        clock=ClockSettings(movable=True),
    )  # fmt: skip


@pytest.fixture
async def town(cluster: Cluster, sandbox: Addresses, tmp_path: Path) -> AsyncIterator[Town]:  # noqa: F811
    async with opened_town(cluster, sandbox, tmp_path) as opened:
        yield opened


@asynccontextmanager
async def opened_town(cluster: Cluster, wechat_at: Addresses, folder: Path) -> AsyncIterator[Town]:
    """Everything open over a fresh pair of databases, and gone with the block."""
    urls = await cluster.create_pair()
    try:
        async with Admin(wechat_at.admin) as wechat, AsyncExitStack() as stack:
            app = await wechat.create_app(name="Velvet Pine", open_platform=secrets.token_hex(4))
            settings = settings_for(urls, folder, wechat_at.api, app.appid, app.secret)
            databases = await stack.enter_async_context(reachable(settings))
            house = await stack.enter_async_context(furnished(settings, databases, Role.SEQUENCER))
            log: list[bytes] = []
            gates = [await stack.enter_async_context(edge(name, settings, log)) for name in EDGES]
            url = await stack.enter_async_context(listening(gates[2]))
            await wechat.set_push(app.appid, f"{url}/hooks/wechat/{app.appid}", "storytoken", PUSH_KEY)
            yield Town(settings, cluster, databases, house, *gates, wechat, app.appid, log)
    finally:
        await cluster.drop_pair(urls)


@asynccontextmanager
async def edge(name: str, settings: Settings, log: list[bytes]) -> AsyncIterator[Gate]:
    """One edge, its log lines collected."""
    app = application(name, settings)
    app.log = log.append  # type: ignore[union-attr]
    async with opened(app) as gate:
        yield gate


@asynccontextmanager
async def listening(gate: Gate) -> AsyncIterator[str]:
    """A socket before an edge, for callers that are another process."""

    async def pass_on(request: web.Request) -> web.Response:
        headers = [(name.lower(), value) for name, value in request.raw_headers]
        answer = await gate.ask(
            request.method, request.path, query=request.query_string.encode(), headers=headers,
            body=await request.read(),
        )  # fmt: skip
        kept = {"content-type": answer.headers["content-type"]}
        return web.Response(status=answer.status, body=answer.body, headers=kept)

    server = web.Application()
    server.router.add_route("*", "/{path:.*}", pass_on)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def until(condition: object, limit_s: float = 60.0) -> None:
    """Wait until an asynchronous condition holds."""
    async with asyncio.timeout(limit_s):
        while not await condition():  # type: ignore[operator]
            await asyncio.sleep(0.05)


__all__ = ["Cluster", "Part", "Played", "Town", "edge", "settings_for", "until"]
