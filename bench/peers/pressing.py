"""One thread a client, each sending one person after the other until the time is over."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Sequence


def press(senders: Sequence[Callable[[int], None]], seconds: float) -> str:
    """How many persons in how long, as JSON. Each sender is given numbers that nobody else gets."""
    numbers, counts = itertools.count(1), [0] * len(senders)
    begun = time.monotonic()

    def run(place: int) -> None:
        while time.monotonic() - begun < seconds:
            senders[place](next(numbers))
            counts[place] += 1

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(senders))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return json.dumps({"persons": sum(counts), "seconds": time.monotonic() - begun})
