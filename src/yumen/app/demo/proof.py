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
FORM_BYTES_MIN: Final = 6
"""Anything shorter is found by chance."""
LOOKS_MAX, LOOK_S = 300, 0.1


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
    return {form for form in forms if len(form) >= FORM_BYTES_MIN}


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
    wanted = sorted({form for value in known for form in forms(value)})
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


def _count(file: Path, wanted: list[bytes], seen: set[bytes]) -> int:
    """How many of the values lie in the file; chunks overlap, so that none is cut in two.

    Databases are copies of each other for the most part: a chunk that was searched before is not searched again.
    """
    found: set[bytes] = set()
    overlap = max((len(value) for value in wanted), default=1) - 1
    tail = b""
    try:
        with file.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                window = EMPTY.sub(EMPTY_SHORT, tail + chunk)
                tail = chunk[-overlap:] if overlap else b""
                digest = hashlib.blake2b(window).digest()
                if digest not in seen:
                    seen.add(digest)
                    found |= {value for value in wanted if value in window}
    except FileNotFoundError:
        return 0
    return len(found)


async def sealed_sample(databases: Databases) -> str:
    """The first bytes of a phone number as the database holds it: suite, key version, nonce, ciphertext."""
    async with await Database(databases.urls).connect(Role.APP) as conn:
        sealed = await store.find_sealed_phone(conn)
    if sealed is None:
        return "-"
    return f"{sealed[:1].hex()} {sealed[1:3].hex()} {sealed[3:15].hex()} {sealed[15:].hex()}"
