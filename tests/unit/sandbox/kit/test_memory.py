from collections import Counter

import pytest

from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.memory import BasicSettings, ClockUnfit, Memory


class Shelf(Memory[BasicSettings]):
    """The smallest world."""

    def clear(self, seed: int) -> None:
        self.settings = BasicSettings(seed=seed)
        self.metrics: Counter[str] = Counter()


@pytest.fixture
def shelf(tmp_path):
    shelf = Shelf(Journal(tmp_path / "state.sqlite"))
    shelf.clear(1)
    yield shelf
    shelf.journal.close()


def test_the_clock_is_set_and_moved_on(shelf):
    shelf.move_clock(100.0)
    shelf.move_clock(advance_s=20.0)
    assert (shelf.settings.offset_s, shelf.clock.offset_s) == (120.0, 120.0)


@pytest.mark.parametrize("offset_s", [float("nan"), float("inf"), 1e300, -1e12])
def test_the_clock_is_not_moved_out_of_the_world(shelf, offset_s):
    with pytest.raises(ClockUnfit):
        shelf.move_clock(offset_s)
    assert shelf.clock.offset_s == 0


def test_forgetting_keeps_the_authority_and_the_seed_unless_told(shelf):
    shelf.settings.ca_pem, shelf.settings.vantage = "pem", "hongkong"
    shelf.move_clock(5.0)
    shelf.reset()
    assert (shelf.settings.ca_pem, shelf.settings.vantage, shelf.settings.seed, shelf.now() > 0) == (
        "pem",
        "none",
        1,
        True,
    )
    shelf.reset(seed=9)
    assert (shelf.settings.seed, shelf.clock.offset_s) == (9, 0.0)
