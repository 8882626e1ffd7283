"""Keep many records in the state file and not in memory: rows by id, found by key values, read in order of change.

A sandbox that stands for a CRM must hold a million persons. Rows share the journal's connection and its transactions:
what a call changes is in the file before its answer leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from yumen.sandbox.kit.journal import Journal

PAGE: Final = 2000
_IN_MAX: Final = 900
_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS shelf (
    kind TEXT, id TEXT, modified REAL, gone INTEGER, body BLOB, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS shelf_modified ON shelf (kind, modified, id);
CREATE TABLE IF NOT EXISTS shelf_key (
    kind TEXT, field TEXT, value TEXT, id TEXT, PRIMARY KEY (kind, field, value, id)) WITHOUT ROWID;
"""
Fields = dict[str, Any]


@dataclass(slots=True)
class Row:
    """One record. `gone` rows (a recycle bin) stay on the shelf and are left to the caller to skip."""

    id: str
    modified: float
    gone: bool
    fields: Fields


class Shelf:
    """Rows of several kinds (a CRM's objects)."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._db = journal.adopt(_SCHEMA, ("shelf", "shelf_key"))
        self._rows: list[tuple[str, str, float, bool, bytes]] = []
        self._keys: dict[tuple[str, str, str, str], bool] = {}
        """What became of a key since the last flush: there, or gone."""
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Fields).decode

    def put(self, kind: str, row: Row, keys: Fields, before: Fields) -> None:
        """Keep a row under its keys (field to text); `before` are the keys it had."""
        self._rows.append((kind, row.id, row.modified, row.gone, self._encode(row.fields)))
        if keys != before:
            self._keys |= dict.fromkeys([(kind, field, value, row.id) for field, value in before.items()], False)
            self._keys |= dict.fromkeys([(kind, field, value, row.id) for field, value in keys.items()], True)
        if len(self._rows) >= PAGE:
            self.flush()

    def erase(self, kind: str, ident: str, keys: Fields) -> None:
        """Forget a row for good."""
        self.flush()
        self._journal.begin()
        self._db.execute("DELETE FROM shelf WHERE kind = ? AND id = ?", (kind, ident))
        rows = [(kind, field, value, ident) for field, value in keys.items()]
        self._db.executemany("DELETE FROM shelf_key WHERE kind = ? AND field = ? AND value = ? AND id = ?", rows)

    def flush(self) -> None:
        """Hand what was put to the database; it is committed with the journal."""
        if not self._rows:
            return
        self._journal.begin()
        rows, self._rows = self._rows, []
        known, self._keys = self._keys, {}
        dropped = [key for key, there in known.items() if not there]
        keys = [key for key, there in known.items() if there]
        self._db.executemany("INSERT OR REPLACE INTO shelf VALUES (?, ?, ?, ?, ?)", rows)
        self._db.executemany("DELETE FROM shelf_key WHERE kind = ? AND field = ? AND value = ? AND id = ?", dropped)
        self._db.executemany("INSERT OR IGNORE INTO shelf_key VALUES (?, ?, ?, ?)", keys)

    def get(self, kind: str, idents: Sequence[str]) -> dict[str, Row]:
        """The rows of these ids, gone ones too."""
        self.flush()
        found: dict[str, Row] = {}
        for part in _parts(idents):
            sql = f"SELECT id, modified, gone, body FROM shelf WHERE kind = ? AND id IN ({_marks(part)})"  # noqa: S608
            for ident, modified, gone, body in self._db.execute(sql, (kind, *part)):
                found[ident] = Row(ident, modified, bool(gone), self._decode(body))
        return found

    def find(self, kind: str, field: str, values: Sequence[str]) -> dict[str, list[Row]]:
        """The rows under these key values, gone ones too."""
        self.flush()
        found: dict[str, list[Row]] = {}
        for part in _parts(values):
            sql = (
                "SELECT k.value, s.id, s.modified, s.gone, s.body FROM shelf_key k "  # noqa: S608
                "JOIN shelf s ON s.kind = k.kind AND s.id = k.id "
                f"WHERE k.kind = ? AND k.field = ? AND k.value IN ({_marks(part)})"
            )
            for value, ident, modified, gone, body in self._db.execute(sql, (kind, field, *part)):
                found.setdefault(value, []).append(Row(ident, modified, bool(gone), self._decode(body)))
        return found

    def scan(self, kind: str, since: float = 0.0) -> Iterator[Row]:
        """Every row changed at or after a moment, in order of change and id, read page by page."""
        self.flush()
        modified, ident = since, ""
        while True:
            page = self._db.execute(
                "SELECT id, modified, gone, body FROM shelf WHERE kind = ? AND (modified, id) > (?, ?) "
                "ORDER BY modified, id LIMIT ?",
                (kind, modified, ident, PAGE),
            ).fetchall()
            for ident, modified, gone, body in page:
                yield Row(ident, modified, bool(gone), self._decode(body))
            if len(page) < PAGE:
                return

    def newest(self, kind: str, limit: int) -> list[Row]:
        """The rows changed last, the newest first."""
        self.flush()
        sql = "SELECT id, modified, gone, body FROM shelf WHERE kind = ? ORDER BY modified DESC, id DESC LIMIT ?"
        return [Row(i, m, bool(g), self._decode(b)) for i, m, g, b in self._db.execute(sql, (kind, limit))]

    def count(self, kind: str, *, gone: bool = False) -> int:
        """How many rows there are."""
        self.flush()
        sql = "SELECT count(*) FROM shelf WHERE kind = ? AND gone = ?"
        number: int = self._db.execute(sql, (kind, gone)).fetchone()[0]
        return number


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(values), _IN_MAX):
        yield values[at : at + _IN_MAX]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
