"""Show the storefront beside a running Yumen: a phone in the browser, before the local backend and the simulators.

The runner is a Node.js program of the checkout (`miniprogram/runner`); without it, or without Node.js, there is none.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final

from yumen.app.supervisor import Program, free_port
from yumen.app.up import HOST, Running

RUNNER: Final = Path(__file__).resolve().parents[3] / "miniprogram/runner"
PORT: Final = 8078
NAME: Final = "storefront"
NEEDED: Final = (RUNNER / "node_modules/.installed", RUNNER.parent / "sdk/miniprogram_dist/index.js")
"""The packages of the runner, and the SDK as a mini-program takes it; `make demo` sees to both."""


def is_there() -> bool:
    """Can the storefront be shown here?"""
    return shutil.which("node") is not None and all(file.is_file() for file in NEEDED)


async def show(running: Running, appid: str, *arguments: str) -> str | None:
    """Start the runner among the other programs; answers the address of the page, None where it is not there."""
    if not is_there() or not running.sandbox_admin_url or not running.pay_admin_url:
        return None
    port = free_port(PORT, set())
    told = {
        "port": str(port),
        "appid": appid,
        "api": running.settings.server.shopper_url,
        "wechat": running.sandbox_admin_url,
        "cashier": running.pay_admin_url,
    }
    options = [f"--{name}={value}" for name, value in told.items()]
    program = Program(NAME, (__name__, *options, *arguments), ready=(HOST, port, "/"))
    await running.supervisor.start(program)
    return f"http://{HOST}:{port}/"


def main(arguments: list[str]) -> None:
    """Become the runner: this process is what the supervisor started and watches."""
    node = shutil.which("node") or "node"
    os.execv(node, [node, str(RUNNER / "serve.mjs"), *arguments])  # noqa: S606 - no shell, our own program


if __name__ == "__main__":
    main(sys.argv[1:])
