"""How long one waits: for `yumen --help`, and from an empty folder to the first answer."""

import http.client
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

from bench.ours import YUMEN
from bench.processes import free_port
from bench.report import Goal, Section

HELPS = 15
WAIT_MAX_S = 60.0
POLL_S = 0.01


def measure(starts: int) -> Section:
    """Time the help text often, and `yumen up` in an empty folder `starts` times."""
    helps = [_help_ms() for _ in range(HELPS)]
    firsts = [_first_answer_s() for _ in range(starts)]
    goals = [
        Goal("`yumen --help`", median(helps), 250, 130, "ms", lower=True),
        Goal("empty folder to first answer", median(firsts), 3, 1.5, "s", lower=True),
    ]
    rows = [
        ("`yumen --help`, ms", len(helps), min(helps), median(helps), max(helps)),
        ("`yumen up`, s", len(firsts), min(firsts), median(firsts), max(firsts)),
    ]
    note = (
        "The first answer is a 200 of the shopper edge's `/readyz`: database made, migrated and started, keys made; "
        "both databases were asked. Python's bytecode and the file cache are warm."
    )
    return Section("startup", "Starting", ("what", "times", "best", "median", "worst"), rows, goals, [note])


def _help_ms() -> float:
    begun = time.perf_counter()
    subprocess.run([YUMEN, "--help"], capture_output=True, check=True)
    return (time.perf_counter() - begun) * 1e3


def _first_answer_s() -> float:
    """Seconds from starting `yumen up` in an empty folder until it is ready to serve."""
    ports = {edge: free_port() for edge in ("SHOPPER", "STAFF", "HOOKS")}
    env = {**os.environ, **{f"YUMEN_SERVER__{edge}_PORT": str(port) for edge, port in ports.items()}}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, (Path(folder) / "log").open("wb") as log:
        begun = time.perf_counter()
        up = subprocess.Popen([YUMEN, "up"], cwd=folder, env=env, stdout=log, stderr=log)
        try:
            while not _is_ready(ports["SHOPPER"]):
                if up.poll() is not None or time.perf_counter() - begun > WAIT_MAX_S:
                    raise AssertionError(f"yumen up is not ready: {(Path(folder) / 'log').read_text()[-800:]}")
                time.sleep(POLL_S)
            return time.perf_counter() - begun
        finally:
            up.send_signal(signal.SIGINT)  # as Ctrl-C does
            up.wait(WAIT_MAX_S)


def _is_ready(port: int) -> bool:
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=1.0)
    try:
        door.request("GET", "/readyz")
        return door.getresponse().status == 200
    except OSError:
        return False
    finally:
        door.close()
