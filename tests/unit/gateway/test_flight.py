"""Those who wait become flights: one a person, in the order of the queue."""

from __future__ import annotations

from uuid import UUID

from yumen.border import Cleared
from yumen.border.transfers import Waiting
from yumen.gateway.flight import Flight, batches, flights_of
from yumen.kit.ids import SubjectId


def waiting(*subjects: int) -> list[Waiting]:
    return [
        Waiting(place, Cleared(str(UUID(int=place)), SubjectId(subject), b""))
        for place, subject in enumerate(subjects, 1)
    ]


def places(flights: list[Flight]) -> list[list[int]]:
    return [one.places for one in flights]


def test_the_last_state_of_a_person_flies_and_makes_the_earlier_idle() -> None:
    flights = flights_of(waiting(7, 8, 7, 7), set(), last_state_wins=True)
    assert places(flights) == [[4, 1, 3], [2]]
    assert flights[0].keys == [str(UUID(int=place)) for place in (4, 1, 3)]


def test_where_every_state_counts_the_first_flies_alone() -> None:
    assert places(flights_of(waiting(7, 8, 7), set(), last_state_wins=False)) == [[1], [2]]


def test_whoever_flies_already_waits() -> None:
    assert places(flights_of(waiting(7, 8), {SubjectId(7)}, last_state_wins=True)) == [[2]]


def test_batches_are_full_but_the_last() -> None:
    flights = flights_of(waiting(*range(1, 8)), set(), last_state_wins=True)
    assert [len(batch) for batch in batches(flights, 3)] == [3, 3, 1]
    assert list(batches([], 3)) == []
