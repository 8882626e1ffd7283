import asyncio
import json
from collections import Counter

import aiohttp
import pytest

from yumen.sandbox.kit.exchange import Answer
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.memory import BasicSettings, Memory
from yumen.sandbox.kit.serving import Handlers, Options, Play, every, serving

PLAY = Play(sign=("Yumen-Sandbox", "nothing"), names=("api.example",), authority="test")
HANDLERS = Handlers(lambda _: Answer(b'"gate"'), lambda _: Answer(b'"desk"'))


class Shelf(Memory[BasicSettings]):
    def clear(self, seed: int) -> None:
        self.settings = BasicSettings(seed=seed)
        self.turns: Counter[str] = Counter()


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    shelf = Shelf(Journal(tmp_path / "state.sqlite"))
    shelf.clear(1)
    return shelf


async def test_both_ports_answer_the_runtime_file_says_where_and_chores_run(shelf, tmp_path):
    options = Options(state=tmp_path, runtime=tmp_path / "runtime.json")
    chore = every(0.01, lambda: shelf.turns.update(["turn"]))
    async with serving(PLAY, options, shelf, HANDLERS, [chore]) as addresses, aiohttp.ClientSession() as session:
        said = json.loads((tmp_path / "runtime.json").read_text())
        for url, words in ((said["api"], "gate"), (said["admin"], "desk")):
            async with session.get(url) as answer:
                assert (await answer.json(content_type=None), answer.headers["Yumen-Sandbox"]) == (words, "nothing")
        await asyncio.sleep(0.05)
        assert addresses.tls == ""
    assert shelf.turns["turn"] > 1
    assert not (tmp_path / "runtime.json").exists()


async def test_a_taken_port_lets_go_of_the_state_file(shelf, tmp_path):
    async with serving(PLAY, Options(state=tmp_path), shelf, HANDLERS, []) as addresses:
        other = Shelf(Journal(tmp_path / "other.sqlite"))
        other.clear(1)
        taken = int(addresses.api.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"):
            async with serving(PLAY, Options(state=tmp_path, port=taken), other, HANDLERS, []):
                pass
    Journal(tmp_path / "other.sqlite").close()
