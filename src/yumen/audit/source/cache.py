"""Facts of former runs by content, in one file, so that a second run reads only what changed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import msgspec

from yumen.audit.source.facts import VERSION, Facts

_NAME: Final = f"facts-{VERSION}.msgpack"
ENTRIES_MAX: Final = 60_000


class Cache:
    """Equal contents are read once in a run; with a folder, also once for all runs."""

    def __init__(self, file: Path | None, entries: dict[str, bytes]) -> None:
        self._file = file
        self._entries = entries
        self._used: dict[str, bytes] = {}
        self._changed = False
        self._live: dict[str, Facts] = {}

    @classmethod
    def open(cls, folder: Path | None) -> Cache:
        """An unreadable or foreign file counts as empty."""
        if folder is None:
            return cls(None, {})
        file = folder / _NAME
        try:
            entries = msgspec.msgpack.decode(file.read_bytes(), type=dict[str, bytes])
        except (OSError, msgspec.DecodeError):
            entries = {}
        return cls(file, entries)

    def get(self, kind: str, source: bytes, path: str) -> Facts | None:
        """The facts of that content, told under this path."""
        key = _key(kind, source)
        known = self._live.get(key)
        if known is None and key in self._entries:
            try:
                known = self._live[key] = msgspec.msgpack.decode(self._entries[key], type=Facts)
            except msgspec.DecodeError:
                return None
            self._used[key] = self._entries[key]
        if known is None:
            return None
        return known if known.path == path else msgspec.structs.replace(known, path=path)

    def put(self, kind: str, source: bytes, facts: Facts) -> None:
        key = _key(kind, source)
        self._live[key] = facts
        if self._file is not None and len(self._used) < ENTRIES_MAX:
            self._used[key] = msgspec.msgpack.encode(facts)
            self._changed = True

    def save(self) -> None:
        """Keep what this run used. A folder that cannot be written is no reason to fail."""
        if self._file is None or not (self._changed or len(self._used) != len(self._entries)):
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._file.with_suffix(f".{os.getpid()}")
            fresh.write_bytes(msgspec.msgpack.encode(self._used))
            fresh.replace(self._file)
        except OSError:
            return


def _key(kind: str, source: bytes) -> str:
    return f"{kind}:{hashlib.blake2b(source, digest_size=16).hexdigest()}"
