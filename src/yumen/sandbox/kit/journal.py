"""Keep records in memory, and in one SQLite file before anybody hears of them.

Whoever changes a record notes it here; everything noted in one turn of the event loop becomes one transaction, and only
then do the answers leave. The file is in WAL mode without fsync: it survives kill -9 of the process at any moment, not
a power cut, which a sandbox can bear.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

LOG_COLUMNS: Final = "at, tenant, method, path, query, body, answer, code, trace, cost_us, caller, remark"
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS record (kind TEXT, id TEXT, body BLOB, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY, at REAL, tenant TEXT, method TEXT, path TEXT, query TEXT, body TEXT, answer TEXT,
    code INTEGER, trace TEXT, cost_us INTEGER, caller TEXT, remark TEXT);
CREATE INDEX IF NOT EXISTS call_trace ON call (trace) WHERE trace <> '';
"""


class StateInUse(RuntimeError):
    """Another process holds the state file."""


class LogRow(msgspec.Struct, frozen=True, array_like=True):
    """One call made to the sandbox. Secrets are cut out before it gets here. `at` is the sandbox's own time."""

    at: float
    tenant: str
    method: str
    path: str
    query: str
    body: str
    answer: str
    code: int
    trace: str
    cost_us: int
    caller: str
    remark: str


class Journal:
    """The file, and what waits to be written to it."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None, timeout=0.5)
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = OFF")
            self._db.execute("PRAGMA wal_autocheckpoint = 8000")
            self._db.execute("PRAGMA cache_size = -65536")
            self._db.executescript(_SCHEMA)
        except sqlite3.OperationalError as fault:
            self._db.close()
            raise StateInUse(str(file)) from fault
        self._dirty: dict[tuple[str, str], object] = {}
        self._calls: list[LogRow] = []
        self._waiting: list[Callable[[bool], None]] = []
        self._scheduled = False
        self._adopted: list[str] = []

    def adopt(self, schema: str, tables: Sequence[str]) -> sqlite3.Connection:
        """Let somebody keep tables of their own in this file, in the same transactions. They write after `begin`."""
        self._db.executescript(schema)
        self._adopted += tables
        return self._db

    def begin(self) -> None:
        """Open the transaction of this turn, unless it is open."""
        if not self._db.in_transaction:
            self._db.execute("BEGIN")

    def records(self) -> Iterator[tuple[str, str, bytes]]:
        """Everything kept: kind, id, JSON."""
        yield from self._db.execute("SELECT kind, id, body FROM record ORDER BY kind, id")

    def put(self, kind: str, key: str, record: object) -> None:
        """Note that this record is new or has changed. It is encoded when it is written."""
        self._dirty[kind, key] = record

    def drop(self, kind: str, key: str) -> None:
        """Note that this record is gone."""
        self._dirty[kind, key] = None

    def log(self, row: LogRow) -> None:
        """Note a call."""
        self._calls.append(row)

    def settle(self, then: Callable[[bool], None]) -> None:
        """Call back when everything noted so far is in the file (True), or when it could not be written (False)."""
        self._waiting.append(then)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def calls(self, where: str = "1 = 1", bound: tuple[object, ...] = (), limit: int = 100) -> list[LogRow]:
        """The newest calls first. `where` is SQL of ours, never of a caller."""
        self.commit()
        sql = f"SELECT {LOG_COLUMNS} FROM call WHERE {where} ORDER BY id DESC LIMIT ?"  # noqa: S608
        return [LogRow(*row) for row in self._db.execute(sql, (*bound, limit))]

    def forget_calls(self, before: float, keep_max: int) -> None:
        """Delete calls older than `before`, and the oldest beyond `keep_max`."""
        self.commit()
        self._db.execute("DELETE FROM call WHERE at < ?", (before,))
        self._db.execute("DELETE FROM call WHERE id <= (SELECT max(id) FROM call) - ?", (keep_max,))

    def wipe(self) -> None:
        """Delete everything."""
        self._dirty.clear()
        self._calls.clear()
        self._db.executescript("DELETE FROM record; DELETE FROM call;")
        for table in self._adopted:
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours

    def commit(self) -> None:
        """Write what is noted, in one transaction. Raises sqlite3.Error (full disk) and keeps what is noted."""
        if not self._dirty and not self._calls and not self._db.in_transaction:
            return
        encode = msgspec.json.encode
        gone = [key for key, record in self._dirty.items() if record is None]
        rows = [(*key, encode(record)) for key, record in self._dirty.items() if record is not None]
        self.begin()
        try:
            self._db.executemany("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", rows)
            self._db.executemany("DELETE FROM record WHERE kind = ? AND id = ?", gone)
            marks = ", ".join("?" * 12)
            sql = f"INSERT INTO call ({LOG_COLUMNS}) VALUES ({marks})"  # noqa: S608 - no value in it
            self._db.executemany(sql, [msgspec.structs.astuple(row) for row in self._calls])
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._dirty.clear()
        self._calls.clear()

    def close(self) -> None:
        """Write the rest and let go of the file."""
        self.commit()
        self._db.close()

    def _flush(self) -> None:
        self._scheduled = False
        waiting, self._waiting = self._waiting, []
        try:
            self.commit()
            written = True
        except sqlite3.Error:
            written = False
        for then in waiting:
            then(written)
