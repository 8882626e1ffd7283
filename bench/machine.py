"""The machine a figure comes from."""

import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

SYNCS = 100


def facts() -> dict[str, str]:
    """Processor, memory, kernel and versions; no host name, no user, no path."""
    return {
        "taken": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "Node.js": _version("node", "--version"),
        "wrk": _version("wrk", "-v"),
        "one fsync": f"{_fsync_ms():.2f} ms",
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists() and (found := re.search(r"^model name\s*:\s*(.+)$", info.read_text(), re.MULTILINE)):
        return found.group(1)
    return platform.processor() or "unknown"


def _memory() -> str:
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return f"{pages * size / 2**30:.0f} GiB"


def _version(program: str, option: str) -> str:
    if not shutil.which(program):
        return "not there"
    said = subprocess.run([program, option], capture_output=True, text=True, check=False)
    lines = (said.stdout or said.stderr).split("\n")
    return " ".join(lines[0].split()[:2])


def _fsync_ms() -> float:
    """How long this disk takes to make 8 KiB durable: it decides what a commit costs."""
    with tempfile.NamedTemporaryFile(dir=Path.cwd()) as file:
        begun = time.perf_counter()
        for _ in range(SYNCS):
            file.write(bytes(8192))
            file.flush()
            os.fsync(file.fileno())
        return (time.perf_counter() - begun) / SYNCS * 1e3
