"""A recipient's access token: fetched by one call while the others wait, and replaced only if it is the one refused."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from yumen.kit.errors import NotSent, Rejected

BREATHE_S: Final = 2.0
"""After a refused login, or a fresh token that was refused, nobody knocks for that long: recipients count logins."""


@dataclass(frozen=True, slots=True)
class Token:
    """`origin` is where the API is (`https://velvet.my.salesforce.com`); `dies_at` in monotonic seconds."""

    value: str = field(repr=False)
    origin: str
    dies_at: float = math.inf


class Tokens:
    """`fetch` logs in and raises NotSent or Rejected, never Unsettled. `clock` gives monotonic seconds."""

    __slots__ = ("_clock", "_fetch", "_held", "_lock", "_quiet_until", "_refusal", "_taken")

    def __init__(self, fetch: Callable[[], Awaitable[Token]], clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._held: Token | None = None
        self._refusal: NotSent | Rejected | None = None
        self._quiet_until = 0.0
        self._taken: Token | None = None

    async def get(self) -> Token:
        """The token to use now. Raises NotSent, Rejected."""
        held = self._held
        if held is not None and held.dies_at > self._clock():
            return held
        return await self._another(None)

    async def replace(self, refused: Token) -> Token:
        """Another token than the one that was refused, at once if somebody has fetched it. Raises NotSent, Rejected."""
        return await self._another(refused)

    def note_taken(self, token: Token) -> None:
        """The recipient answered a call under it."""
        self._taken = token

    def give_up(self, refused: Token, refusal: NotSent) -> None:
        """A token that was never taken is refused as well: for `BREATHE_S` everybody hears that refusal.

        One that was taken before has died, as tokens do.
        """
        if self._held is refused and self._taken is not refused:
            self._held, self._refusal, self._quiet_until = None, refusal, self._clock() + BREATHE_S

    async def _another(self, refused: Token | None) -> Token:
        async with self._lock:
            now, held = self._clock(), self._held
            if held is not None and held is not refused and held.dies_at > now:
                return held
            if self._refusal is not None and self._quiet_until > now:
                raise type(self._refusal)(self._refusal.code, self._refusal.upstream, **self._refusal.facts)
            self._held = self._refusal = None
            try:
                self._held = await self._fetch()
            except (NotSent, Rejected) as refusal:
                self._refusal, self._quiet_until = refusal, self._clock() + BREATHE_S
                raise
            return self._held
