import msgspec

from yumen.sandbox.kit.crm_memory import CrmMemory, CrmSettings
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.kit.troubles import Trouble


class World(CrmMemory[CrmSettings]):
    begun = 0

    def clear(self, seed: int) -> None:
        self.settings = CrmSettings(seed=seed)

    def take(self, kind: str, key: str, body: bytes) -> None:
        self.settings = msgspec.json.decode(body, type=CrmSettings)

    def begin(self) -> None:
        self.begun += 1


def test_settings_clock_and_rows_are_there_again_after_a_restart(tmp_path):
    world = World(Journal(tmp_path / "state.sqlite"), seed=5)
    world.settings.troubles.append(Trouble(kind="cut"))
    world.move_clock(advance_s=60)
    world.shelf.put("person", Row("1", 1.0, False, {}), {}, {})
    world.shelf.flush()
    world.journal.close()
    again = World(Journal(tmp_path / "state.sqlite"))
    assert (again.settings.seed, again.clock.offset_s, again.settings.troubles[0].kind) == (5, 60.0, "cut")
    assert again.shelf.count("person") == 1


def test_a_reset_forgets_all_and_begins_anew_with_the_same_dice(tmp_path):
    world = World(Journal(tmp_path / "state.sqlite"), seed=5)
    first = world.dice.random()
    world.metrics["/", 200] += 1
    world.shelf.put("person", Row("1", 1.0, False, {}), {}, {})
    world.shelf.flush()
    world.reset()
    assert (world.begun, world.shelf.count("person"), world.metrics.total()) == (2, 0, 0)
    assert world.dice.random() == first


def test_old_calls_are_forgotten(tmp_path):
    world = World(Journal(tmp_path / "state.sqlite"))
    world.forget_old_calls()
    assert world.journal.calls() == []
