"""Turn byte offsets into lines once, at the end, and cut the lines that people see, with nothing in them to hide."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from yumen.audit.redact import scrub
from yumen.audit.result import Snippet
from yumen.audit.source import to_utf8
from yumen.audit.source.tree import CONFIGS, SCRIPTS, STYLES, TEMPLATES
from yumen.audit.world import decode

AROUND: Final = 2
LINE_CHARS_MAX: Final = 160
CODE: Final = SCRIPTS | TEMPLATES | STYLES | CONFIGS | frozenset({".vue"})
FILE_BYTES_MAX: Final = 16 * 1024 * 1024


@dataclass(slots=True)
class Places:
    """The files that findings point into, read once each. `roots` are tried in order."""

    roots: Sequence[Path]
    _read: dict[str, tuple[bytes, list[int]] | None] = field(default_factory=dict)

    def line(self, path: str, offset: int) -> tuple[int, int] | None:
        """Line and column (in characters), both from 1. None when the file cannot be read."""
        if (file := self._file(path)) is None:
            return None
        data, starts = file
        number = bisect_right(starts, min(offset, len(data)))
        return number, len(decode(data[starts[number - 1] : offset])) + 1

    def located(self, path: str) -> str:
        """The path from the first root, for one that was told from another."""
        for root in self.roots:
            if (root / path).is_file():
                return os.path.normpath(os.path.relpath(root / path, self.roots[0])).replace(os.sep, "/")
        return path

    def text(self, path: str, number: int) -> str:
        """One line as it stands; empty when there is none. For looking at comments, not for showing."""
        if (file := self._file(path)) is None or not 1 <= number <= len(file[1]):
            return ""
        return decode(_cut(file[0], file[1], number))

    def snippet(self, path: str, offset: int, hidden: Sequence[tuple[int, int]]) -> Snippet | None:
        """The line of that offset and its neighbours: hidden ranges blanked, secrets and persons scrubbed."""
        if (file := self._file(path)) is None:
            return None
        data, starts = file
        if hidden:
            data = _blank(data, hidden)
        hit = bisect_right(starts, min(offset, len(data)))
        first, last = max(1, hit - AROUND), min(len(starts), hit + AROUND)
        column = offset - starts[hit - 1]
        lines = [
            _fit(decode(_cut(data, starts, number)), column if number == hit else 0)
            for number in range(first, last + 1)
        ]
        return Snippet(first, tuple(lines), hit)

    def _file(self, path: str) -> tuple[bytes, list[int]] | None:
        if path not in self._read:
            self._read[path] = self._open(path)
        return self._read[path]

    def _open(self, path: str) -> tuple[bytes, list[int]] | None:
        for root in self.roots:
            try:
                whole = (root / path).resolve()
                if not whole.is_relative_to(root.resolve()) or not whole.is_file():
                    continue
                if whole.stat().st_size <= FILE_BYTES_MAX:
                    data = whole.read_bytes()
                    if whole.suffix.lower() in CODE:  # offsets in code are those of its UTF-8 text
                        data, _ = to_utf8(data)
                    return data, _starts(data)
            except (OSError, ValueError, RuntimeError):
                continue
        return None


def _starts(data: bytes) -> list[int]:
    starts, at = [0], data.find(b"\n")
    while at != -1:
        starts.append(at + 1)
        at = data.find(b"\n", at + 1)
    return starts


def _cut(data: bytes, starts: list[int], number: int) -> bytes:
    end = starts[number] if number < len(starts) else len(data)
    return data[starts[number - 1] : end].rstrip(b"\r\n")


def _blank(data: bytes, hidden: Sequence[tuple[int, int]]) -> bytes:
    """Same length, so that offsets stay true: newlines survive, the rest becomes `*`."""
    blanked = bytearray(data)
    for start, end in hidden:
        for at in range(max(0, start), min(end, len(blanked))):
            if blanked[at] not in b"\r\n":
                blanked[at] = 0x2A
    return bytes(blanked)


def _fit(line: str, column: int) -> str:
    """A line short enough to print; of a long one the part around the column. Scrubbed before it is cut."""
    line = scrub(line.replace("\t", "  "))
    if len(line) <= LINE_CHARS_MAX:
        return line
    start = max(0, min(column - LINE_CHARS_MAX // 3, len(line) - LINE_CHARS_MAX))
    return ("…" if start else "") + line[start : start + LINE_CHARS_MAX] + "…"
