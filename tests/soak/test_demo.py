"""The demo as a stranger runs it: it ends well, fits a terminal of 80 columns, and does so again in the same folder."""

from __future__ import annotations

from pathlib import Path

from rich.cells import cell_len

from tests.e2e.test_demo import SHOWN, demo

COLUMNS = 80


def test_it_tells_its_story_at_80_columns_and_once_more_in_the_same_folder(tmp_path: Path) -> None:
    for _ in range(2):
        said = demo(tmp_path)
        assert said.returncode == 0, said.stdout + said.stderr
        assert [line for line in said.stdout.splitlines() if cell_len(line) > COLUMNS] == []
        one_line = " ".join(said.stdout.split())
        assert [words for words in SHOWN if words not in one_line] == []
