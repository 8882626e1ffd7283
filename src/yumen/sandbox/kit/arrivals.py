"""Remember what arrived: every change of a record in its order, and the raw calls as they came over the wire.

So a test can prove order per person, count writes, and look for a field that should never have left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from yumen.sandbox.kit.exchange import Request
from yumen.sandbox.kit.journal import Journal

ARRIVALS_KEPT: Final = 200_000
LETTERS_KEPT: Final = 2_000
TRIM_EVERY: Final = 1_000
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS arrival (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, kind TEXT, id TEXT, key TEXT, verb TEXT, fields BLOB);
CREATE INDEX IF NOT EXISTS arrival_key ON arrival (key, seq) WHERE key <> '';
CREATE TABLE IF NOT EXISTS letter (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL, method TEXT, target TEXT, headers TEXT, body BLOB);
"""
_HIDDEN: Final = frozenset({"authorization"})


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """One change: which record, under which external id, what was done (`created`, `updated`, `deleted`, …)."""

    seq: int
    at: float
    kind: str
    id: str
    key: str
    verb: str
    fields: dict[str, Any]


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One call as it came: the body before any unpacking. The bearer token is left out."""

    seq: int
    at: float
    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Arrivals:
    """Two books in the state file; both forget the oldest."""

    def __init__(self, journal: Journal, arrivals_kept: int = ARRIVALS_KEPT, letters_kept: int = LETTERS_KEPT) -> None:
        self._journal = journal
        self._db = journal.adopt(_SCHEMA, ("arrival", "letter"))
        self._encode = msgspec.json.Encoder().encode
        self._kept = {"arrival": arrivals_kept, "letter": letters_kept}
        self._since_trim = 0
        self._noted: list[tuple[float, str, str, str, str, bytes]] = []

    def note(self, at: float, kind: str, ident: str, key: str, verb: str, fields: Mapping[str, Any]) -> None:
        """Note a change; `flush` hands it over."""
        self._noted.append((at, kind, ident, key, verb, self._encode(fields)))

    def flush(self) -> None:
        """Hand what was noted to the database; it is committed with the journal."""
        if not self._noted:
            return
        noted, self._noted = self._noted, []
        self._journal.begin()
        self._db.executemany("INSERT INTO arrival (at, kind, id, key, verb, fields) VALUES (?, ?, ?, ?, ?, ?)", noted)
        self._trim(len(noted))

    def file(self, at: float, request: Request) -> None:
        """Keep a call as it came."""
        shown = {name: value for name, value in request.headers.items() if name not in _HIDDEN}
        self._journal.begin()
        self._db.execute(
            "INSERT INTO letter (at, method, target, headers, body) VALUES (?, ?, ?, ?, ?)",
            (at, request.method, request.target, self._encode(shown), request.body),
        )
        self._trim(1)

    def list_arrivals(self, after: int = 0, limit: int = 100, key: str = "") -> list[Arrival]:
        """In order of arrival, behind a sequence number; of one external id where it is given."""
        self.flush()
        sql = "SELECT seq, at, kind, id, key, verb, fields FROM arrival WHERE seq > ?"
        bound: tuple[object, ...] = (after, limit)
        if key:
            sql, bound = sql + " AND key = ?", (after, key, limit)
        rows = self._db.execute(sql + " ORDER BY seq LIMIT ?", bound)
        return [_arrival(row) for row in rows]

    def newest(self, limit: int) -> list[Arrival]:
        """The newest first."""
        self.flush()
        sql = "SELECT seq, at, kind, id, key, verb, fields FROM arrival ORDER BY seq DESC LIMIT ?"
        return [_arrival(row) for row in self._db.execute(sql, (limit,))]

    def list_letters(self, after: int = 0, limit: int = 100) -> list[Letter]:
        """In order of arrival, behind a sequence number."""
        sql = "SELECT seq, at, method, target, headers, body FROM letter WHERE seq > ? ORDER BY seq LIMIT ?"
        return [
            Letter(seq=seq, at=at, method=method, target=target, headers=msgspec.json.decode(headers), body=body)
            for seq, at, method, target, headers, body in self._db.execute(sql, (after, limit))
        ]

    def _trim(self, added: int) -> None:
        self._since_trim += added
        if self._since_trim < TRIM_EVERY:
            return
        self._since_trim = 0
        for table, kept in self._kept.items():
            sql = f"DELETE FROM {table} WHERE seq <= (SELECT max(seq) FROM {table}) - ?"  # noqa: S608 - names of ours
            self._db.execute(sql, (kept,))


def _arrival(row: tuple[Any, ...]) -> Arrival:
    seq, at, kind, ident, key, verb, fields = row
    return Arrival(seq=seq, at=at, kind=kind, id=ident, key=key, verb=verb, fields=msgspec.json.decode(fields))
