"""Run the sandbox: the public port that looks like api.mch.weixin.qq.com, its TLS twin, and the admin port."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from yumen.sandbox.kit.tls import Authority, new_authority, server_context
from yumen.sandbox.kit.tunnel import NamesTunnel
from yumen.sandbox.kit.wire import Port, listen
from yumen.sandbox.wechatpay.admin import Desks, build_api
from yumen.sandbox.wechatpay.bill_desk import BillDesk
from yumen.sandbox.wechatpay.bills import Bills
from yumen.sandbox.wechatpay.control_page import ControlPage
from yumen.sandbox.wechatpay.endpoints import Endpoints
from yumen.sandbox.wechatpay.gate import Gate
from yumen.sandbox.wechatpay.keeper import Keeper
from yumen.sandbox.wechatpay.merchant_desk import MerchantDesk
from yumen.sandbox.wechatpay.notices import write
from yumen.sandbox.wechatpay.orders import Orders
from yumen.sandbox.wechatpay.payer_desk import PayerDesk
from yumen.sandbox.wechatpay.payments import Payments
from yumen.sandbox.wechatpay.post import Postman
from yumen.sandbox.wechatpay.refunds import Refunds
from yumen.sandbox.wechatpay.volley import Volley
from yumen.sandbox.wechatpay.world import World, open_world

SIGN: Final = ("Yumen-Sandbox", "SANDBOX - this is not WeChat Pay")
"""In every answer. ASCII: the Chinese word does not fit into a header."""
PLAYED: Final = ("api.mch.weixin.qq.com", "api2.mch.weixin.qq.com", "api.wechatpay.cn", "api2.wechatpay.cn")
SWEEP_S: Final = 60.0
SETTLE_S: Final = 0.1
log = logging.getLogger("yumen.sandbox.wechatpay")


@dataclass(frozen=True, slots=True)
class Options:
    """How to run. Ports: 0 takes any free one; `tls_port` None leaves TLS off."""

    state: Path
    host: str = "127.0.0.1"
    port: int = 0
    admin_port: int = 0
    tls_port: int | None = None
    ca: Path | None = None
    runtime: Path | None = None
    seed: int = 1


class Addresses(msgspec.Struct, kw_only=True):
    """Where the sandbox is to be found; also the content of the runtime file."""

    pid: int
    api: str
    admin: str
    tls: str = ""
    ca: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who works in one sandbox, wired."""

    gate: Gate
    page: ControlPage
    postman: Postman
    refunds: Refunds
    volley: Volley


def employ(world: World) -> Staff:
    """Wire the parts to one world."""
    postman = Postman(world, write)
    payments, refunds, bills = Payments(world, postman), Refunds(world, postman), Bills(world)
    orders, volley = Orders(world, payments), Volley(world, payments, refunds, postman)
    desks = Desks(
        MerchantDesk(world),
        PayerDesk(world, orders, payments, refunds, postman),
        BillDesk(world, bills, refunds),
        Keeper(world, postman, refunds),
        volley,
    )
    gate = Gate(world, Endpoints(orders, refunds, bills))
    return Staff(gate, ControlPage(world, build_api(desks), desks), postman, refunds, volley)


@asynccontextmanager
async def running(options: Options) -> AsyncIterator[Addresses]:
    """The sandbox, until the block ends. Raises NotLoopback, StateInUse, OSError (port taken)."""
    world = open_world(options.state, options.seed)
    servers: list[asyncio.Server] = []
    chores: list[asyncio.Task[None]] = []
    staff = employ(world)
    try:
        addresses = await _open_ports(world, staff, options, servers)
        chores += [asyncio.create_task(chore) for chore in (staff.postman.run(), _settle(staff.refunds), _sweep(world))]
        if options.runtime is not None:
            _write_whole(options.runtime, msgspec.json.encode(addresses))
        log.info("api %s tls %s admin %s", addresses.api, addresses.tls or "off", addresses.admin)
        yield addresses
    finally:
        for server in servers:
            server.close()
        await staff.volley.stop()
        for chore in chores:
            chore.cancel()
        await asyncio.gather(*chores, return_exceptions=True)
        world.journal.close()
        if options.runtime is not None:
            with suppress(FileNotFoundError):
                options.runtime.unlink()


async def _open_ports(world: World, staff: Staff, options: Options, servers: list[asyncio.Server]) -> Addresses:
    settle, gate = world.journal.settle, staff.gate
    addresses = Addresses(pid=os.getpid(), api="", admin="")
    tunnel: NamesTunnel | None = None
    if options.tls_port is not None:
        authority = _authority(world)
        context = server_context(authority, [*PLAYED, "localhost", "127.0.0.1", "::1"])
        secure = await listen(Port(gate, settle, SIGN), options.host, options.tls_port, context)
        servers.append(secure)
        addresses.tls = f"https://{_at(secure)}"
        tunnel = NamesTunnel(frozenset(PLAYED).__contains__, options.host, _port(secure))
        if options.ca is not None:
            _write_whole(options.ca, authority.certificate_pem.encode())
            addresses.ca = str(options.ca)
    servers.append(api := await listen(Port(gate, settle, SIGN, tunnel), options.host, options.port))
    servers.append(desk := await listen(Port(staff.page, settle, SIGN), options.host, options.admin_port))
    addresses.api, addresses.admin = f"http://{_at(api)}", f"http://{_at(desk)}"
    return addresses


def _authority(world: World) -> Authority:
    """The authority of this state file, made once: a restart keeps the CA bundle valid."""
    settings = world.settings
    if not settings.ca_pem:
        made = new_authority("Yumen SANDBOX test CA - not WeChat Pay")
        settings.ca_pem, settings.ca_key_pem = made.certificate_pem, made.key_pem
        world.save_settings()
        world.journal.commit()
    return Authority(settings.ca_pem, settings.ca_key_pem)


async def _settle(refunds: Refunds) -> None:
    while True:
        await asyncio.sleep(SETTLE_S)
        refunds.settle_due()


async def _sweep(world: World) -> None:
    while True:
        await asyncio.sleep(SWEEP_S)
        world.sweep()


def _port(server: asyncio.Server) -> int:
    number: int = server.sockets[0].getsockname()[1]
    return number


def _at(server: asyncio.Server) -> str:
    host = server.sockets[0].getsockname()[0]
    return f"[{host}]:{_port(server)}" if ":" in host else f"{host}:{_port(server)}"


def _write_whole(file: Path, content: bytes) -> None:
    """Readers see the old file or the new one, never half of it."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(file)
