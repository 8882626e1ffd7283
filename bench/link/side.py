"""Open the link, and run programs on either side of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.link.conditions import ADDRESSES, Conditions
from bench.link.namespaces import NoNamespaces
from bench.processes import NotStarted, Process, running

ROOT = Path(__file__).resolve().parents[2]
READY_MAX_S = 20.0
__all__ = ["Link", "NoNamespaces", "Side", "opened"]


@dataclass(frozen=True)
class Side:
    """One end. What it runs sees only itself and, through the link, the other end; files and Unix sockets as ever."""

    address: str
    holder: int
    network: int

    def command(self, words: Sequence[str | Path]) -> list[str | Path]:
        """The same command, inside this network."""
        return [sys.executable, "-m", "bench.link.inside", str(self.holder), str(self.network), *words]

    def run(
        self, words: Sequence[str | Path], env: Mapping[str, str] | None = None, *, timeout_s: float | None = None
    ) -> str:
        """Run a program to its end; answers what it printed. Raises CalledProcessError, TimeoutExpired."""
        done = subprocess.run(
            [str(word) for word in self.command(words)],
            env=None if env is None else dict(env),
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            timeout=timeout_s,
        )
        return done.stdout

    @contextmanager
    def running(
        self, words: Sequence[str | Path], port: int | None, log: Path, env: Mapping[str, str] | None = None
    ) -> Iterator[Process]:
        """Run a server until the block ends; ready once `port` accepts on this side. Raises NotStarted."""
        with running(self.command(words), None, log, env, ROOT) as process:
            if port is not None:
                self._await(port, log)
            yield process

    def _await(self, port: int, log: Path) -> None:
        probe = f"import socket; socket.create_connection(({self.address!r}, {port}), 1)"
        deadline = time.monotonic() + READY_MAX_S
        while time.monotonic() < deadline:
            asked = [str(word) for word in self.command([sys.executable, "-c", probe])]
            if subprocess.run(asked, cwd=ROOT, check=False, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise NotStarted(f"not listening after {READY_MAX_S:.0f} s: {log.read_text(errors='replace')[-800:]}")


@dataclass(frozen=True)
class Link:
    """Both ends, and the relay between."""

    client: Side
    server: Side
    relay: subprocess.Popen[str]

    def cut(self, seconds: float) -> None:
        """Lose every packet from now on, for so long; those under way too."""
        self._order(f"cut {seconds}")

    def stall(self, seconds: float) -> None:
        """Hold every packet back for so long."""
        self._order(f"stall {seconds}")

    def _order(self, order: str) -> None:
        assert self.relay.stdin is not None
        self.relay.stdin.write(f"{order}\n")
        self.relay.stdin.flush()


@contextmanager
def opened(conditions: Conditions) -> Iterator[Link]:
    """A link for the length of the block. Raises NoNamespaces where this machine does not allow it."""
    relay = subprocess.Popen(
        [sys.executable, "-m", "bench.link.tunnel", conditions.to_json()],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert relay.stdout is not None
        said = json.loads(relay.stdout.readline() or '{"refused": "the relay ended at once"}')
        if "refused" in said:
            raise NoNamespaces(said["refused"])
        sides = {name: Side(address, relay.pid, said[name]) for name, address in ADDRESSES.items()}
        yield Link(sides["client"], sides["server"], relay)
    finally:
        if relay.stdin is not None:
            relay.stdin.close()
        relay.wait(10)
