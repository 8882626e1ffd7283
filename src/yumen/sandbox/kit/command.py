"""The command line of a sandbox: run it in the foreground until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from yumen.sandbox.kit.journal import StateInUse
from yumen.sandbox.kit.serving import Addresses, Options
from yumen.sandbox.kit.wire import NotLoopback

Running = Callable[[Options], AbstractAsyncContextManager[Addresses]]


@dataclass(frozen=True, slots=True)
class Program:
    """Its module, the notice it says everywhere, and what the seed decides."""

    module: str
    notice: str
    purpose: str
    seed: str


def run(program: Program, running: Running, arguments: list[str] | None = None) -> int:
    """Exit codes: 0 ended on a signal, 2 refused to start (address, state file or port)."""
    options, quiet = _read(program, arguments)
    logging.basicConfig(
        format=f"%(asctime)s {program.notice} | %(message)s", level=logging.WARNING if quiet else logging.INFO
    )
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_serve(program, running, options))
    except (NotLoopback, StateInUse, OSError) as fault:
        print(f"SANDBOX / 沙箱: {type(fault).__name__}: {fault}", file=sys.stderr)
        return 2
    return 0


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is: absent on Windows."""
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.new_event_loop


def _read(program: Program, arguments: list[str] | None) -> tuple[Options, bool]:
    parser = argparse.ArgumentParser(prog=program.module, description=program.purpose)
    parser.add_argument("--state", type=Path, required=True, help="SQLite file, made when missing")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=0, help="public API, 0 = any free port")
    parser.add_argument("--admin-port", type=int, default=0, help="control page and admin API")
    parser.add_argument("--tls-port", type=int, help="the public API over TLS under a test CA")
    parser.add_argument("--ca", type=Path, help="write the CA bundle here")
    parser.add_argument("--runtime", type=Path, help="write the addresses here as JSON")
    parser.add_argument("--seed", type=int, default=1, help=f"of a new state file: {program.seed}")
    parser.add_argument("--quiet", action="store_true", help="log warnings only")
    given = vars(parser.parse_args(arguments))
    quiet: bool = given.pop("quiet")
    return Options(**given), quiet


async def _serve(program: Program, running: Running, options: Options) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(options) as addresses:
        print(f"{program.notice}\napi   {addresses.api}\nadmin {addresses.admin}", flush=True)
        if addresses.tls:
            print(f"tls   {addresses.tls}", flush=True)
        await stop.wait()
