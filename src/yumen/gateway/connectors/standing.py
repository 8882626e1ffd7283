"""What a recipient last said of the calls that are left. It grows old: others call too, and a new day begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from yumen.gateway.connectors.connector import Budget

FRESH_S: Final = 60.0


class Standing:
    """`clock` gives monotonic seconds."""

    __slots__ = ("_at", "_budget", "_clock")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._budget: Budget | None = None
        self._at = 0.0

    def fresh(self) -> Budget | None:
        """What is known, unless it is older than `FRESH_S`."""
        return self._budget if self._clock() - self._at < FRESH_S else None

    def told(self, budget: Budget) -> Budget:
        self._budget, self._at = budget, self._clock()
        return budget

    def spent(self) -> None:
        """The recipient refused a call for the quota: nothing is left until it is asked again."""
        self.told(Budget(0, self._budget.calls_max if self._budget is not None else None))
