"""`python -m yumen.sandbox.wechatpay`: run the WeChat Pay sandbox in the foreground until SIGINT or SIGTERM."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from contextlib import suppress
from pathlib import Path

from yumen.sandbox.kit.journal import StateInUse
from yumen.sandbox.kit.wire import NotLoopback
from yumen.sandbox.wechatpay.server import Options, running


def main(arguments: list[str] | None = None) -> int:
    """Run. Exit codes: 0 ended on a signal, 2 refused to start (address, state file or port)."""
    options, quiet = _read(arguments)
    logging.basicConfig(
        format="%(asctime)s SANDBOX / 沙箱 — this is not WeChat Pay | %(message)s",
        level=logging.WARNING if quiet else logging.INFO,
    )
    with suppress(ImportError):
        import uvloop  # noqa: PLC0415 - absent on Windows

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    try:
        asyncio.run(_serve(options))
    except (NotLoopback, StateInUse, OSError) as fault:
        print(f"SANDBOX / 沙箱: {type(fault).__name__}: {fault}", file=sys.stderr)
        return 2
    return 0


def _read(arguments: list[str] | None) -> tuple[Options, bool]:
    parser = argparse.ArgumentParser(prog="yumen.sandbox.wechatpay", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="SQLite file, made when missing")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=0, help="public API, 0 = any free port")
    parser.add_argument("--admin-port", type=int, default=0, help="control page and admin API")
    parser.add_argument("--tls-port", type=int, help="the public API over TLS under a test CA")
    parser.add_argument("--ca", type=Path, help="write the CA bundle here")
    parser.add_argument("--runtime", type=Path, help="write the addresses here as JSON")
    parser.add_argument("--seed", type=int, default=1, help="of a new state file: which numbers, which dice")
    parser.add_argument("--quiet", action="store_true", help="log warnings only")
    given = parser.parse_args(arguments)
    options = Options(
        state=given.state,
        host=given.host,
        port=given.port,
        admin_port=given.admin_port,
        tls_port=given.tls_port,
        ca=given.ca,
        runtime=given.runtime,
        seed=given.seed,
    )
    return options, given.quiet


async def _serve(options: Options) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(options) as addresses:
        print(f"SANDBOX / 沙箱 — this is not WeChat Pay\napi   {addresses.api}\nadmin {addresses.admin}", flush=True)
        if addresses.tls:
            print(f"tls   {addresses.tls}", flush=True)
        await stop.wait()


if __name__ == "__main__":
    sys.exit(main())
