"""How much memory the programs take when idle, and whether it grows under load."""

import time

from bench.ground import Target, common_ground
from bench.load import press
from bench.ours import yumen
from bench.processes import Process
from bench.report import Goal, Section

IDLE_S = 5.0
CONNECTIONS = 32
SLICE_S = 10.0
WARM_PART = 4


def measure(subjects: int, requests: int) -> Section:
    """Idle first, then logins until so many were answered; growth counts from the first quarter on."""
    with common_ground(subjects) as ground, yumen(ground) as target:
        time.sleep(IDLE_S)
        shopper, worker = (_largest(process) for process in target.processes)
        idle = {"shopper edge, its worker": shopper.rss_mib(), "worker process": worker.rss_mib()}
        series = _series(target, subjects, requests)
    warm = next(mib for count, mib in series if count >= requests / WARM_PART)
    goals = [Goal(f"idle: {name}", mib, 150, 110, "MiB", lower=True) for name, mib in idle.items()]
    goals.append(Goal(f"growth over {requests:,} logins", series[-1][1] - warm, 8, 2, "MiB", lower=True))
    notes = [
        f"Resident memory of one process, {IDLE_S:.0f} s after {subjects:,} shoppers were enrolled through it.",
        f"Growth: the shopper edge with all its processes, from the first quarter of {requests:,} logins to the last.",
    ]
    return Section("memory", "Memory", ("logins answered", "MiB"), series, goals, notes)


def _series(target: Target, subjects: int, requests: int) -> list[tuple[int, float]]:
    """Memory after each slice of load."""
    series, answered = [(0, target.processes[0].rss_mib())], 0
    while answered < requests:
        load = press(target.door, subjects, CONNECTIONS, SLICE_S)
        assert not load.failed, load
        answered += load.requests
        series.append((answered, target.processes[0].rss_mib()))
    return series


def _largest(process: Process) -> Process:
    """The process of a tree that does the work: a server's worker, not its supervisor."""
    alone = [Process(pid, whole_tree=False) for pid in process.tree()]
    return max(alone, key=lambda one: one.rss_mib())
