"""What the demo can prove of itself: the trail by the stand-alone verifier, the sealed values by searching for them."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from yumen.app import store
from yumen.app.databases import Databases
from yumen.kit.db import Database, Role

VERIFIER: Final = "yumen_verifier"
CHUNK_BYTES: Final = 4 * 1024 * 1024
EMPTY: Final = re.compile(rb"\0{4096,}")
EMPTY_SHORT: Final = bytes(64)
"""Files of a database are full of nothing: it is cut short before it is searched."""
URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
START_BYTES: Final = 4
FORM_BYTES_MIN: Final = 6
"""Anything shorter is found by chance."""
LOOKS_MAX, LOOK_S = 300, 0.1
SAMPLE_BYTES: Final = 35
"""So much of a sealed value fits a terminal of 80 columns."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `yumen-verify` said of the published trail; `whole` is None where the verifier is not installed."""

    whole: bool | None
    leaves: int
    root: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Searched:
    """Where clear values were looked for, and how many were found."""

    values: int
    files: int
    megabytes: float
    found: int


def plainly(value: str) -> set[bytes]:
    """As it is."""
    return {value.encode()}


def disguised(value: str) -> set[bytes]:
    """As it is, and as programs write it without meaning to hide it: hex, base64, UTF-16, JSON and URL escapes."""
    plain = value.encode()
    forms = {plain, plain.hex().encode(), plain.hex().upper().encode(), quote(value, safe="").encode()}
    forms |= {value.encode("utf-16-le"), value.encode("utf-16-be"), json.dumps(value)[1:-1].encode()}
    for shift in range(3):  # inside a longer base64 text it begins at any of three places
        coded = base64.b64encode(bytes(shift) + plain)
        forms |= {inner := coded[(shift * 8 + 5) // 6 : len(plain) * 8 // 6], inner.translate(URL_SAFE)}
    return forms


async def until_published(databases: Databases, folder: Path) -> int:
    """Wait until every committed leaf is in the published tree; answers its size."""
    async with await Database(databases.urls).connect(Role.APP) as conn:
        wanted = await store.count_entries(conn)
    for _ in range(LOOKS_MAX):
        if (size := published_size(folder)) >= wanted:
            return size
        await asyncio.sleep(LOOK_S)
    raise TimeoutError("trail")


def published_size(folder: Path) -> int:
    """The size in the published checkpoint (second line of the signed note)."""
    try:
        return int((folder / "checkpoint").read_text(encoding="utf-8").splitlines()[1])
    except (FileNotFoundError, IndexError, ValueError):
        return 0


async def verify(folder: Path) -> Verdict:
    """Run the stand-alone verifier over the published trail in a process of its own."""
    if find_spec(VERIFIER) is None:
        return Verdict(None, published_size(folder), "", 0.0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", VERIFIER, str(folder), "--format", "json"), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    report = msgspec.json.decode(said)
    return Verdict(process.returncode == 0, report["size"], report["root"], report["seconds"])


def search(values: Iterable[str], folders: Iterable[Path], forms: Callable[[str], set[bytes]] = plainly) -> Searched:
    """Look for every value, in each of its `forms`, in every byte of every file under these folders."""
    known = {value for value in values if value}
    wanted = _Wanted.of({form for value in known for form in forms(value) if len(form) >= FORM_BYTES_MIN})
    files = total = found = 0
    seen: set[bytes] = set()
    for file in _files(folders):
        files += 1
        total += file.stat().st_size
        found += _count(file, wanted, seen)
    return Searched(len(known), files, total / 1e6, found)


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Many byte strings, looked for all at once: by their first bytes, which one regular expression finds."""

    pattern: re.Pattern[bytes]
    by_start: dict[bytes, list[bytes]]
    longest: int

    @classmethod
    def of(cls, strings: set[bytes]) -> _Wanted:
        by_start: dict[bytes, list[bytes]] = {}
        for string in sorted(strings):
            by_start.setdefault(string[:START_BYTES], []).append(string)
        return cls(re.compile(_any_of(by_start), re.DOTALL), by_start, max(map(len, strings), default=1))

    def inside(self, window: bytes) -> set[bytes]:
        found: set[bytes] = set()
        place = self.pattern.search(window) if self.by_start else None
        while place is not None:
            found |= {each for each in self.by_start[place[0]] if window.startswith(each, place.start())}
            place = self.pattern.search(window, place.start() + 1)
        return found


def _any_of(starts: Iterable[bytes]) -> bytes:
    """A regular expression for any of these, branching byte by byte."""
    branches: dict[bytes, set[bytes]] = {}
    for start in starts:
        if start:
            branches.setdefault(start[:1], set()).add(start[1:])
    if not branches:
        return b""
    return b"(?:" + b"|".join(re.escape(first) + _any_of(rest) for first, rest in sorted(branches.items())) + b")"


def _count(file: Path, wanted: _Wanted, seen: set[bytes]) -> int:
    """How many of the values lie in the file; chunks overlap, so that none is cut in two.

    Databases are copies of each other for the most part: a chunk that was searched before is not searched again.
    """
    found: set[bytes] = set()
    overlap = wanted.longest - 1
    tail = b""
    try:
        with file.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                window = EMPTY.sub(EMPTY_SHORT, tail + chunk)
                tail = chunk[-overlap:] if overlap else b""
                digest = hashlib.blake2b(window).digest()
                if digest not in seen:
                    seen.add(digest)
                    found |= wanted.inside(window)
    except FileNotFoundError:
        return 0
    return len(found)


async def sealed_sample(databases: Databases) -> str:
    """The first bytes of a phone number as the database holds it: suite, key version, nonce, ciphertext."""
    async with await Database(databases.urls).connect(Role.APP) as conn:
        sealed = await store.find_sealed_phone(conn)
    if sealed is None:
        return "-"
    return f"{sealed[:1].hex()} {sealed[1:3].hex()} {sealed[3:15].hex()} {sealed[15:SAMPLE_BYTES].hex()}…"
