"""What became of a round, in numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Tally:
    """`left` wait for the next round, `unknown` must be asked for; `code` says why the round ended early."""

    arrived: int = 0
    rejected: int = 0
    left: int = 0
    unknown: int = 0
    failures: int = 0
    code: str = ""

    @property
    def finished(self) -> bool:
        """Nothing of what was seen waits for another round."""
        return not (self.left or self.unknown or self.code)
