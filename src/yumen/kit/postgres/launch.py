"""Start the embedded server over a folder, or join the one that already runs there.

The folder holds `data` (the cluster), `passwords.json` (0600), `postgres.log`, `lock` and `users`. Everybody who uses
the server holds a shared lock on `users`; the last one to leave stops it, also when another was killed.
The server listens on a Unix socket in a short private folder and on nothing else.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg
from psycopg.conninfo import make_conninfo

from yumen.kit.errors import Code
from yumen.kit.postgres.binaries import Binaries, find_binaries, sheltered
from yumen.kit.postgres.cluster import SETTINGS, SETTINGS_FAST, create_cluster, environment
from yumen.kit.postgres.leftovers import Postmaster, clear, read_postmaster
from yumen.kit.postgres.roles import KEYS_DATABASE, LOGINS, MAIN_DATABASE, new_passwords, provision
from yumen.kit.postgres.site import PORT, Site, place_for, site_of

NOT_STARTED: Final = Code("postgres.not_started", 503)
PASSWORDS_LOST: Final = Code("postgres.passwords_lost", 500)

START_WAIT_MAX_S: Final = 60.0
STOP_WAIT_MAX_S: Final = 30.0
_POLL_S: Final = 0.01
_REFUSED: Final = "password authentication failed"  # a refused connection carries no SQLSTATE


@dataclass(slots=True)
class Server:
    """A running server. `started` tells whether this process started it or joined it."""

    folder: Path
    data: Path
    sockets: Path
    pid: int
    passwords: Mapping[str, str] = field(repr=False)
    started: bool
    _users: int
    _child: subprocess.Popen[bytes] | None

    def url(self, login: str, database: str) -> str:
        """A libpq connection string for a login role."""
        password = self.passwords[login]
        return make_conninfo("", host=str(self.sockets), port=PORT, user=login, password=password, dbname=database)

    def urls(self, main: str = MAIN_DATABASE, keys: str = KEYS_DATABASE) -> dict[str, str]:
        """Connection strings by role (`owner`, `app`, … as `kit.db.Role` spells them) for a pair of databases."""
        return {login.role: self.url(login.name, keys if login.keys else main) for login in LOGINS}

    def admin_url(self, database: str = "postgres") -> str:
        return self.url("postgres", database)

    def stop(self) -> bool:
        """Leave the server; the last user stops it gracefully. Answers whether it was stopped."""
        with _locked(self.folder):
            fcntl.flock(self._users, fcntl.LOCK_UN)
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(self._users)
            running = read_postmaster(self.data)
            if running is not None and running.alive():
                _halt(running, self._child if self._child and self._child.pid == running.pid else None)
            with suppress(OSError):  # gone already, or somebody put something into it
                self.sockets.rmdir()
            return True


def ensure(folder: Path, bin_folder: Path | None = None, fast: bool = False) -> Server:
    """The server of this folder, running, with its roles and databases; blocking (well under a second once made).

    `fast` gives up durability, for tests. Raises `postgres.not_found`, `postgres.not_started`, `postgres.not_ours`,
    `postgres.passwords_lost` and `postgres.still_held`.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder), ExitStack() as unless_running:
        users = os.open(folder / "users", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        unless_running.callback(os.close, users)
        fcntl.flock(users, fcntl.LOCK_SH)
        server = _joined_or_started(site_of(folder), find_binaries(bin_folder), fast, users)
        unless_running.pop_all()
        return server


def _joined_or_started(site: Site, binaries: Binaries, fast: bool, users: int) -> Server:
    passwords = _passwords(site.folder, site.data)
    deadline = time.monotonic() + START_WAIT_MAX_S
    while True:
        running, child = read_postmaster(site.data), None
        if running is None or not running.alive():
            running, child = _started(site, binaries, passwords["postgres"], fast, left=running)
        server = Server(
            site.folder, site.data, running.sockets, running.pid, passwords, child is not None, users, child
        )
        try:
            with psycopg.connect(server.admin_url(), autocommit=True, connect_timeout=10) as admin:
                provision(admin, passwords)
        except psycopg.OperationalError as refused:  # it was just being killed, or is still recovering
            if _REFUSED in str(refused):
                raise PASSWORDS_LOST(folder=str(site.folder)) from refused
            if time.monotonic() > deadline:
                raise NOT_STARTED(log=str(site.log)) from refused
            time.sleep(0.1)
        else:
            return server


def _started(
    site: Site, binaries: Binaries, password: str, fast: bool, left: Postmaster | None
) -> tuple[Postmaster, subprocess.Popen[bytes]]:
    """Clear what a dead server left, make the cluster if there is none, and start."""
    if left is not None:
        clear(left)
    programs = binaries.folder.resolve()
    if not site.account.enters(programs):
        programs = sheltered(binaries, place_for(site.folder))
    if not site.data.exists():
        create_cluster(programs, site.data, site.account, password)
    child = _start(programs, site, fast)
    return _await_ready(child, site), child


def _start(programs: Path, site: Site, fast: bool) -> subprocess.Popen[bytes]:
    settings = {**SETTINGS, **(SETTINGS_FAST if fast else {}), "unix_socket_directories": str(site.sockets)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with site.log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own list, no shell
            [str(programs / "postgres"), "-D", str(site.data), "-p", str(PORT), *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment(),
            start_new_session=True,  # Ctrl-C is for us; we stop the server ourselves
            **site.account.drop(),
        )


def _await_ready(child: subprocess.Popen[bytes], site: Site) -> Postmaster:
    deadline = time.monotonic() + START_WAIT_MAX_S
    while time.monotonic() < deadline and child.poll() is None:
        running = read_postmaster(site.data)
        if running is not None and running.ready and running.pid == child.pid:
            return running
        time.sleep(_POLL_S)
    if child.poll() is None:
        child.send_signal(signal.SIGQUIT)
    raise NOT_STARTED(log=str(site.log))


def _halt(running: Postmaster, child: subprocess.Popen[bytes] | None) -> None:
    """Fast shutdown: roll back what is open, write everything down; immediate if that takes too long."""
    for how in (signal.SIGINT, signal.SIGQUIT):
        os.kill(running.pid, how)
        deadline = time.monotonic() + STOP_WAIT_MAX_S
        while time.monotonic() < deadline:
            if (child is not None and child.poll() is not None) or not (running.data / "postmaster.pid").exists():
                break
            time.sleep(_POLL_S)
        else:
            continue
        break
    if child is not None:
        child.wait(STOP_WAIT_MAX_S)


def _passwords(folder: Path, data: Path) -> dict[str, str]:
    """Read the passwords, or make them before the cluster that will need them."""
    file = folder / "passwords.json"
    if file.exists():
        passwords: dict[str, str] = json.loads(file.read_text())
        return passwords
    if data.exists():
        raise PASSWORDS_LOST(folder=str(folder))
    passwords = new_passwords()
    fresh = folder / "passwords.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        json.dump(passwords, output)
    fresh.rename(file)
    return passwords


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time starts or stops the server of this folder."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
