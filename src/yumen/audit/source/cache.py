"""Facts of former runs by content, one file for each audited folder, so that a second run reads only what changed.

A file counts as empty unless it was written whole by the same reader: its name carries the version of the reader, its
head a digest of the rest. Nothing but contents decides what is found in it, so a run with it and a run without it say
the same.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import tree_sitter
import tree_sitter_javascript
import tree_sitter_typescript

from yumen.audit.source.facts import VERSION, Facts

ENTRIES_MAX: Final = 60_000
FILE_BYTES_MAX: Final = 256 * 1024 * 1024
FOLDER_BYTES_MAX: Final = 512 * 1024 * 1024
FOLDER_FILES_MAX: Final = 64
"""Of both the least recently used files go."""
ENDING: Final = ".facts"
_PART: Final = ".part"
_MAGIC: Final = b"yumen facts 1\n"
_DIGEST_BYTES: Final = 16
_PARSERS: Final = (tree_sitter, tree_sitter_javascript, tree_sitter_typescript)
"""Known by size and time of their compiled parts: asking for their versions takes longer than reading the cache."""
_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Facts)
_TABLE: Final = msgspec.msgpack.Decoder(dict[bytes, bytes])


def encode(facts: Facts) -> bytes:
    """Facts as bytes, without their path: equal contents have equal facts."""
    path, facts.path = facts.path, ""
    data = _ENCODER.encode(facts)
    facts.path = path
    return data


def decode(data: bytes, path: str) -> Facts:
    """The facts, told under this path. Raises msgspec.DecodeError."""
    facts = _DECODER.decode(data)
    facts.path = path
    return facts


class Cache:
    """What the last run on this folder read; `used` of it stays."""

    def __init__(self, file: Path | None, entries: dict[bytes, bytes]) -> None:
        self._file = file
        self._entries = entries
        self._used: dict[bytes, bytes] = {}
        self._changed = False

    @classmethod
    def open(cls, folder: Path | None, root: Path) -> Cache:
        """The file for `root` in `folder`; nothing is kept without a folder."""
        if folder is None:
            return cls(None, {})
        name = hashlib.blake2b(os.fsencode(root.absolute()), digest_size=8).hexdigest()
        file = folder / f"{name}-{reader_version()}{ENDING}"
        return cls(file, _read(file))

    @property
    def is_kept(self) -> bool:
        """Will there be a file?"""
        return self._file is not None

    def get(self, key: bytes) -> bytes | None:
        """The encoded facts of that content."""
        known = self._entries.get(key)
        if known is not None:
            self._used[key] = known
        return known

    def put(self, key: bytes, data: bytes) -> None:
        """Keep encoded facts, at most ENTRIES_MAX of a run."""
        if len(self._used) < ENTRIES_MAX:
            self._used[key] = data
            self._changed = True

    def save(self) -> None:
        """Keep what this run used. A folder that cannot be written is no reason to fail."""
        if self._file is None:
            return
        try:
            if self._changed or len(self._used) != len(self._entries):
                _write(self._file, _ENCODER.encode(self._used))
                trim(self._file.parent)
            elif self._used:
                os.utime(self._file)
        except OSError:
            return


def key_of(kind: str, source: bytes) -> bytes:
    """What a content is known by; `kind` says how it is read."""
    return hashlib.blake2b(source, digest_size=_DIGEST_BYTES, key=kind.encode()).digest()


@cache
def reader_version() -> str:
    """8 bytes over the code that reads, the parsers and the byte order: facts of another reader are not ours."""
    digest = hashlib.blake2b(f"{VERSION} {sys.byteorder}".encode(), digest_size=8)
    for parser in _PARSERS:
        for file in sorted(Path(str(parser.__file__)).parent.glob("_binding*")):
            state = file.stat()
            digest.update(f"{parser.__name__} {file.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def trim(folder: Path) -> None:
    """Keep the files used last, within the bounds of the folder."""
    found = []
    for one in folder.iterdir():
        if one.suffix in {ENDING, _PART} and one.is_file():
            state = one.stat()
            found.append((state.st_mtime, one.name, state.st_size))
    size = 0
    for number, (_, name, bytes_) in enumerate(sorted(found, reverse=True)):
        size += bytes_
        if number >= FOLDER_FILES_MAX or size > FOLDER_BYTES_MAX:
            (folder / name).unlink(missing_ok=True)


def _read(file: Path) -> dict[bytes, bytes]:
    try:
        if file.stat().st_size > FILE_BYTES_MAX:
            return {}
        data = file.read_bytes()
    except OSError:
        return {}
    start = len(_MAGIC) + _DIGEST_BYTES
    told = data[len(_MAGIC) : start]
    if not data.startswith(_MAGIC) or told != hashlib.blake2b(data[start:], digest_size=_DIGEST_BYTES).digest():
        return {}
    try:
        return _TABLE.decode(memoryview(data)[start:])
    except msgspec.DecodeError:
        return {}


def _write(file: Path, payload: bytes) -> None:
    """Whole or not at all; of two runs at once the last one stays."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    head = _MAGIC + hashlib.blake2b(payload, digest_size=_DIGEST_BYTES).digest()
    handle, name = tempfile.mkstemp(suffix=_PART, dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as part:
            part.write(head)
            part.write(payload)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
