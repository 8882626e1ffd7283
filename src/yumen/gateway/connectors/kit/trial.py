"""What the conformance suite is given: a connector against a recipient that may be played with, and made-up records."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from yumen.gateway.connectors.connector import Connector, Found, Outcome, Record, Settled, Value
from yumen.kit.errors import NotSent, Rejected, Unsettled

Failure = NotSent | Rejected | Unsettled


class Trouble(StrEnum):
    """What may befall the next write; each is armed by a function that the author of a trial writes."""

    LOST = "lost"
    """It is carried out, and the answer never comes."""
    CUT = "cut"
    """The line breaks before it is carried out."""
    THROTTLED = "throttled"
    EXPIRED = "expired"
    """The session or token is dead."""
    LOCKED = "locked"
    """A record of it cannot be written just now."""
    NONSENSE = "nonsense"
    """The answer is half a text, or a page for people."""
    MISCOUNTED = "miscounted"
    """The answer has a record too few."""
    REDIRECTED = "redirected"
    HUGE = "huge"
    """An error of tens of megabytes."""


class Broken(AssertionError):
    """A promise is not kept; `why` is a word for the author of the connector."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Untried(Exception):
    """The recipient or the trial cannot show this."""


@dataclass(frozen=True)
class Trial:
    """`values` makes the values of a person by number, as the recipient takes them; all of them made up.

    `spoil` gives values that the recipient refuses for what they are. `arm` makes the next write meet a trouble;
    `calm` ends all troubles. `wait_s` is how long a throttled recipient wants to be left alone.
    """

    connector: Connector
    values: Callable[[int], Mapping[str, Value]]
    spoil: Callable[[int], Mapping[str, Value]] | None = None
    arm: Mapping[Trouble, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    calm: Callable[[], Awaitable[object]] | None = None
    wait_s: float = 0.0
    name: str = field(default_factory=lambda: f"T{secrets.token_hex(4)}")

    def again(self) -> Trial:
        """The same trial with persons that nobody has seen."""
        return replace(self, name=f"T{secrets.token_hex(4)}")

    def record(self, number: int, version: int = 1) -> Record:
        return Record(f"{self.name}-{number}-{version}", f"{self.name}-{number}", version, self.values(number))

    def spoilt(self, number: int) -> Record:
        """Raises Untried."""
        if self.spoil is None:
            raise Untried
        return Record(f"{self.name}-{number}-1", f"{self.name}-{number}", 1, self.spoil(number))

    def records(self, count: int, version: int = 1) -> list[Record]:
        return [self.record(number, version) for number in range(count)]

    async def trouble(self, trouble: Trouble) -> None:
        """Raises Untried."""
        if trouble not in self.arm:
            raise Untried
        await self.arm[trouble]()

    async def peace(self) -> None:
        if self.calm is not None:
            await self.calm()

    async def found(self, *names: str) -> list[Found]:
        """Raises Untried where nothing can be read back."""
        if not self.connector.abilities.reads_back:
            raise Untried
        return await self.connector.ask(names)

    async def failure(self, records: Sequence[Record]) -> Failure:
        """How sending these fails; broken when it does not, or when the failure tells a value."""
        try:
            await self.connector.send(records)
        except (NotSent, Rejected, Unsettled) as failure:
            hold(not leaks(failure, records), "a failure tells a person's value")
            return failure
        raise Broken("the call did not fail")


def hold(kept: bool, why: str) -> None:
    """Raises Broken."""
    if not kept:
        raise Broken(why)


def hold_done(settled: Sequence[Settled], records: Sequence[Record]) -> None:
    """One answer a record, in order, all done. Raises Broken."""
    hold_in_order(settled, records)
    hold(all(one.outcome is Outcome.DONE for one in settled), "a good record was not done")


def hold_in_order(settled: Sequence[Settled], records: Sequence[Record]) -> None:
    """Raises Broken."""
    hold(len(settled) == len(records), "not one answer a record")
    hold([one.external_id for one in settled] == [one.external_id for one in records], "answers in another order")


def leaks(told: Failure | Settled, records: Sequence[Record]) -> bool:
    """Does it tell a value of a person? Values of one or two letters are found everywhere and do not count."""
    if isinstance(told, Settled):
        words = f"{told.code} {told.place}"
    else:
        words = f"{told} {told.upstream} {dict(told.facts)} {told.__cause__!r} {told.args}"
    folded = words.casefold()
    return any(len(text) > 2 and text in folded for record in records for text in _texts(record))


def _texts(record: Record) -> list[str]:
    return [value.casefold() for value in record.values.values() if isinstance(value, str)]
