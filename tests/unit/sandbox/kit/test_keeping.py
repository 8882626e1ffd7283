import pytest

from yumen.kit.errors import Problem
from yumen.sandbox.kit.crm_memory import CrmMemory, CrmSettings
from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.json_api import BODY_INVALID, Ask
from yumen.sandbox.kit.keeping import ClockAsk, Keeping, Locks, ResetAsk, after_of
from yumen.sandbox.kit.troubles import Trouble


class World(CrmMemory[CrmSettings]):
    def clear(self, seed: int) -> None:
        self.settings = CrmSettings(seed=seed)

    def begin(self) -> None:
        """Nothing is always there."""


@pytest.fixture
def world(tmp_path):
    return World(Journal(tmp_path / "state.sqlite"))


def ask(body: object = None, **query: str) -> Ask:
    return Ask(Request("GET", "/", query, {}, b"", False, True, "/"), {}, body)


def test_the_clock_moves_and_refuses_what_it_cannot(world):
    keeping = Keeping(world, BODY_INVALID)
    keeping.move_clock(ask(ClockAsk(advance_s=60)))
    keeping.move_clock(ask(ClockAsk(advance_s=60)))
    assert world.clock.offset_s == 120
    keeping.move_clock(ask(ClockAsk(offset_s=5)))
    assert world.clock.offset_s == 5
    with pytest.raises(Problem):
        keeping.move_clock(ask(ClockAsk(advance_s=float("inf"))))


def test_counts_arrivals_and_letters_are_listed(world):
    keeping = Keeping(world, BODY_INVALID)
    world.metrics["/a", 200] += 2
    assert [(one.path, one.status, one.calls) for one in keeping.metrics(ask())] == [("/a", 200, 2)]
    world.arrivals.note(0.0, "person", "1", "k", "created", {})
    world.arrivals.file(0.0, Request("POST", "/a", {}, {}, b"\xff", False, True, "/a"))
    assert [one.id for one in keeping.list_arrivals(ask(key="k"))] == ["1"]
    assert keeping.list_arrivals(ask(after="1")) == []
    assert [one.body for one in keeping.list_letters(ask())] == ["/w=="]
    assert keeping.list_calls(ask()) == []


def test_beginning_anew_keeps_the_seed_unless_another_is_given(world):
    keeping = Keeping(world, BODY_INVALID)
    keeping.reset(ask(ResetAsk(seed=9)))
    keeping.reset(ask(ResetAsk()))
    assert world.settings.seed == 9


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("", 0), ("x", 0), ("-1", 0), ("9" * 20, 0)])
def test_a_sequence_number_is_read_or_nought(text, number):
    assert after_of(ask(after=text)) == number


def test_troubles_and_locks_are_set_and_taken_off(world):
    keeping = Keeping(world, BODY_INVALID)
    keeping.add_trouble(ask(Trouble(kind="cut")))
    keeping.lock(ask(Locks(names=["a"])))
    assert [one.kind for one in world.settings.troubles] == ["cut"]
    assert world.settings.locked == ["a"]
    keeping.end_troubles(ask())
    assert world.settings.troubles == []
    assert world.settings.locked == []
