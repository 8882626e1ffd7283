"""One person on the way to one recipient, and how those who wait become batches of such."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from msgspec import Struct

from yumen.border.transfers import Waiting
from yumen.gateway.connectors.connector import Record
from yumen.kit.ids import SubjectId


class Flight(Struct, frozen=True):
    """`before`: earlier transfers of the same person that this one makes idle (place in the queue, key).

    `presence`: the row by which it is known that the person is on the way; 0 before that is written down.
    """

    waiting: Waiting
    before: tuple[Waiting, ...] = ()
    presence: int = 0

    @property
    def key(self) -> str:
        return self.waiting.cleared.key

    @property
    def place(self) -> int:
        return self.waiting.place

    @property
    def subject(self) -> SubjectId:
        return self.waiting.cleared.subject

    @property
    def keys(self) -> list[str]:
        """Its own first, then those it makes idle."""
        return [self.key, *(one.cleared.key for one in self.before)]

    def known_as(self, presence: int) -> Flight:
        """The same, on its way by that row."""
        return Flight(self.waiting, self.before, presence)

    @property
    def places(self) -> list[int]:
        return [self.place, *(one.place for one in self.before)]


class Ready(Struct, frozen=True):
    """What may be sent now, each with its record, in the same order, and how long it may be kept abroad."""

    flights: tuple[Flight, ...]
    records: tuple[Record, ...]
    keep_days: int

    def split(self, size: int) -> list[Ready]:
        """The same in pieces of at most `size`, in order."""
        return [
            Ready(self.flights[begin : begin + size], self.records[begin : begin + size], self.keep_days)
            for begin in range(0, len(self.flights), size)
        ]


def flights_of(waiting: Sequence[Waiting], flying: Set[SubjectId], *, last_state_wins: bool) -> list[Flight]:
    """One flight for each person who is not flying. In the order of the queue.

    Where the last state wins, the last transfer of a person flies and makes the earlier ones idle; elsewhere the first
    flies, and the next waits for it.
    """
    by_person: dict[SubjectId, list[Waiting]] = {}
    for one in waiting:
        if one.cleared.subject not in flying:
            by_person.setdefault(one.cleared.subject, []).append(one)
    if last_state_wins:
        return [Flight(rows[-1], tuple(rows[:-1])) for rows in by_person.values()]
    return [Flight(rows[0]) for rows in by_person.values()]


def batches(flights: Sequence[Flight], size: int) -> Iterable[list[Flight]]:
    """In order, each as large as the recipient takes."""
    for begin in range(0, len(flights), size):
        yield list(flights[begin : begin + size])
