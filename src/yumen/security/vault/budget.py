"""How many values one process may open in a minute: whoever takes over a process cannot empty the vault quietly."""

import logging
import time
from collections.abc import Callable
from typing import Final

from yumen.kit.errors import Code

BUDGET_SPENT: Final = Code("vault.budget_spent", 503)

UNSEALS_PER_MINUTE: Final = 60_000
LOW_SHARE: Final = 0.8
WINDOW_S: Final = 60.0

log = logging.getLogger("yumen.vault")


class Budget:
    """Counts opened values in windows of a minute of real time, and raises the alarm once a window."""

    def __init__(self, per_minute: int = UNSEALS_PER_MINUTE, timer: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self.refused_total = 0
        self.alarms_total = 0
        self._timer = timer
        self._since = timer()
        self._spent = 0
        self._told: set[str] = set()

    @property
    def spent(self) -> int:
        """Values opened in this window."""
        return self._spent

    def spend(self, values: int) -> None:
        """Take this many out of the minute's budget, before opening. Raises `vault.budget_spent`, taking nothing."""
        now = self._timer()
        if now - self._since >= WINDOW_S:
            self._since, self._spent = now, 0
            self._told.clear()
        if self._spent + values > self.per_minute:
            self.refused_total += values
            self._tell(logging.ERROR, "vault.budget_spent")
            raise BUDGET_SPENT(per_minute=self.per_minute)
        self._spent += values
        if self._spent > LOW_SHARE * self.per_minute:
            self._tell(logging.WARNING, "vault.budget_low")

    def _tell(self, level: int, code: str) -> None:
        if code not in self._told:
            self._told.add(code)
            self.alarms_total += 1
            log.log(level, code, extra={"spent": self._spent, "per_minute": self.per_minute})
