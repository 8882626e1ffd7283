"""Is the server that `postmaster.pid` names alive?"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from yumen.kit.postgres.leftovers import Postmaster, clear, read_postmaster


@pytest.fixture
def postmaster(tmp_path: Path) -> Postmaster:
    return Postmaster(pid=0, data=tmp_path, port=5432, sockets=tmp_path, shared_memory_id=None, ready=True)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose command line names the data folder, as a server's does."""
    running = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", "-D", str(tmp_path)])
    yield running
    running.kill()
    running.wait()


def test_a_process_of_that_data_folder_is_alive(postmaster: Postmaster, process: subprocess.Popen[bytes]) -> None:
    assert replace(postmaster, pid=process.pid).alive()


def test_a_stranger_with_the_same_number_is_not(postmaster: Postmaster) -> None:
    assert not replace(postmaster, pid=os.getpid()).alive()


def test_a_zombie_is_not(postmaster: Postmaster, process: subprocess.Popen[bytes]) -> None:
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and left for the fixture to reap
    assert not replace(postmaster, pid=process.pid).alive()


def test_the_pid_file_is_read_with_its_socket_and_shared_memory(tmp_path: Path) -> None:
    lines = ["4711", str(tmp_path), "1795639875", "5432", "/tmp/short", "", "  5432001    131072", "ready   "]
    (tmp_path / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert read_postmaster(tmp_path) == Postmaster(4711, tmp_path, 5432, Path("/tmp/short"), 131_072, True)


def test_a_pid_file_that_is_absent_or_just_begun_names_no_server(tmp_path: Path) -> None:
    assert read_postmaster(tmp_path) is None
    (tmp_path / "postmaster.pid").write_text("4711\n")
    assert read_postmaster(tmp_path) is None


def test_clearing_removes_both_pid_files(tmp_path: Path, postmaster: Postmaster) -> None:
    for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
        (tmp_path / name).write_text("4711\n")
    clear(postmaster)
    assert list(tmp_path.iterdir()) == []
