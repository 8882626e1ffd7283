"""Count requests by address network and by actor, and refuse what comes too fast.

A generic cell rate limiter in the memory of each process: one number for each key, a bounded number of keys. With
several workers each carries its share of the limit.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from yumen.kit.errors import Code

EXCEEDED: Final = Code("rate.exceeded", 429)
KEYS_MAX: Final = 100_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` on average, `burst` at once."""

    per_second: float
    burst: int


class Rates:
    """The counters of one process. `clock_s` is monotonic seconds."""

    def __init__(self, rates: Mapping[str, Rate], clock_s: Callable[[], float] = time.monotonic) -> None:
        self._rates = rates
        self._clock_s = clock_s
        self._due: OrderedDict[tuple[str, str], float] = OrderedDict()

    def count(self, kind: str, key: str) -> int:
        """Count one request; answers how many seconds it comes too early, 0 when it does not."""
        rate = self._rates.get(kind)
        if rate is None:
            return 0
        now = self._clock_s()
        step_s = 1 / rate.per_second
        due = max(self._due.pop((kind, key), now), now) + step_s
        early_s = due - now - step_s * rate.burst
        self._due[(kind, key)] = due if early_s <= 0 else due - step_s
        if len(self._due) > KEYS_MAX:
            self._due.popitem(last=False)
        return math.ceil(early_s) if early_s > 0 else 0
