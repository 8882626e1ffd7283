"""Run a sandbox: the public port, its TLS twin under a test authority, the admin port, and the chores between."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from yumen.sandbox.kit.exchange import Handler
from yumen.sandbox.kit.memory import BasicSettings, Memory
from yumen.sandbox.kit.parse import BODY_MAX_BYTES
from yumen.sandbox.kit.tls import Authority, new_authority, server_context
from yumen.sandbox.kit.tunnel import NamesTunnel
from yumen.sandbox.kit.wire import Port, listen

Chore = Callable[[], Coroutine[Any, Any, None]]
log = logging.getLogger("yumen.sandbox")


@dataclass(frozen=True, slots=True)
class Play:
    """What is played: the header in every answer, the host names, the name of the test authority."""

    sign: tuple[str, str]
    names: Sequence[str]
    authority: str
    body_max: int = BODY_MAX_BYTES


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
class Handlers:
    """Who answers the public port and the admin port."""

    gate: Handler
    desk: Handler


@asynccontextmanager
async def serving(
    play: Play, options: Options, memory: Memory[BasicSettings], handlers: Handlers, chores: Sequence[Chore]
) -> AsyncIterator[Addresses]:
    """The open sandbox, until the block ends. Raises NotLoopback, OSError (port taken)."""
    servers: list[asyncio.Server] = []
    tasks: list[asyncio.Task[None]] = []
    try:
        addresses = await _open_ports(play, options, memory, handlers, servers)
        tasks += [asyncio.create_task(chore()) for chore in chores]
        if options.runtime is not None:
            _write_whole(options.runtime, msgspec.json.encode(addresses))
        log.info("api %s tls %s admin %s", addresses.api, addresses.tls or "off", addresses.admin)
        yield addresses
    finally:
        for server in servers:
            server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        memory.journal.close()
        if options.runtime is not None:
            with suppress(FileNotFoundError):
                options.runtime.unlink()


def every(seconds: float, act: Callable[[], None]) -> Chore:
    """A chore that does this again and again."""

    async def chore() -> None:
        while True:
            await asyncio.sleep(seconds)
            act()

    return chore


async def _open_ports(
    play: Play, options: Options, memory: Memory[BasicSettings], handlers: Handlers, servers: list[asyncio.Server]
) -> Addresses:
    settle, gate = memory.journal.settle, handlers.gate
    addresses = Addresses(pid=os.getpid(), api="", admin="")
    tunnel: NamesTunnel | None = None
    if options.tls_port is not None:
        authority = _authority(memory, play.authority)
        context = server_context(authority, [*play.names, "localhost", "127.0.0.1", "::1"])
        secure = await listen(
            Port(gate, settle, play.sign, body_max=play.body_max), options.host, options.tls_port, context
        )
        servers.append(secure)
        addresses.tls = f"https://{_at(secure)}"
        tunnel = NamesTunnel(frozenset(play.names).__contains__, options.host, _port(secure))
        if options.ca is not None:
            _write_whole(options.ca, authority.certificate_pem.encode())
            addresses.ca = str(options.ca)
    port = Port(gate, settle, play.sign, tunnel, body_max=play.body_max)
    servers.append(api := await listen(port, options.host, options.port))
    servers.append(desk := await listen(Port(handlers.desk, settle, play.sign), options.host, options.admin_port))
    addresses.api, addresses.admin = f"http://{_at(api)}", f"http://{_at(desk)}"
    return addresses


def _authority(memory: Memory[BasicSettings], name: str) -> Authority:
    """The authority of this state file, made once: a restart keeps the CA bundle valid."""
    settings = memory.settings
    if not settings.ca_pem:
        made = new_authority(name)
        settings.ca_pem, settings.ca_key_pem = made.certificate_pem, made.key_pem
        memory.save_settings()
        memory.journal.commit()
    return Authority(settings.ca_pem, settings.ca_key_pem)


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
