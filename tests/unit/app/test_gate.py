"""A program waits at its gate until the starter opens it, or is gone."""

import os
import subprocess
import sys
import time

import pytest

from yumen.app.gate import GATE, Gate, wait_at_gate

WAITS = [sys.executable, "-c", "from yumen.app.gate import wait_at_gate; wait_at_gate(); print('through')"]


def test_a_program_goes_on_only_when_the_gate_opens() -> None:
    gate = Gate()
    with subprocess.Popen(
        WAITS, env={**os.environ, **gate.told()}, pass_fds=(gate.reading,), stdout=subprocess.PIPE
    ) as waiting:
        time.sleep(0.5)
        assert waiting.poll() is None
        gate.open()
        assert waiting.communicate(timeout=10)[0] == b"through\n"


def test_without_a_gate_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(GATE, raising=False)
    wait_at_gate()


def test_a_gate_opened_twice_or_read_to_its_end_before_lets_through(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()
    gate.open()
    gate.open()
    monkeypatch.setenv(GATE, str(gate.reading))
    wait_at_gate()
