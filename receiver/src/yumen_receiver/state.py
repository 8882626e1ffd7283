"""What we remember, in one SQLite file: whom we trust, what came, what is missing, what was refused."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from yumen_receiver.trail import Seen

REFUSALS_MAX: Final = 10_000
WAIT_S: Final = 30.0

SCHEMA: Final = """
create table if not exists sender (
    sender text primary key, next integer not null, previous text, torn integer not null,
    origin text not null, point blob not null, number integer not null, line_hash text not null,
    trail_size integer not null, trail_root blob not null, pinned_at text not null
) strict;
create table if not exists sender_key (
    sender text not null references sender (sender), suite text not null, key_id text not null, key blob not null,
    first integer not null, last integer, primary key (sender, suite, key_id, first)
) strict;
create table if not exists received (
    sender text not null references sender (sender), sequence integer not null, identity text not null,
    sm3 blob not null, sealed_at text not null, received_at text not null, receipt blob not null, proved_in integer,
    primary key (sender, sequence)
) strict;
create table if not exists gap (
    sender text not null, first integer not null, last integer not null, seen_at text not null, closed_at text,
    reason text, primary key (sender, first)
) strict;
create table if not exists refusal (
    id integer primary key autoincrement, at text not null, sender text, sequence integer, code text not null,
    facts text not null
) strict;
"""


@dataclass(frozen=True, slots=True)
class Sender:
    """How far a sender's chain has come here. `torn`: a gap was accepted just before `next`."""

    name: str
    next: int
    previous: str | None
    torn: bool
    trail: Seen


@dataclass(frozen=True, slots=True)
class Gap:
    """Envelopes that never came; `closed_at` when they did, or when people agreed that they will not (`reason`)."""

    sender: str
    first: int
    last: int
    seen_at: str
    closed_at: str | None
    reason: str | None


class State:
    """One file, or `:memory:`. Each act takes the file's write lock, so several processes may share it."""

    def __init__(self, path: Path | str) -> None:
        self._db = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def act(self) -> Iterator[None]:
        """All or nothing."""
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def pin(self, name: str, keys: dict[str, tuple[str, bytes]], trail: Seen, at: str) -> None:
        """Trust a sender from its next envelope on; its chain, if there is one, goes on."""
        self._db.execute(
            "insert into sender values (?, 1, null, 0, ?, ?, ?, ?, 0, x'', ?) on conflict (sender) do update"
            " set origin = excluded.origin, point = excluded.point, number = excluded.number,"
            " line_hash = excluded.line_hash, pinned_at = excluded.pinned_at",
            (name, trail.origin, trail.point, trail.number, trail.line_hash, at),
        )
        known = self.sender(name)
        assert known is not None
        for suite, (key_id, key) in keys.items():
            self.take_up(name, suite, key_id, key, known.next)

    def take_up(self, name: str, suite: str, key_id: str, key: bytes, first: int) -> None:
        """Let a key sign from that sequence on; the one before ends."""
        self._db.execute(
            "update sender_key set last = ? where sender = ? and suite = ? and last is null", (first - 1, name, suite)
        )
        self._db.execute(
            "insert into sender_key values (?, ?, ?, ?, ?, null) on conflict do update set last = null",
            (name, suite, key_id, key, first),
        )

    def sender(self, name: str) -> Sender | None:
        row = self._db.execute("select * from sender where sender = ?", (name,)).fetchone()
        return None if row is None else _sender(row)

    def senders(self) -> list[Sender]:
        return [_sender(row) for row in self._db.execute("select * from sender order by sender limit 1000")]

    def key_at(self, name: str, suite: str, key_id: str, sequence: int) -> bytes | None:
        """The key of that name, if it was in office for that sequence."""
        row = self._db.execute(
            "select key from sender_key where sender = ? and suite = ? and key_id = ? and first <= ?"
            " and (last is null or last >= ?) limit 1",
            (name, suite, key_id, sequence, sequence),
        ).fetchone()
        return None if row is None else bytes(row["key"])

    def taken(self, name: str, sequence: int) -> tuple[str, bytes, bytes] | None:
        """(identity, SM3, receipt) of an envelope that was taken."""
        row = self._db.execute(
            "select identity, sm3, receipt from received where sender = ? and sequence = ?", (name, sequence)
        ).fetchone()
        return None if row is None else (row["identity"], bytes(row["sm3"]), bytes(row["receipt"]))

    def take(
        self, name: str, sequence: int, identity: str, sm3: bytes, sealed_at: str, at: str, receipt: bytes
    ) -> None:
        """Write down that it was taken, and move the chain on."""
        self._db.execute(
            "insert into received values (?, ?, ?, ?, ?, ?, ?, null)",
            (name, sequence, identity, sm3, sealed_at, at, receipt),
        )
        self._db.execute(
            "update sender set next = ?, previous = ?, torn = 0 where sender = ?", (sequence + 1, identity, name)
        )
        self._db.execute(
            "update gap set closed_at = ? where sender = ? and last = ? and closed_at is null", (at, name, sequence)
        )

    def see_trail(self, name: str, trail: Seen, proved: tuple[int, ...], within: int) -> None:
        self._db.execute(
            "update sender set point = ?, number = ?, line_hash = ?, trail_size = ?, trail_root = ? where sender = ?",
            (trail.point, trail.number, trail.line_hash, trail.size, trail.root, name),
        )
        self._db.executemany(
            "update received set proved_in = ? where sender = ? and sequence = ?",
            [(within, name, sequence) for sequence in proved],
        )

    def see_gap(self, name: str, first: int, last: int, at: str) -> None:
        """At most one gap is open: from what is next up to before the highest number that came too early."""
        wider = "update gap set last = max(last, ?) where sender = ? and closed_at is null"
        if not self._db.execute(wider, (last, name)).rowcount:
            self._db.execute("insert into gap values (?, ?, ?, ?, null, null)", (name, first, last, at))

    def accept_gap(self, name: str, last: int, at: str, reason: str) -> None:
        """Go on after `last` although nothing came: people on both sides agreed."""
        self._db.execute(
            "update gap set closed_at = ?, reason = ?, last = ? where sender = ? and closed_at is null",
            (at, reason, last, name),
        )
        self._db.execute("update sender set next = ?, previous = null, torn = 1 where sender = ?", (last + 1, name))

    def gaps(self, *, all_of_them: bool = False) -> list[Gap]:
        """Those still open, or all there ever were."""
        rows = self._db.execute(
            "select * from gap where closed_at is null or ? order by sender, first limit 10000", (all_of_them,)
        )
        return [Gap(**dict(row)) for row in rows]

    def refuse(self, sender: str | None, sequence: int | None, code: str, facts: dict[str, int | str], at: str) -> None:
        self._db.execute(
            "insert into refusal (at, sender, sequence, code, facts) values (?, ?, ?, ?, ?)",
            (at, sender, sequence, code, json.dumps(facts)),
        )
        self._db.execute("delete from refusal where id <= (select max(id) from refusal) - ?", (REFUSALS_MAX,))

    def refusals(self) -> dict[str, int]:
        """How often each code was the answer."""
        return dict(self._db.execute("select code, count(*) from refusal group by code order by code").fetchall())

    def unproved(self, name: str) -> int:
        """How many envelopes' leaves no later one has proved yet; the last few always are."""
        row = self._db.execute(
            "select count(*) as waiting from received where sender = ? and proved_in is null", (name,)
        ).fetchone()
        return int(row["waiting"])

    def history(self, name: str, after: int = 0) -> Iterator[tuple[int, str, str, bytes, int | None]]:
        """(sequence, identity, received at, receipt, proved in) of all that was taken."""
        rows = self._db.execute(
            "select sequence, identity, received_at, receipt, proved_in from received"
            " where sender = ? and sequence > ? order by sequence",
            (name, after),
        )
        for row in rows:
            yield row["sequence"], row["identity"], row["received_at"], bytes(row["receipt"]), row["proved_in"]


def _sender(row: sqlite3.Row) -> Sender:
    trail = Seen(
        row["origin"], bytes(row["point"]), row["number"], row["line_hash"], row["trail_size"], bytes(row["trail_root"])
    )
    return Sender(row["sender"], row["next"], row["previous"], bool(row["torn"]), trail)
