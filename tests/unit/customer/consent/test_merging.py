"""Of two answers the stricter holds, whoever gave it."""

import itertools

import pytest

from yumen.customer.consent.merging import stricter
from yumen.customer.consent.store import State

STATES = (None, *State)


@pytest.mark.parametrize(
    ("a", "b", "holds"),
    [
        (State.GIVEN, State.GIVEN, State.GIVEN),
        (State.GIVEN, State.REFUSED, State.REFUSED),
        (State.GIVEN, State.WITHDRAWN, State.WITHDRAWN),
        (State.REFUSED, State.WITHDRAWN, State.WITHDRAWN),
        (State.GIVEN, None, None),
        (State.REFUSED, None, State.REFUSED),
        (State.WITHDRAWN, None, State.WITHDRAWN),
        (None, None, None),
    ],
)
def test_the_stricter_answer_holds(a: State | None, b: State | None, holds: State | None) -> None:
    assert stricter(a, b) is holds
    assert stricter(b, a) is holds


def test_a_yes_needs_two() -> None:
    yes = [pair for pair in itertools.product(STATES, STATES) if stricter(*pair) is State.GIVEN]
    assert yes == [(State.GIVEN, State.GIVEN)]


def test_the_order_in_which_many_are_joined_does_not_matter() -> None:
    for a, b, c in itertools.product(STATES, STATES, STATES):
        assert stricter(stricter(a, b), c) is stricter(a, stricter(b, c))
