"""A server's own objects are not looked through for garbage; cycles that requests leave still go."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from yumen.app.collector import ROUNDS, YOUNG_MAX, collect_seldom


@pytest.fixture
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Cycle:
    def __init__(self) -> None:
        self.self = self


def test_what_was_loaded_is_left_alone_and_cycles_made_later_are_found(as_before: None) -> None:
    collect_seldom()
    assert gc.get_threshold() == (YOUNG_MAX, ROUNDS, ROUNDS)
    assert gc.get_freeze_count() > 10_000
    gone = weakref.ref(Cycle())
    held: list[list[int]] = [[] for _ in range(2 * YOUNG_MAX)]
    assert gone() is None, "without being asked"
    assert len(held) == 2 * YOUNG_MAX
