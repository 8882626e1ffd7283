"""A circuit for each host: after failures in a row stop asking it for a while, then let a single call try.

Closed → open after `failures_max` failures in a row; open → half-open after `open_s`; half-open lets one call through,
whose outcome closes or opens it again. Failures are connection failures, time-outs and answers 502, 503, 504.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Circuit:
    """The circuit of one host. `clock` gives monotonic seconds."""

    __slots__ = ("_clock", "_failures", "_failures_max", "_open_s", "_opened_at", "_probing")

    def __init__(self, failures_max: int, open_s: float, clock: Callable[[], float]) -> None:
        self._failures_max = failures_max
        self._open_s = open_s
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._probing = False

    @property
    def state(self) -> State:
        if self._opened_at is None:
            return State.CLOSED
        return State.HALF_OPEN if self._clock() - self._opened_at >= self._open_s else State.OPEN

    def admit(self) -> bool:
        """May a call go out now? In the half-open state only one at a time may."""
        if self.state is State.CLOSED:
            return True
        if self.state is State.OPEN or self._probing:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        self._failures = 0
        self._opened_at = None
        self._probing = False

    def failed(self) -> None:
        self._failures += 1
        self._probing = False
        if self._opened_at is not None or self._failures >= self._failures_max:
            self._opened_at = self._clock()

    def abandoned(self) -> None:
        """The call was given up by its caller: it says nothing about the host."""
        self._probing = False
