"""A recipient's system in the test's own process: it keeps records, and misbehaves when told to."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from yumen.gateway.connectors.connector import (
    ABSENT,
    Abilities,
    Budget,
    Description,
    Found,
    Outcome,
    RecallWay,
    Record,
    Settled,
)
from yumen.kit.errors import NotSent, Unsettled

Trouble = Callable[[str, int], Exception | None]
"""What goes wrong with a call (`send`, `ask`, `recall`), by its number: None goes well."""


@dataclass
class FakeRecipient:
    """`held` is what it has: external id → record. `sent` are all records it ever applied, in order.

    `trouble` may raise before anything is applied, `trouble_after` after it was applied.
    """

    batch_max: int = 200
    connections_max: int = 4
    bulk_from: int | None = None
    reads_back: bool = True
    keeps_version: bool = True
    ways: tuple[RecallWay, ...] = (RecallWay.DELETE, RecallWay.SUPPRESS)
    held: dict[str, Record] = field(default_factory=dict)
    sent: list[Record] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    refuse: dict[str, tuple[Outcome, str, str]] = field(default_factory=dict)
    keep_anyway: set[str] = field(default_factory=set)
    budget_left: int | None = None
    trouble: Trouble = lambda what, n: None
    trouble_after: Trouble = lambda what, n: None
    numbers: Any = field(default_factory=itertools.count)
    flying: int = 0
    flying_most: int = 0
    persons_flying: set[str] = field(default_factory=set)
    met: list[str] = field(default_factory=list)
    description: Description = field(default_factory=lambda: Description("Contact", ()))
    ways_used: list[RecallWay] = field(default_factory=list)
    on_send: Callable[[Sequence[Record]], Any] | None = None

    @property
    def abilities(self) -> Abilities:
        return Abilities(
            self.batch_max, self.connections_max, self.ways, self.reads_back, self.bulk_from, self.keeps_version
        )

    async def describe(self) -> Description:
        if (failure := self.trouble("describe", next(self.numbers))) is not None:
            raise failure
        return self.description

    async def send(self, records: Sequence[Record]) -> list[Settled]:
        return await self._send("send", records)

    async def send_bulk(self, records: Sequence[Record]) -> list[Settled]:
        return await self._send("bulk", records)

    async def _send(self, what: str, records: Sequence[Record]) -> list[Settled]:
        names = {one.external_id for one in records}
        assert len(names) == len(records), "one person twice in a batch"
        self.met += sorted(names & self.persons_flying)
        self.persons_flying |= names
        self.flying += 1
        self.flying_most = max(self.flying_most, self.flying)
        try:
            n = self._begin(what, len(records))
            if self.on_send is not None:
                await self.on_send(records)
            said = [self._apply(one) for one in records]
            self._end(what, n)
            return said
        finally:
            self.flying -= 1
            self.persons_flying -= names

    async def ask(self, external_ids: Sequence[str]) -> list[Found]:
        self._end("ask", self._begin("ask", len(external_ids)))
        return [
            Found(
                name, name in self.held, self.held[name].version if name in self.held and self.keeps_version else None
            )
            for name in external_ids
        ]

    async def recall(self, external_ids: Sequence[str], way: RecallWay) -> list[Settled]:
        n = self._begin("recall", len(external_ids))
        self.ways_used.append(way)
        said = []
        for name in external_ids:
            if name in self.refuse:
                outcome, code, place = self.refuse[name]
                said.append(Settled(name, outcome, code, place))
                continue
            code = "" if name in self.held else ABSENT
            if name not in self.keep_anyway and way is RecallWay.DELETE:
                self.held.pop(name, None)
            said.append(Settled(name, Outcome.DONE, code))
        self._end("recall", n)
        return said

    async def budget(self) -> Budget:
        return Budget(self.budget_left, None)

    async def close(self) -> None:
        self.held.clear()

    def rename(self, name: str, new: str) -> None:
        """The recipient changes the key of a record."""
        self.held[new] = self.held.pop(name)

    def _apply(self, one: Record) -> Settled:
        if one.external_id in self.refuse:
            outcome, code, place = self.refuse[one.external_id]
            return Settled(one.external_id, outcome, code, place)
        self.held[one.external_id] = one
        self.sent.append(one)
        return Settled(one.external_id, Outcome.DONE, remote_id=f"003{len(self.sent):06d}")

    def _begin(self, what: str, size: int) -> int:
        n = next(self.numbers)
        self.calls.append((what, size))
        if (failure := self.trouble(what, n)) is not None:
            raise failure
        if self.budget_left is not None:
            self.budget_left -= 1
        return n

    def _end(self, what: str, n: int) -> None:
        if (failure := self.trouble_after(what, n)) is not None:
            raise failure


def at(numbers: set[int], failure: Callable[[], Exception], kind: str = "send") -> Trouble:
    """This failure for the calls of that kind with these numbers."""
    return lambda what, n: failure() if what == kind and n in numbers else None


def not_sent(retry_after_s: int = 0) -> NotSent:
    return NotSent("http.connect", **({"retry_after_s": retry_after_s} if retry_after_s else {}))


def timed_out() -> Unsettled:
    return Unsettled("http.deadline")
