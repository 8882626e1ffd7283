"""Load: logins of random known shoppers over a number of connections, by wrk or, without it, by `bench.own_load`."""

import json
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SCRIPT = Path(__file__).with_name("login.lua")


@dataclass(frozen=True)
class Door:
    """Where a server takes logins. In `body` the word CODE stands for the code of wx.login.

    `headers` with an empty `idempotency-key` get a new one for each request.
    """

    port: int
    path: str
    body: str = '{"code":"CODE"}'
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Load:
    """What a run of load saw. `failed` counts answers other than 2xx and lost connections."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failed: int

    @property
    def per_s(self) -> float:
        return self.requests / self.seconds


def press(door: Door, subjects: int, connections: int, seconds: float) -> Load:
    """Press on a door for so long; every request carries a code that was never used."""
    run = secrets.token_hex(4)
    words = [door.path, door.body, str(subjects), run, *(f"{name}={value}" for name, value in door.headers.items())]
    url = f"http://127.0.0.1:{door.port}"
    if shutil.which("wrk"):
        timing = [f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s"]
        command = ["wrk", "-t1", *timing, "-s", str(SCRIPT), url, "--", *words]
    else:
        command = [sys.executable, "-m", "bench.own_load", url, str(connections), str(seconds), *words]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    result = next(line for line in said.splitlines() if line.startswith("RESULT "))
    return Load(**json.loads(result.removeprefix("RESULT ")))
