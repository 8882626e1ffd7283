"""What the demo can prove of itself: the trail by the stand-alone verifier, the sealed values by searching for them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from yumen.app import store
from yumen.app.databases import Databases
from yumen.kit.db import Database, Role

VERIFIER: Final = "yumen_verifier"
CHUNK_BYTES: Final = 4 * 1024 * 1024
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


def search(values: Iterable[str], folders: Iterable[Path]) -> Searched:
    """Look for every value, as it is, in every byte of every file under these folders."""
    wanted = sorted({value.encode() for value in values if value})
    files = total = found = 0
    for file in _files(folders):
        files += 1
        total += file.stat().st_size
        found += _count(file, wanted)
    return Searched(len(wanted), files, total / 1e6, found)


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


def _count(file: Path, wanted: list[bytes]) -> int:
    """How many of the values lie in the file; chunks overlap, so that none is cut in two."""
    found: set[bytes] = set()
    overlap = max((len(value) for value in wanted), default=1) - 1
    tail = b""
    try:
        with file.open("rb") as source:
            while chunk := source.read(CHUNK_BYTES):
                window = tail + chunk
                found |= {value for value in wanted if value in window}
                tail = window[-overlap:] if overlap else b""
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
