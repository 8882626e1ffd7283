import gzip

import pytest

from yumen.sandbox.kit.crm_gate import CrmCall, CrmGate, object_of
from yumen.sandbox.kit.crm_memory import CrmMemory, CrmSettings
from yumen.sandbox.kit.exchange import Answer, Fate, Request
from yumen.sandbox.kit.journal import Journal
from yumen.sandbox.kit.redaction import Redaction
from yumen.sandbox.kit.troubles import Trouble


class World(CrmMemory[CrmSettings]):
    def clear(self, seed: int) -> None:
        self.settings = CrmSettings(seed=seed)

    def begin(self) -> None:
        """Nothing is always there."""


class Gate(CrmGate[World, CrmCall[World]]):
    redaction = Redaction(frozenset({"secret"}))
    acted = 0

    def begin(self, request, course):
        return CrmCall(self.world, request, self.world.now(), course=course)

    def caller(self, call):
        return "somebody"

    def respond(self, call):
        self.acted += 1
        status = 400 if call.request.path == "/bad" else 200
        body = {"secret": "s", "long": "x" * 5000, "part": call.request.path}
        return Answer(self.encoded(call, body), status=status), "/shape"


@pytest.fixture
def gate(tmp_path):
    return Gate(World(Journal(tmp_path / "state.sqlite")))


def call(gate: Gate, path: str = "/a", **headers: str) -> Answer:
    return gate(Request("POST", path, {}, headers, b"body", False, True, path))


def test_an_answer_is_noted_without_values_and_the_letter_is_kept(gate):
    assert call(gate).status == 200
    call(gate, "/bad")
    bad, good = gate.world.journal.calls()
    assert (good.path, good.code, good.tenant, good.answer) == ("/shape", 200, "somebody", "")
    assert '"secret":"***"' in bad.answer
    assert gate.world.metrics == {("/shape", 200): 1, ("/shape", 400): 1}
    assert [letter.body for letter in gate.world.arrivals.list_letters()] == [b"body", b"body"]


def test_a_cut_call_never_reaches_the_endpoint_and_a_lost_one_does(gate):
    gate.world.settings.troubles += [Trouble(kind="cut", left=1)]
    assert call(gate).fate is Fate.CUT
    assert gate.acted == 0
    gate.world.settings.troubles += [Trouble(kind="lost", left=1), Trouble(kind="slow", delay_ms=500)]
    answer = call(gate)
    assert (answer.fate, answer.wait_s, gate.acted) == (Fate.CUT, 0.5, 1)


def test_answers_are_halved_and_packed(gate):
    whole = call(gate).body
    assert gzip.decompress(call(gate, **{"accept-encoding": "gzip"}).body) == whole
    gate.world.settings.troubles += [Trouble(kind="half", left=1)]
    assert call(gate).body == whole[: len(whole) // 2]


def test_parts_of_a_path_are_decoded(gate):
    request = Request("GET", "/", {}, {}, b"", False, True, "/")
    assert CrmCall(gate.world, request, 0.0, parts={"name": "a%2Fb"}).part("name") == "a/b"


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b"1"])
def test_only_an_object_is_an_object(body):
    assert object_of(body) is None
    assert object_of(b'{"a": 1}') == {"a": 1}
