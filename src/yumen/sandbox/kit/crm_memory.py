"""What a CRM sandbox remembers in the same way: records on a shelf, what arrived, troubles and locks."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final, TypeVar

import msgspec

from yumen.sandbox.kit.arrivals import Arrivals
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.memory import BasicSettings, Memory
from yumen.sandbox.kit.shelf import Shelf
from yumen.sandbox.kit.troubles import Trouble

CALLS_KEPT_S: Final = 7 * 86400.0
CALLS_KEPT_MAX: Final = 50_000


class CrmSettings(BasicSettings, kw_only=True):
    """Of a CRM sandbox itself."""

    troubles: list[Trouble] = msgspec.field(default_factory=list)
    locked: list[str] = msgspec.field(default_factory=list)
    """Values (record ids, external ids) whose rows are locked."""


C_co = TypeVar("C_co", bound=CrmSettings, covariant=True)


class CrmMemory(Memory[C_co]):
    """A world adds its set-up: how it begins anew (`clear`), reads a record (`take`), and what is always there."""

    def __init__(self, journal: Journal, seed: int = 1) -> None:
        super().__init__(journal)
        self.shelf = Shelf(journal)
        self.arrivals = Arrivals(journal)
        self.metrics: Counter[tuple[str, int]] = Counter()
        self.dice = Random(seed)  # noqa: S311 - chance of misbehaviour, no secret
        self.clear(seed)
        for kind, key, body in journal.records():
            self.take(kind, key, body)
        self.clock.offset_s = self.settings.offset_s
        self.begin()

    def take(self, kind: str, key: str, body: bytes) -> None:
        """Read one record of the state file."""
        raise NotImplementedError

    def begin(self) -> None:
        """Make what is always there, where it is not."""
        raise NotImplementedError

    def reset(self, seed: int | None = None) -> None:
        """Begin anew."""
        super().reset(seed)
        self.metrics.clear()
        self.dice = Random(self.settings.seed)  # noqa: S311
        self.begin()

    def forget_old_calls(self) -> None:
        """So that a long run does not grow."""
        self.journal.forget_calls(self.now() - CALLS_KEPT_S, CALLS_KEPT_MAX)
