"""Keep to HubSpot's rates: no more calls in its window than it said it takes, and silence after it said no.

The window really rolls. A call holds its place from its start until an interval after its answer, since nobody knows
when in between HubSpot counted it. A call that would be too early waits; one that would have to wait long is NotSent,
as is every call while HubSpot wants to be left alone, so that refusals stay few.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from yumen.gateway.connectors.connector import Budget
from yumen.gateway.connectors.standing import Standing
from yumen.kit.errors import NotSent

SHARE: Final = 0.9
"""Of the window: somebody else may use the same app now and then."""
FLIGHT_S: Final = 0.05
"""Between two looks while the whole window is under way."""
JITTER_S: Final = 0.001
WAIT_MAX_S: Final = 12.0
WINDOW_MAX: Final = 10_000


class Pace:
    """`clock` gives monotonic seconds."""

    __slots__ = ("_answered", "_clock", "_flying", "_interval_s", "_refusal", "_silent_until", "_window", "standing")

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answered: deque[float] = deque(maxlen=WINDOW_MAX)
        self._flying = 0
        self._window: int | None = None
        self._interval_s = 10.0
        self._silent_until = 0.0
        self._refusal: NotSent | None = None
        self.standing = Standing(clock)

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Make one call in it. Raises NotSent when the window has none for long, or HubSpot wants to be left alone."""
        await self._enter()
        self._flying += 1
        try:
            yield
        finally:
            self._flying -= 1
            self._answered.append(self._clock())

    async def _enter(self) -> None:
        ends_at = self._clock() + WAIT_MAX_S
        while True:
            self._check_silence()
            wait_s = self._wait_s()
            if wait_s <= 0:
                return
            if self._clock() + wait_s > ends_at:
                raise NotSent("connector.throttled", system="hubspot", retry_after_s=int(wait_s) + 1)
            await asyncio.sleep(wait_s)

    def silence(self, refusal: NotSent) -> None:
        """HubSpot said no: leave it alone for as long as it wants."""
        self._refusal = refusal
        self._silent_until = self._clock() + int(refusal.facts.get("retry_after_s", 1))
        if refusal.code == "connector.quota_spent":
            self.standing.spent()

    def note(self, headers: Mapping[str, str]) -> None:
        """What an answer says of the window and of the day. OAuth apps are told nothing of the day."""
        window = _number(headers, "x-hubspot-ratelimit-max")
        interval_ms = _number(headers, "x-hubspot-ratelimit-interval-milliseconds")
        if window and interval_ms:
            self._window, self._interval_s = max(1, int(window * SHARE)), interval_ms / 1000
        daily = _number(headers, "x-hubspot-ratelimit-daily")
        left = _number(headers, "x-hubspot-ratelimit-daily-remaining")
        if left is not None:
            self.standing.told(Budget(left, daily))

    def _check_silence(self) -> None:
        left_s = self._silent_until - self._clock()
        if self._refusal is not None and left_s > 0:
            facts = {**self._refusal.facts, "retry_after_s": int(left_s) + 1}
            raise NotSent(self._refusal.code, self._refusal.upstream, **facts)

    def _wait_s(self) -> float:
        """Seconds until the window has a place."""
        now = self._clock()
        while self._answered and self._answered[0] <= now - self._interval_s:
            self._answered.popleft()
        if self._window is None or self._flying + len(self._answered) < self._window:
            return 0.0
        if not self._answered:
            return FLIGHT_S
        return self._answered[0] + self._interval_s - now + JITTER_S


def _number(headers: Mapping[str, str], name: str) -> int | None:
    said = headers.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else None
