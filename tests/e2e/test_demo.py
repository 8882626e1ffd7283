"""The first thing a stranger runs: the demo ends well, and says of each part what it showed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ENDS_S = 600
SHOWN = (
    "one of each kind shown",
    "0 differences",
    "1 held by the meter",
    "the person has not agreed separately to the transfer abroad",
    "recalled from both systems, and read back as gone",
    "none in clear",
    "nothing tampered with found",
    "Frankfurt",
)


def demo(folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YUMEN_")}
    return subprocess.run(
        [sys.executable, "-m", "yumen", "demo", "--once", "--shoppers", "8"],
        env={**kept, "YUMEN_LANG": "en"}, cwd=folder, capture_output=True, text=True, check=False, timeout=ENDS_S,
    )  # fmt: skip


def test_the_demo_shows_the_whole_thing_and_ends_well(tmp_path: Path) -> None:
    done = demo(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    told = " ".join(done.stdout.split())
    assert [words for words in SHOWN if words not in told] == []
