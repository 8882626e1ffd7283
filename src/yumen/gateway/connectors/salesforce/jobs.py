"""Which Bulk job carries which batch, kept so that a job is found again after a kill: job ids, nothing of persons."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final, Protocol

ASIDE: Final = ".new"


class JobBook(Protocol):
    """`batch` is a hash of the batch's keys: the same batch after a restart has the same."""

    async def find(self, batch: str) -> str | None: ...

    async def keep(self, batch: str, job: str) -> None:
        """Before the first byte of the batch goes out."""
        ...

    async def forget(self, batch: str) -> None: ...

    async def open_jobs(self) -> list[tuple[str, str]]:
        """Every batch with its job."""
        ...


class MemoryJobs:
    """For tests, and for what may be done twice: gone with the process."""

    def __init__(self) -> None:
        self._jobs: dict[str, str] = {}

    async def find(self, batch: str) -> str | None:
        return self._jobs.get(batch)

    async def keep(self, batch: str, job: str) -> None:
        self._jobs[batch] = job

    async def forget(self, batch: str) -> None:
        self._jobs.pop(batch, None)

    async def open_jobs(self) -> list[tuple[str, str]]:
        return list(self._jobs.items())


class FolderJobs:
    """One small file a job, on the disk before `keep` returns."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def find(self, batch: str) -> str | None:
        return await asyncio.to_thread(self._read, batch)

    async def keep(self, batch: str, job: str) -> None:
        await asyncio.to_thread(self._write, batch, job)

    async def forget(self, batch: str) -> None:
        await asyncio.to_thread((self._folder / batch).unlink, missing_ok=True)

    async def open_jobs(self) -> list[tuple[str, str]]:
        return await asyncio.to_thread(self._read_all)

    def _read_all(self) -> list[tuple[str, str]]:
        names = [path.name for path in self._folder.glob("*") if path.suffix != ASIDE]
        return [(name, job) for name in sorted(names) if (job := self._read(name))]

    def _read(self, batch: str) -> str | None:
        try:
            return (self._folder / batch).read_text(encoding="ascii") or None
        except FileNotFoundError:
            return None

    def _write(self, batch: str, job: str) -> None:
        """Whole or not at all: written aside, flushed, then renamed."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = self._folder / f"{batch}{ASIDE}"
        with aside.open("w", encoding="ascii") as file:
            file.write(job)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._folder / batch)
