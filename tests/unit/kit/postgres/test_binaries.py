"""Where PostgreSQL's programs are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.kit.errors import Problem
from yumen.kit.postgres.binaries import find_binaries, newest_first, sheltered


def install(bin_folder: Path) -> Path:
    bin_folder.mkdir(parents=True)
    for name in ("initdb", "postgres"):
        (bin_folder / name).touch(mode=0o755)
    return bin_folder


def test_the_folder_of_the_settings_comes_first(tmp_path: Path) -> None:
    found = find_binaries(install(tmp_path / "own"))
    assert (found.folder, found.source) == (tmp_path / "own", "settings")


def test_a_setting_without_programs_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"postgres\.not_found") as refused:
        find_binaries(tmp_path)
    assert refused.value.facts["looked_in"] == str(tmp_path)


def test_without_a_setting_the_python_package_is_used() -> None:
    assert find_binaries().source == "package"


def test_the_newest_version_wins_and_those_too_old_are_left_out(tmp_path: Path) -> None:
    folders = [tmp_path / version / "bin" for version in ("9.6", "13", "15", "17")]
    assert newest_first(folders) == [tmp_path / "17/bin", tmp_path / "15/bin"]


def test_programs_are_copied_into_a_shelter_once(tmp_path: Path) -> None:
    found = find_binaries(install(tmp_path / "site/package/pginstall18/bin"))
    first = sheltered(found, tmp_path / "shelter")
    (first / "postgres").write_text("kept")
    again = sheltered(found, tmp_path / "shelter")
    assert again == first
    assert (again / "postgres").read_text() == "kept"
