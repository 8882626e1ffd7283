"""What a killed server leaves behind, and when it is safe to clear it away.

`postmaster.pid` guards the data against two servers. PostgreSQL itself refuses to start while the process it names
still exists, also as a zombie nobody reaps, or as a stranger that got the same number. We look closer: the file is
removed only if that process is gone, dead or not our server, and no child of it still holds the shared memory.
"""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yumen.kit.errors import Code

STILL_HELD: Final = Code("postgres.still_held", 503)

ORPHANS_WAIT_MAX_S: Final = 15.0
_POLL_S: Final = 0.02
_PROC: Final = Path("/proc/self").parent
_SHARED_MEMORY: Final = _PROC / "sysvipc/shm"


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says (PostgreSQL, "Database File Layout")."""

    pid: int
    data: Path
    port: int
    sockets: Path
    shared_memory_id: int | None
    ready: bool

    def alive(self) -> bool:
        """Is that process a server, and of this data folder? A zombie is not alive."""
        state, command = _process(self.pid)
        return state not in {"", "Z"} and str(self.data) in command


def read_postmaster(data: Path) -> Postmaster | None:
    """The server that the data folder names, dead or alive; None when there is none or it has just begun to start."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5:
        return None
    shared = lines[6].split() if len(lines) > 6 else []
    return Postmaster(
        pid=int(lines[0]),
        data=data,
        port=int(lines[3]),
        sockets=Path(lines[4]),
        shared_memory_id=int(shared[1]) if len(shared) == 2 else None,
        ready=len(lines) > 7 and lines[7].strip() == "ready",
    )


def clear(dead: Postmaster) -> None:
    """Remove the pid file of a dead server, and that of its socket.

    Raises `postgres.still_held` while a child of it lives on.
    """
    deadline = time.monotonic() + ORPHANS_WAIT_MAX_S
    while _attached(dead.shared_memory_id):
        if time.monotonic() > deadline:
            raise STILL_HELD(folder=str(dead.data), pid=dead.pid)
        time.sleep(_POLL_S)
    (dead.sockets / f".s.PGSQL.{dead.port}.lock").unlink(missing_ok=True)  # names the same process
    (dead.data / "postmaster.pid").unlink(missing_ok=True)


def _attached(shared_memory_id: int | None) -> bool:
    """Does any process hold the shared memory? Without /proc PostgreSQL's own check has to do."""
    if shared_memory_id is None or not _SHARED_MEMORY.exists():
        return False
    rows = (row.split() for row in _SHARED_MEMORY.read_text().splitlines()[1:])
    return any(int(row[1]) == shared_memory_id and int(row[6]) > 0 for row in rows)


def _process(pid: int) -> tuple[str, str]:
    """State letter and command line of a process; empty when there is none. macOS has no /proc but always `ps`."""
    if (_PROC / "self").exists():
        try:
            state = (_PROC / f"{pid}/stat").read_text().rpartition(") ")[2][:1]
            return state, (_PROC / f"{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError):
            return "", ""
    asked = subprocess.run(  # noqa: S603 - a number, no shell
        ["/bin/ps", "-o", "stat=,args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, command = asked.stdout.strip().partition(" ")
    return state[:1], command
