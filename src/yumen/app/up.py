"""Start everything on one machine: databases, simulators where settings ask for them, three edges, worker.

For laptops. A second start on the same folders joins the database and takes other ports; a kill -9 leaves no process.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

import msgspec
from psycopg import AsyncConnection, OperationalError

from yumen.app.cli.words import say
from yumen.app.configured import settings_file
from yumen.app.databases import Databases, bring_up_to_date, reachable
from yumen.app.gate import Gate
from yumen.app.supervisor import Program, Supervisor, free_port
from yumen.kit.db import Role
from yumen.kit.settings import FILE_VARIABLE, Settings

HOST: Final = "127.0.0.1"
SANDBOXES: Final = ("wechat", "wechatpay", "salesforce", "hubspot")
DATABASE_LOOK_EVERY_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Running:
    """Where everything answers, and who keeps it running."""

    settings: Settings
    databases: Databases
    supervisor: Supervisor
    sandbox_admin_url: str | None
    pay_admin_url: str | None
    salesforce_admin_url: str | None
    hubspot_admin_url: str | None
    """Where the simulators are looked after; None where the settings ask for none."""


@dataclass(frozen=True, slots=True)
class _Door:
    """A simulator and its two ports."""

    name: str
    port: int
    admin_port: int


@asynccontextmanager
async def everything(settings: Settings, told: Callable[[str], None]) -> AsyncIterator[Running]:
    """Everything running, for as long as the block lasts. `told` hears each step as a sentence."""
    placed, doors = _placed(settings)
    supervisor = Supervisor(
        placed.demo.folder / "logs", _environment(placed), lambda name, event: told(say(f"up.{event}", name=name))
    )
    gate, (first, *others) = Gate(), _programs(placed)
    try:
        await supervisor.launch(first, gate)  # it loads its code while the databases are made
        async with reachable(settings) as databases:
            told(say("up.database"))
            applied = await bring_up_to_date(databases)
            told(say("migrate.done", applied=applied))
            keeper = asyncio.create_task(_keep_database(settings, databases, told))
            try:
                await supervisor.start(*(_sandbox(placed, door) for door in doors))
                gate.open()
                await supervisor.start(first)
                await supervisor.start(*others)
                admin = {door.name: f"http://{HOST}:{door.admin_port}" for door in doors}
                yield Running(placed, databases, supervisor, *map(admin.get, SANDBOXES))
            finally:
                await supervisor.stop()
                keeper.cancel()
                await asyncio.gather(keeper, return_exceptions=True)
    finally:
        gate.open()
        await supervisor.stop()


async def _keep_database(settings: Settings, databases: Databases, told: Callable[[str], None]) -> None:
    """Start the embedded database again when it was killed; one that settings name is somebody else's to start."""
    async with AsyncExitStack() as held:
        while settings.database.embedded:
            await asyncio.sleep(DATABASE_LOOK_EVERY_S)
            try:
                await (await AsyncConnection.connect(databases.urls[Role.APP], connect_timeout=5)).close()
            except OperationalError:
                again = await held.enter_async_context(reachable(settings))
                if again.started:  # else it was only slow to answer
                    told(say("up.restarted", name="postgres"))


async def stay_up(settings: Settings) -> None:
    """Everything until SIGINT or SIGTERM."""
    with ended_by_signal():
        async with everything(settings, lambda line: print(line, flush=True)) as running:
            for line in addresses(running):
                print(line, flush=True)
            await asyncio.Event().wait()


@contextmanager
def ended_by_signal() -> Iterator[None]:
    """SIGINT or SIGTERM end the block at once; what was opened in it is closed, and the program goes on behind it."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    asked = False

    def ask() -> None:
        nonlocal asked
        asked = True
        task.cancel()

    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ask)
    try:
        yield
    except asyncio.CancelledError:
        if not asked:
            raise
        task.uncancel()
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)


def addresses(running: Running) -> list[str]:
    """What to open, one line each."""
    server = running.settings.server
    lines = [
        say("up.address.shopper", url=f"{server.shopper_url}/schema/openapi.json"),
        say("up.address.staff", url=f"{server.staff_url}/schema/openapi.json"),
        say("up.address.hooks", url=server.hooks_url),
        say("up.address.trail", folder=str(running.settings.trail.publish_folder)),
        say("up.address.logs", folder=str(running.supervisor.folder)),
    ]
    sandboxes = (
        ("sandbox", running.sandbox_admin_url),
        ("sandbox_pay", running.pay_admin_url),
        ("sandbox_salesforce", running.salesforce_admin_url),
        ("sandbox_hubspot", running.hubspot_admin_url),
    )
    lines[:0] = [say(f"up.address.{name}", url=url) for name, url in sandboxes if url]
    return [*lines, say("up.stop")]


def _placed(settings: Settings) -> tuple[Settings, list[_Door]]:
    """The same settings on ports that are free; where simulators run, WeChat and WeChat Pay are the simulators."""
    taken: set[int] = set()
    server = settings.server
    shopper, staff, hooks = (
        free_port(port, taken) for port in (server.shopper_port, server.staff_port, server.hooks_port)
    )
    placed_server = msgspec.structs.replace(
        server,
        shopper_port=shopper,
        staff_port=staff,
        hooks_port=hooks,
        shopper_url=f"http://{HOST}:{shopper}",
        staff_url=f"http://{HOST}:{staff}",
        hooks_url=f"http://{HOST}:{hooks}",
    )
    placed = msgspec.structs.replace(settings, server=placed_server)
    if not settings.demo.sandboxes:
        return placed, []
    ports = [free_port(settings.demo.sandbox_port + step, taken) for step in range(2 * len(SANDBOXES))]
    doors = [_Door(name, *ports[2 * place : 2 * place + 2]) for place, name in enumerate(SANDBOXES)]
    urls = {door.name: f"http://{HOST}:{door.port}" for door in doors}
    wechat, pay = (urls["wechat"],), (urls["wechatpay"],)
    recipients = {
        name: msgspec.structs.replace(each, url=urls.get(each.connector, each.url))
        for name, each in settings.recipient.items()
    }
    merchants = {name: msgspec.structs.replace(each, base_urls=pay) for name, each in settings.merchant.items()}
    return msgspec.structs.replace(
        placed,
        wechat=msgspec.structs.replace(settings.wechat, base_urls=wechat),
        merchant=merchants,
        recipient=recipients,
        demo=msgspec.structs.replace(settings.demo, sandbox_port=ports[0]),
    ), doors


def _environment(placed: Settings) -> dict[str, str]:
    """What the started programs are told on top of the settings file."""
    server = placed.server
    told = {
        "YUMEN_SERVER__SHOPPER_PORT": str(server.shopper_port),
        "YUMEN_SERVER__STAFF_PORT": str(server.staff_port),
        "YUMEN_SERVER__HOOKS_PORT": str(server.hooks_port),
        "YUMEN_SERVER__SHOPPER_URL": server.shopper_url,
        "YUMEN_SERVER__STAFF_URL": server.staff_url,
        "YUMEN_SERVER__HOOKS_URL": server.hooks_url,
        "YUMEN_WECHAT__BASE_URLS": ",".join(placed.wechat.base_urls),
        "YUMEN_DEMO__SANDBOX_PORT": str(placed.demo.sandbox_port),
    }
    for name, merchant in placed.merchant.items():
        told[f"YUMEN_MERCHANT__{name.upper()}__BASE_URLS"] = ",".join(merchant.base_urls)
    for name, recipient in placed.recipient.items():
        told[f"YUMEN_RECIPIENT__{name.upper()}__URL"] = recipient.url
    file = settings_file()
    if file is not None:
        told[FILE_VARIABLE] = str(file.absolute())
    return {name: value for name, value in told.items() if name not in os.environ or name.startswith("YUMEN_SERVER")}


def _programs(placed: Settings) -> list[Program]:
    server = placed.server
    ports = {"shopper": server.shopper_port, "staff": server.staff_port, "hooks": server.hooks_port}
    edges = [
        Program(edge, ("yumen", "serve", edge), ready=(server.host, port, "/readyz")) for edge, port in ports.items()
    ]
    return [*edges, Program("worker", ("yumen", "worker"))]


def _sandbox(placed: Settings, door: _Door) -> Program:
    state = placed.demo.folder / f"{door.name}.sqlite"
    arguments = ("--port", str(door.port), "--admin-port", str(door.admin_port), "--state", str(state))
    started = ("yumen", "sandbox", door.name, *arguments)
    return Program(f"sandbox-{door.name}", started, ready=(HOST, door.admin_port, "/"))
