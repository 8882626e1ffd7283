"""How many calls at once, how long between them, and how many at all: what the recipient bears, found out as we go.

More by one for each round of successes, half at each sign of strain; a `Retry-After` holds everybody; a quota is left
to its other users. Calls that were under way together show one strain, not one each: a link that breaks fails them all.
While nothing has been answered since a call was lost, those who ask after theirs find out whether the link is back, and
nobody begins another call into it.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

from yumen.kit.errors import NotSent, Rejected, Unsettled

RETRY_AFTER_MAX_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits between attempts. `grace_s`: before asking after an unknown outcome (the slowest service time).

    `attempts_max` bounds the attempts on one batch in one round; what is left waits for the next round.
    """

    first_s: float = 0.2
    longest_s: float = 2.0
    grace_s: float = 0.4
    attempts_max: int = 6
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep

    def wait_s(self, attempt: int, chance: Callable[[], float] = random.random) -> float:
        """The wait after so many failed attempts (from 1): doubled each time, half of it by chance."""
        whole = min(self.longest_s, self.first_s * 2.0 ** min(attempt - 1, 32))
        return whole * (0.5 + 0.5 * chance())


USUAL: Final = Patience()


class Pace:
    """Lets so many through at once as the recipient bears, at most `most`."""

    def __init__(self, most: int, patience: Patience = USUAL) -> None:
        self.most = most
        self.allowed = float(most)
        self._patience = patience
        self._flying = 0
        self._begun = 0
        self._begun_at_strain = 0
        self._begun_at_answer = 0
        self._asking = 0
        self._dark = False
        self._held_s = 0.0
        self._holding = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def now(self) -> int:
        """Calls that may be under way at once."""
        return max(1, int(self.allowed))

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """One place, when there is one and the link is not in doubt."""
        while self._dark or self._flying >= self.now:
            self._changed.clear()
            await self._changed.wait()
        self._flying += 1
        try:
            await self.hold()
            yield
        finally:
            self._flying -= 1
            self._changed.set()

    @contextmanager
    def asking(self, call: int) -> Iterator[None]:
        """Ask what became of that call, outside its place.

        Unless any was answered since it began, the link is in doubt until one who asks has an answer, or all gave up.
        """
        self._asking += 1
        self._dark = self._dark or call > self._begun_at_answer
        try:
            yield
        finally:
            self._asking -= 1
            if not self._asking:
                self._light_up()

    def answered(self) -> None:
        """The recipient can be reached."""
        self._begun_at_answer = self._begun
        self._light_up()

    def _light_up(self) -> None:
        self._dark = False
        self._changed.set()

    async def hold(self) -> None:
        """Wait as long as the recipient asked for; whoever comes meanwhile waits too."""
        async with self._holding:
            held, self._held_s = self._held_s, 0.0
            if held:
                await self._patience.sleep(held)

    def begin(self) -> int:
        """The number of a call that begins now, by which `was_too_much` knows it."""
        self._begun += 1
        return self._begun

    def went_well(self) -> None:
        self.allowed = min(float(self.most), self.allowed + 1.0 / self.allowed)

    def was_too_much(self, call: int, retry_after_s: float = 0.0) -> None:
        """Half as many from now on, unless that call began before the last time; nobody begins for `retry_after_s`."""
        self._held_s = max(self._held_s, min(retry_after_s, RETRY_AFTER_MAX_S))
        if call > self._begun_at_strain:
            self.allowed = max(1.0, self.allowed / 2)
            self._begun_at_strain = self._begun


def retry_after_s(failure: NotSent | Rejected | Unsettled) -> float:
    """What the recipient asked for, in seconds; 0 when it asked for nothing."""
    said = failure.facts.get("retry_after_s", 0)
    return float(said) if isinstance(said, int) else 0.0
