"""Ten minutes of nearly right inputs for every parser of the auditor: no crash, no hang, no memory that grows.

`SOAK_FUZZ_SECONDS` sets the time for each (600), `SOAK_FUZZ_SEED` where it begins (1).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soak.fuzz.parsers import PARSERS, ROOT

SECONDS = float(os.environ.get("SOAK_FUZZ_SECONDS", "600"))
SEED = os.environ.get("SOAK_FUZZ_SEED", "1")
GRACE_S = 300.0


@pytest.mark.parametrize("name", PARSERS)
def test_fuzzing_a_parser(name: str, tmp_path: Path, tell: Callable[..., None]) -> None:
    words = [sys.executable, "-m", "tests.soak.fuzz", name, SEED, str(SECONDS), str(tmp_path)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS + GRACE_S, check=False)
    last = (tmp_path / "input").read_bytes() if (tmp_path / "input").exists() else b""
    assert done.returncode == 0, f"{done.stderr[-3000:]}\ninput ({len(last)} bytes): {last[:2000]!r}"
    figures = json.loads(done.stdout)
    assert figures["inputs"] > 0
    tell(**figures, crashes=0, hangs=0)
