"""`scripts/python.sh` runs a Python that is new enough, or says how to get one."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "python.sh"


@pytest.fixture
def programs(tmp_path):
    """A PATH with nothing but the shell's own needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "cat", "id"):
        found = next(p for p in ("/bin", "/usr/bin") if Path(p, name).exists())
        (folder / name).symlink_to(Path(found, name))
    return folder


def run(programs: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [programs / "sh", SCRIPT, "-c", "import sys; print(sys.executable)"]
    return subprocess.run(command, env={"PATH": str(programs), **env}, capture_output=True, text=True, check=False)


def offer(programs: Path, name: str, body: str) -> None:
    (programs / name).write_text(f"#!/bin/sh\n{body}\n")
    (programs / name).chmod(0o755)


def test_without_a_python_it_says_how_to_get_one(programs):
    said = run(programs)
    assert said.returncode == 2
    assert "Yumen needs Python 3.11 or later" in said.stderr
    assert "brew install" in said.stderr


def test_a_python_that_is_too_old_is_passed_over(programs):
    offer(programs, "python3", "exit 1")
    offer(programs, "python3.12", f'exec "{sys.executable}" "$@"')
    said = run(programs)
    assert said.returncode == 0
    assert said.stdout.strip() == sys.executable


def test_the_one_named_is_taken_also_in_a_folder_with_spaces(programs, tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    offer(folder, "python", f'echo named >&2; exec "{sys.executable}" "$@"')
    said = run(programs, PYTHON=str(folder / "python"))
    assert said.returncode == 0
    assert "named" in said.stderr


def test_it_never_asks_where_nobody_can_answer(programs):
    offer(programs, "apt-cache", "exit 0")
    offer(programs, "apt-get", 'echo "apt-get $*"; exit 1')
    offer(programs, "sudo", 'exec "$@"')
    offer(programs, "env", 'shift; exec "$@"')
    said = subprocess.run(
        [programs / "sh", SCRIPT, "-c", ""],
        env={"PATH": str(programs)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    assert "Packages to install: python3.13 python3.13-venv" in said.stderr
    assert "apt-get install -y" in said.stderr
    assert said.returncode == 2
