"""What a run may read: files below the folder it was pointed at, each within a limit, each noted with its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Final

from yumen.kit.errors import Fact

FILE_BYTES_MAX: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day the world is judged as of: evidence that is always there."""

    on: date


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read, and why: a sentence `audit.unread.<code>`."""

    name: str
    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """The folder, the moment, and what was read. Paths are relative to `base`; nothing above it is opened."""

    base: Path
    taken_at: datetime
    on: date
    digests: dict[str, str] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None, and a line among the unread, when it cannot be had."""
        path = self.base / name
        try:
            if not path.resolve().is_relative_to(self.base.resolve()):
                self.skip(name, "outside")
                return None
            if not path.is_file():
                self.skip(name, "missing" if not path.exists() else "no_file")
                return None
            if path.stat().st_size > FILE_BYTES_MAX:
                self.skip(name, "too_large", mebibytes=FILE_BYTES_MAX // 2**20)
                return None
            data = path.read_bytes()
        except (OSError, ValueError, RuntimeError) as failed:  # RuntimeError: a loop of symbolic links
            self.skip(name, "unreadable", why=type(failed).__name__)
            return None
        self.note(name, data)
        return data

    def text(self, name: str) -> str | None:
        """The text of a file, whatever Chinese editors made of it: UTF-8, UTF-16 with a mark, GB 18030."""
        data = self.read(name)
        return None if data is None else decode(data)

    def note(self, name: str, data: bytes) -> None:
        """Remember the hash of a piece of evidence."""
        self.digests[name] = hashlib.sha256(data).hexdigest()

    def skip(self, name: str, code: str, **facts: Fact) -> None:
        """Say that something was there and could not be used."""
        self.unread.append(Unread(name, code, facts))

    @property
    def digest(self) -> str:
        """One hash over all evidence, in the order of names."""
        lines = "".join(f"{name}\0{digest}\n" for name, digest in sorted(self.digests.items()))
        return hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()


def decode(data: bytes) -> str:
    """Text of unknown encoding; what no encoding explains becomes U+FFFD."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")
