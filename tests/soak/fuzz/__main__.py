"""Feed one parser for some seconds within limits: `python -m tests.soak.fuzz NAME SEED SECONDS FOLDER`.

Ends with 0 and a line of JSON, or with a traceback; the last input lies in FOLDER/input.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
from pathlib import Path
from random import Random
from types import FrameType
from typing import Final

from tests.soak.fuzz.parsers import PARSERS, corpus, feed

INPUT_CPU_S: Final = 10.0
"""An input of 64 KiB that needs more is a hang. A busy machine makes nothing of it: processor seconds are counted."""
MEMORY_BYTES: Final = 1024 * 1024 * 1024


def main(name: str, seed: int, seconds: float, folder: Path) -> dict[str, float]:
    """How many inputs, how many bytes, the slowest one, the memory in the end."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGVTALRM, _too_slow)
    parser, random = PARSERS[name], Random(seed)
    examples = corpus(parser.endings)
    until = time.monotonic() + seconds
    inputs, size, slowest_s = 0, 0, 0.0
    while time.monotonic() < until:
        before_s = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, INPUT_CPU_S)
        size += len(feed(parser, random, examples, folder))
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        slowest_s = max(slowest_s, time.process_time() - before_s)
        inputs += 1
    memory_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"inputs": inputs, "bytes": size, "slowest_s": round(slowest_s, 2), "memory_mib": round(memory_mib)}


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"more than {INPUT_CPU_S} s of processor for one input")


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]))))
