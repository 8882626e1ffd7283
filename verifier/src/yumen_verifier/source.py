"""Where an export is read from: a folder in the C2SP tlog-tiles layout, or the same as a mapping of paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from yumen_verifier.tree import HASH, WIDTH

FILE_BYTES_MAX: Final = 32 * 1024 * 1024
HISTORY_MAX: Final = 1_000_000
ENTRY_BYTES_MAX: Final = 65_535


class Source(Protocol):
    """Anything that gives the bytes at a path of an export, or None; and the names in one of its folders."""

    def read(self, path: str) -> bytes | None: ...
    def names(self, folder: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Folder:
    """An export on a disk. Raises OSError where a file cannot be read."""

    root: Path

    def read(self, path: str) -> bytes | None:
        file = self.root / path
        try:
            if file.stat().st_size > FILE_BYTES_MAX:
                return None
            return file.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def names(self, folder: str) -> list[str]:
        place = self.root / folder
        return sorted(entry.name for entry in place.iterdir())[:HISTORY_MAX] if place.is_dir() else []


@dataclass(frozen=True, slots=True)
class Memory:
    """An export held in memory."""

    files: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        return self.files.get(path)

    def names(self, folder: str) -> list[str]:
        prefix = f"{folder}/"
        return sorted(path[len(prefix) :] for path in self.files if path.startswith(prefix))[:HISTORY_MAX]


def numbered(number: int) -> str:
    """C2SP tlog-tiles: 1234067 is `x001/x234/067`."""
    parts = [f"{number % 1000:03}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03}")
    return "/".join(reversed(parts))


def read_tile(source: Source, level: int, n: int, width: int = WIDTH) -> bytes | None:
    """`width` hashes of a tile; a partial one may be cut from its full successor. None when missing or too short."""
    raw = _full_or_partial(source, f"tile/{level}/{numbered(n)}", width)
    return None if raw is None or len(raw) < width * HASH else raw[: width * HASH]


def read_bundle(source: Source, n: int, width: int = WIDTH) -> Bundle | None:
    """The leaves of one bundle, as many as there are. None when it is missing."""
    raw, partial = source.read(f"tile/entries/{numbered(n)}"), False
    if raw is None and width < WIDTH:
        raw, partial = source.read(f"tile/entries/{numbered(n)}.p/{width}"), True
    if raw is None:
        return None
    bodies, rest = _split(raw)
    return Bundle(bodies if partial or width == WIDTH else bodies[:width], rest)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Leaves as found; an empty one marks a row that the database had lost. `torn` bytes at the end fit no leaf."""

    bodies: list[bytes]
    torn: int


def _split(raw: bytes) -> tuple[list[bytes], int]:
    bodies: list[bytes] = []
    at, end = 0, len(raw)
    append = bodies.append
    while at + 2 <= end:
        start = at + 2
        after = start + (raw[at] << 8 | raw[at + 1])
        if after > end:
            break
        append(raw[start:after])
        at = after
    return bodies, end - at


def _full_or_partial(source: Source, path: str, width: int) -> bytes | None:
    raw = source.read(path)
    return source.read(f"{path}.p/{width}") if raw is None and width < WIDTH else raw


def spans(size: int) -> Iterator[tuple[int, int]]:
    """Each bundle of a tree: its number and how many leaves it has."""
    for n in range(size // WIDTH):
        yield n, WIDTH
    if size % WIDTH:
        yield size // WIDTH, size % WIDTH
