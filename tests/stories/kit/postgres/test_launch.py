"""The embedded PostgreSQL: started, joined, killed, started again; as root and as an ordinary user."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import yumen
from yumen.kit.errors import Problem
from yumen.kit.postgres import Server, ensure, find_binaries
from yumen.kit.postgres.leftovers import read_postmaster
from yumen.kit.postgres.site import site_of

ROOT = os.geteuid() == 0
MEMORY = Path("/dev/shm")  # a new cluster is a thousand files

GUEST = """
import sys, time
from pathlib import Path
from yumen.kit.postgres import ensure
server = ensure(Path(sys.argv[1]), fast=True)
print(server.pid, server.started, flush=True)
sys.stdin.readline()
print(server.stop(), flush=True)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a space that every account may enter."""
    place = Path(tempfile.mkdtemp(prefix="yumen server ", dir=MEMORY if MEMORY.is_dir() else None))
    place.chmod(0o711)
    yield place
    if (running := read_postmaster(data_of(place))) is not None and running.alive():
        os.kill(running.pid, signal.SIGQUIT)
    shutil.rmtree(site_of(place).sockets)
    elsewhere = place / "elsewhere"
    if elsewhere.exists():
        shutil.rmtree(elsewhere.read_text())
    shutil.rmtree(place)


def data_of(folder: Path) -> Path:
    note = folder / "elsewhere"
    return (Path(note.read_text()) if note.exists() else folder) / "data"


def guest(folder: Path, **how: object) -> subprocess.Popen[str]:
    """Another process that uses the server of this folder until it is sent a line."""
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [how.pop("python", sys.executable), "-c", GUEST, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **how,
    )


def said(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def let_go(process: subprocess.Popen[str]) -> str:
    rest, _ = process.communicate("go\n", timeout=30)
    return rest.strip()


def keep_a_row(server: Server) -> None:
    with psycopg.connect(server.url("yumen_owner", "yumen"), autocommit=True) as owner:
        owner.execute("create table public.kept as select 42 as answer")


def kept_rows(server: Server) -> list[tuple[object, ...]]:
    with psycopg.connect(server.url("yumen_owner", "yumen")) as owner:
        return owner.execute("select answer from public.kept").fetchall()


def test_a_server_starts_from_nothing_and_stops_gracefully(folder: Path) -> None:
    server = ensure(folder, fast=True)
    assert server.started
    with psycopg.connect(server.admin_url()) as admin:
        shown = {name: admin.execute(f"show {name}").fetchone() for name in ("listen_addresses", "data_checksums")}  # type: ignore[call-overload]
    assert shown == {"listen_addresses": ("",), "data_checksums": ("on",)}
    assert server.stop() is True
    assert read_postmaster(data_of(folder)) is None
    assert not server.sockets.exists()
    assert "database system is shut down" in (folder / "postgres.log").read_text()


def test_what_was_stored_is_there_after_a_restart(folder: Path) -> None:
    first = ensure(folder, fast=True)
    keep_a_row(first)
    first.stop()
    again = ensure(folder, fast=True)
    assert kept_rows(again) == [(42,)]
    again.stop()


def test_each_role_enters_its_own_database_and_no_other(folder: Path) -> None:
    server = ensure(folder, fast=True)
    entered = {
        login: [db for db in ("yumen", "yumen_keys", "postgres", "template1") if enters(server.url(login, db))]
        for login in ("yumen_owner", "yumen_app", "yumen_sequencer", "yumen_staff", "yumen_keys", "yumen_keys_owner")
    }
    server.stop()
    assert entered == {
        "yumen_owner": ["yumen"],
        "yumen_app": ["yumen"],
        "yumen_sequencer": ["yumen"],
        "yumen_staff": ["yumen"],
        "yumen_keys": ["yumen_keys"],
        "yumen_keys_owner": ["yumen_keys"],
    }


def enters(url: str) -> bool:
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def test_nobody_enters_without_a_password_and_only_we_read_it(folder: Path) -> None:
    server = ensure(folder, fast=True)
    assert not enters(f"host={server.sockets} user=postgres dbname=postgres password=wrong")
    assert (folder / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert server.sockets.stat().st_mode & 0o777 == 0o700
    log = (folder / "postgres.log").read_text()
    server.stop()
    assert [word for word in server.passwords.values() if word in log] == []


def test_a_statement_that_fails_leaves_no_value_in_the_log(folder: Path) -> None:
    server = ensure(folder, fast=True)
    with psycopg.connect(server.url("yumen_owner", "yumen"), autocommit=True) as owner:
        owner.execute("create table public.unique_phone (phone text primary key)")
        owner.execute("insert into public.unique_phone values ('13800138000')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            owner.execute("insert into public.unique_phone values (%s)", ("13800138000",))
    server.stop()
    log = (folder / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "13800138000" not in log


def test_a_second_process_joins_and_the_last_to_leave_stops_the_server(folder: Path) -> None:
    server = ensure(folder, fast=True)
    other = guest(folder)
    assert said(other) == [str(server.pid), "False"]
    assert server.stop() is False
    running = read_postmaster(server.data)
    assert running is not None
    assert running.alive()
    assert let_go(other) == "True"
    assert read_postmaster(server.data) is None


def test_two_processes_that_start_at_once_share_one_server(folder: Path) -> None:
    both = [guest(folder), guest(folder)]
    told = [said(process) for process in both]
    assert len({pid for pid, _ in told}) == 1
    assert sorted(started for _, started in told) == ["False", "True"]
    assert sorted(let_go(process) for process in both) == ["False", "True"]


def test_a_server_whose_starter_was_killed_is_joined_and_then_stopped(folder: Path) -> None:
    starter = guest(folder)
    pid, _ = said(starter)
    starter.kill()
    starter.communicate()
    server = ensure(folder, fast=True)
    assert (server.pid, server.started) == (int(pid), False)
    assert server.stop() is True


def test_a_killed_server_starts_again_though_nobody_reaped_it(folder: Path) -> None:
    first = ensure(folder)
    keep_a_row(first)
    os.kill(first.pid, signal.SIGKILL)  # our own child, a zombie from now on
    again = ensure(folder)
    assert again.started
    assert again.pid != first.pid
    assert kept_rows(again) == [(42,)]
    assert again.stop() is False  # the first handle of this process still counts as a user
    assert first.stop() is True


def test_a_pid_file_that_names_a_stranger_is_cleared(folder: Path) -> None:
    server = ensure(folder, fast=True)
    server.stop()
    sleeper = subprocess.Popen(["sleep", "60"])
    (server.data / "postmaster.pid").write_text(f"{sleeper.pid}\n{server.data}\n1\n5432\n{server.sockets}\n\n\n")
    again = ensure(folder, fast=True)
    assert again.started
    again.stop()
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


def test_an_initdb_killed_in_the_middle_is_begun_anew(folder: Path) -> None:
    (folder / "data.new").mkdir()
    (folder / "data.new" / "PG_VERSION").write_text("18\n")
    server = ensure(folder, fast=True)
    assert server.started
    server.stop()
    assert not (folder / "data.new").exists()


def test_data_whose_passwords_are_gone_is_refused(folder: Path) -> None:
    ensure(folder, fast=True).stop()
    passwords = folder / "passwords.json"
    passwords.write_text(passwords.read_text().replace('"postgres": "', '"postgres": "not-'))
    with pytest.raises(Problem, match=r"postgres\.passwords_lost"):
        ensure(folder, fast=True)
    passwords.unlink()
    with pytest.raises(Problem, match=r"postgres\.passwords_lost"):
        ensure(folder, fast=True)


def test_a_bin_folder_without_programs_is_refused(folder: Path) -> None:
    with pytest.raises(Problem, match=r"postgres\.not_found"):
        ensure(folder, bin_folder=folder)


def test_data_that_cannot_be_read_is_refused_with_the_log(folder: Path) -> None:
    server = ensure(folder, fast=True)
    server.stop()
    (server.data / "global" / "pg_control").unlink()
    with pytest.raises(Problem, match=r"postgres\.not_started") as refused:
        ensure(folder, fast=True)
    assert "pg_control" in Path(str(refused.value.facts["log"])).read_text()


def test_a_folder_that_only_its_owner_may_enter_works_too(folder: Path) -> None:
    folder.chmod(0o700)
    server = ensure(folder, fast=True)
    keep_a_row(server)
    server.stop()
    again = ensure(folder, fast=True)
    assert kept_rows(again) == [(42,)]
    assert again.data == server.data
    again.stop()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_programs_that_the_account_may_not_enter_are_sheltered(folder: Path) -> None:
    folder.chmod(0o700)
    package = find_binaries().folder.parents[1]
    closed = folder / "site" / package.name
    closed.mkdir(parents=True)
    for part in (package / find_binaries().folder.parent.name, package.with_name(f"{package.name}.libs")):
        (closed / part.name if part.parent == package else closed.parent / part.name).symlink_to(part)
    server = ensure(folder, bin_folder=closed / find_binaries().folder.parent.name / "bin", fast=True)
    assert answer_of(server) == (1,)
    server.stop()


def answer_of(server: Server) -> tuple[object, ...] | None:
    with psycopg.connect(server.admin_url()) as admin:
        return admin.execute("select 1").fetchone()


@pytest.mark.skipif(not ROOT, reason="is itself the ordinary user")
def test_an_ordinary_user_starts_a_server(folder: Path) -> None:
    python = next((p for p in (sys.executable, "/usr/bin/python3") if runs_for_nobody(p)), None)
    if python is None:
        pytest.skip("no interpreter of this version that an ordinary user may run")
    home = folder / "home"
    home.mkdir()
    os.chown(home, 65_534, 65_534)
    process = guest(home, python=python, user=65_534, group=65_534, extra_groups=[], env=ORDINARY, cwd="/")
    pid, started = said(process)
    assert started == "True"
    assert Path(f"/proc/{pid}").stat().st_uid == 65_534
    assert let_go(process) == "True"


ORDINARY = {
    "PATH": "/usr/bin:/bin",
    "PYTHONPATH": os.pathsep.join([str(Path(yumen.__file__).parents[1]), str(Path(psycopg.__file__).parents[1])]),
}


def runs_for_nobody(python: str) -> bool:
    try:
        asked = subprocess.run(
            [python, "-c", "import sys, psycopg; print(sys.version_info[:2])"],
            user=65_534,
            group=65_534,
            extra_groups=[],
            env=ORDINARY,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    except PermissionError:
        return False
    return asked.stdout.strip() == str(sys.version_info[:2])
