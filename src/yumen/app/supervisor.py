"""Run several programs side by side for a laptop: start, watch, restart, stop; their lines go to files.

Production runs each program under its own init system or container; this is for `yumen up` and `yumen demo`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yumen.app.gate import Gate
from yumen.app.parent import SUPERVISED
from yumen.kit.errors import Code

NOT_STARTED: Final = Code("supervisor.not_started", 503)

READY_MAX_S: Final = 60.0
STOP_MAX_S: Final = 25.0
RESTART_FIRST_S: Final = 0.3
RESTART_MAX_S: Final = 10.0
ENDED_MAX: Final = 3
"""A program that ends that often before it was ready once will not get ready."""
PORTS_TRIED_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Program:
    """One program: its name, its arguments to `python -m`, and the address that tells when it is ready."""

    name: str
    arguments: tuple[str, ...]
    ready: tuple[str, int, str] | None = None


@dataclass(slots=True)
class _Running:
    program: Program
    process: asyncio.subprocess.Process
    watch: asyncio.Task[None] | None = None
    ended: int = 0


@dataclass(slots=True)
class Supervisor:
    """`folder` takes one log file for each program; `environment` is added to ours; `told` hears what happens."""

    folder: Path
    environment: Mapping[str, str]
    told: Callable[[str, str], None] = lambda name, event: None
    ready_max_s: float = READY_MAX_S
    _running: dict[str, _Running] = field(default_factory=dict)
    _stopping: bool = False

    async def start(self, *programs: Program) -> None:
        """Start them all at once and wait until each is ready. Raises `supervisor.not_started` with the name."""
        for program in programs:
            if program.name not in self._running:
                await self.launch(program)
        await asyncio.gather(*(self._until_ready(program) for program in programs))

    async def launch(self, program: Program, gate: Gate | None = None) -> None:
        """Start it and go on. With a gate it loads and waits there; `start` later waits until it is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        running = _Running(program, await self._spawn(program, gate))
        running.watch = asyncio.create_task(self._keep(running))
        self._running[program.name] = running

    def pid(self, name: str) -> int:
        """The process id of a running program."""
        return self._running[name].process.pid

    async def stop(self) -> None:
        """Ask all to stop, the latest started first; kill what has not stopped in time."""
        self._stopping = True
        for running in reversed(self._running.values()):
            if running.watch is not None:
                running.watch.cancel()
            await self._stop(running.process)
        self._running.clear()

    async def _spawn(self, program: Program, gate: Gate | None = None) -> asyncio.subprocess.Process:
        with (self.folder / f"{program.name}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                *program.arguments,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    **os.environ,
                    **self.environment,
                    SUPERVISED: str(os.getpid()),
                    **(gate.told() if gate is not None else {}),
                },
                pass_fds=(gate.reading,) if gate is not None else (),
                start_new_session=True,
            )

    async def _keep(self, running: _Running) -> None:
        """Start a program again when it has ended by itself, later each time."""
        pause_s = RESTART_FIRST_S
        while not self._stopping:
            await running.process.wait()
            running.ended += 1
            self.told(running.program.name, "ended")
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, RESTART_MAX_S)
            running.process = await self._spawn(running.program)
            self.told(running.program.name, "restarted")

    async def _until_ready(self, program: Program) -> None:
        if program.ready is None:
            return
        host, port, path = program.ready
        ends_at = time.monotonic() + self.ready_max_s
        while not await answers(host, port, path):
            if time.monotonic() > ends_at or self._running[program.name].ended >= ENDED_MAX:
                raise NOT_STARTED(program=program.name, log=f"{program.name}.log")
            await asyncio.sleep(0.05)
        self.told(program.name, "ready")

    async def _stop(self, process: asyncio.subprocess.Process) -> None:
        if process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_MAX_S):
                await process.wait()
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def answers(host: str, port: int, path: str) -> bool:
    """Does that address answer 200 to a plain GET?"""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                await writer.drain()
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def free_port(wanted: int, taken: set[int]) -> int:
    """The wanted port, or the next one that is free on loopback; `taken` are promised to others already."""
    for port in range(wanted, wanted + PORTS_TRIED_MAX):
        if port not in taken and _is_free(port):
            taken.add(port)
            return port
    raise NOT_STARTED(program=f"port {wanted}", log="-")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
