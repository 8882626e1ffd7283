"""A supervised program loads its code while what it needs is still being made, and waits until its starter says go.

The starter keeps the writing end of a pipe; the program reads the other end until it is closed, by word or by death.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

GATE: Final = "YUMEN_GATE"
"""The number of the pipe's reading end, for a program that is to wait; told by the supervisor."""


class Gate:
    """The starter's side: closed until `open` is called once."""

    def __init__(self) -> None:
        self.reading, self._writing = os.pipe()
        self._shut = True

    def told(self) -> dict[str, str]:
        """What the program must find in its environment; it must inherit `reading` too."""
        return {GATE: str(self.reading)}

    def open(self) -> None:
        """Let everybody through, also who comes later."""
        if self._shut:
            self._shut = False
            os.close(self._writing)
            os.close(self.reading)


def wait_at_gate() -> None:
    """Return when the starter has opened; at once where nobody told of a gate."""
    told = os.environ.get(GATE, "")
    if told.isdigit():
        with suppress(OSError):  # another process of this program has read it to its end already
            os.read(int(told), 1)
