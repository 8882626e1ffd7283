"""Servers under measurement: each in its own process, with its processor time and memory read from /proc."""

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START_WAIT_MAX_S = 30.0
STOP_WAIT_MAX_S = 10.0
TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
ROOT = Path(__file__).resolve().parents[1]


class NotStarted(Exception):
    """A process ended or did not listen in time; the text holds the end of its log."""


@dataclass(frozen=True)
class Process:
    """A running server and all its children, or one process alone."""

    pid: int
    whole_tree: bool = True

    def cpu_s(self) -> float:
        """Processor seconds of the whole tree so far, those of ended children included; NaN where there is no /proc."""
        if not PROC.exists():
            return math.nan
        return sum(_ticks(pid) for pid in self.tree()) / TICKS

    def rss_mib(self) -> float:
        """Resident memory of the whole tree; pages that processes share count once for each."""
        return sum(_resident(pid) for pid in self.tree()) / 2**20

    def tree(self) -> list[int]:
        """This process and everything below it."""
        children = _children(self.pid) if self.whole_tree else []
        return [self.pid, *(below for child in children for below in Process(child).tree())]


@contextmanager
def running(
    command: Sequence[str | Path],
    port: int | None,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Process]:
    """Run a program until the block ends. A server is ready once its port accepts. Raises NotStarted."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            [str(word) for word in command],
            env={**os.environ, **(env or {})},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        if port is not None:
            _await_port(child, port, log)
        yield Process(child.pid)
    finally:
        _stop(child)


def together(module: str, files: Sequence[Path], database: Process) -> tuple[list[Any], float]:
    """Run one process of that module for each file, all from one moment on; what each said, and PostgreSQL's seconds.

    Each prints a line when it is ready, waits for one, and leaves JSON beside its file (`leave`).
    """
    running = [
        subprocess.Popen([sys.executable, "-m", module, str(file)], cwd=ROOT, stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True)
        for file in files
    ]  # fmt: skip
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    before = database.cpu_s()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        one.communicate()
    parts = [json.loads(_left_by(file).read_text()) for file in files]
    return parts, database.cpu_s() - before


def leave(file: Path, said: object) -> None:
    """What a process of `together` has to say; latencies of tens of thousands do not fit into a pipe."""
    _left_by(file).write_text(json.dumps(said))


def _left_by(file: Path) -> Path:
    return file.with_suffix(".said.json")


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_port(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_WAIT_MAX_S
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise NotStarted(f"ended with {child.returncode}: {log.read_text(errors='replace')[-800:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise NotStarted(f"not listening after {START_WAIT_MAX_S:.0f} s: {log.read_text(errors='replace')[-800:]}")


def _stop(child: subprocess.Popen[bytes]) -> None:
    """Ask, wait, then end the whole group that we started."""
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(STOP_WAIT_MAX_S)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _ticks(pid: int) -> int:
    """utime, stime, cutime and cstime: fields 14 to 17 of proc(5), counted after the name, which may hold spaces."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
