"""System packages are announced before they are installed, and nobody is asked who cannot answer."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
WANT = """
from scripts.setup.system import Need, install
from pathlib import Path
install((Need("a thing", lambda: Path({mark!r}).exists(), "a-package", "get it from a shop"),))
"""


@pytest.fixture
def machine(tmp_path):
    """A PATH with an apt that only writes down what it was told, and makes the thing when told to install."""
    programs = tmp_path / "bin"
    programs.mkdir()
    told, mark = tmp_path / "told", tmp_path / "thing"

    def offer(name: str, body: str) -> None:
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)

    offer("apt-get", f'echo "$*" >> {told}; case "$*" in *install*) : > {mark};; esac')
    offer("apt-cache", "echo '  Candidate: 1.0'")
    offer("sudo", 'exec "$@"')
    offer("env", 'shift; exec "$@"')
    return programs, told, mark


def run(programs: Path, mark: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", WANT.format(mark=str(mark))],
        cwd=ROOT,
        env={"PATH": str(programs)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    ).stderr


def test_what_is_missing_is_announced_and_installed(machine):
    programs, told, mark = machine
    said = run(programs, mark)
    assert "installing with apt-get: a-package" in said
    assert "not there" not in said
    assert told.read_text().splitlines()[-1].endswith("a-package")


def test_what_is_there_is_left_alone(machine):
    programs, told, mark = machine
    mark.touch()
    assert run(programs, mark) == ""
    assert not told.exists()


def test_a_snap_in_disguise_is_not_installed(machine):
    programs, told, mark = machine
    (programs / "apt-cache").write_text("#!/bin/sh\necho '  Candidate: 2:1snap1-0ubuntu2'\n")
    assert "not there: a thing. Get it from a shop." in run(programs, mark)
    assert not told.exists()


def test_without_apt_the_way_is_told(machine):
    programs, _, mark = machine
    (programs / "apt-get").unlink()
    assert "not there: a thing. Get it from a shop." in run(programs, mark)
