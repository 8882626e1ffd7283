"""Move out: everything a handler owns, in open formats, opened as two people decided; nobody is locked in.

`tables/` holds every row of every table as JSON lines, personal values opened, blind indexes left out. `import/` holds
the same people, points, orders and consents as `yumen import` reads them. `manifest.json` counts and hashes both.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from psycopg.rows import DictRow

from yumen.app.transfer import again, export_store
from yumen.app.transfer.export_store import LEFT_OUT, Table
from yumen.app.transfer.opening import Pause, Units, opened
from yumen.kit.crypto import Sm3
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.datamap import DataMap, Field

FOLDER_FULL: Final = Code("transfer.folder_full", 409)
"""The folder has something in it already."""

ORDERED: Final = trail.LeafKind("data.export_ordered", "approval")
EXPORTED: Final = trail.LeafKind("data.exported", "approval", "files", "rows_all", "manifest")

EXPORT: Final = "data.export"
FACTS: Final[four_eyes.Facts] = {"scope": "everything"}
"""What the second person approves; the handler is that of the approval."""
TOLD_EVERY: Final = 10_000
"""Rows of a file after which it is told how far it is."""
PICTURES: Final = frozenset({"picture"})

Told = Callable[[str, int], object]
"""Hears a file's name and its rows so far, and once more when it is whole."""


class FileEntry(msgspec.Struct, frozen=True):
    name: str
    rows: int
    sm3: str


class Manifest(msgspec.Struct, frozen=True):
    """What was written. Text is UTF-8, one JSON object a line; bytes are base64; `*_fen` is CNY 0.01."""

    format: str
    exported_at: str
    approval: str
    files: list[FileEntry]
    left_out: list[str]


@dataclass
class Sheet:
    """One file being written: counted and hashed as it goes."""

    folder: Path
    name: str
    told: Told
    rows: int = 0
    digest: Sm3 = field(default_factory=Sm3)

    async def write(self, rows: AsyncIterator[Mapping[str, object]]) -> FileEntry:
        with (self.folder / self.name).open("xb") as file:
            async for row in rows:
                line = msgspec.json.encode(row) + b"\n"
                file.write(line)
                self.digest.update(line)
                self.rows += 1
                if self.rows % TOLD_EVERY == 0:
                    self.told(self.name, self.rows)
        self.told(self.name, self.rows)
        return FileEntry(self.name, self.rows, self.digest.digest().hex())


async def export(
    units: Units,
    data_map: DataMap,
    folder: Path,
    approval: str | None,
    pause: Pause,
    told: Told = lambda name, rows: None,
) -> Manifest:
    """Write everything; answers the manifest. `units` are those of the person who acts.

    Raises `transfer.folder_full`, `approval.…`.
    """
    prepare(folder)
    async with units() as uow:
        await order(uow, approval)
        tables = [table for table in await export_store.list_tables(uow.conn) if table.scope is not None]
        exported_at = uow.now
    for name in ("tables", "import"):
        (folder / name).mkdir(mode=0o700)
    fields = {column: field for field in data_map.fields() for column in field.columns}
    entries = []
    for table in tables:
        sheet = Sheet(folder, f"tables/{table.name}.jsonl", told)
        entries.append(await sheet.write(_rows(units, table, fields, pause)))
    for name, rows in again.sheets(units, pause).items():
        entries.append(await Sheet(folder, f"import/{name}.jsonl", told).write(rows))
    manifest = Manifest(
        "yumen.export/1", exported_at.isoformat(), approval or "", entries, sorted(LEFT_OUT)
    )  # fmt: skip
    written = msgspec.json.format(msgspec.json.encode(manifest)) + b"\n"
    with (folder / "manifest.json").open("xb") as file:
        file.write(written)
    digest = Sm3(written)
    async with units() as uow:
        await note(uow, approval, len(entries), sum(entry.rows for entry in entries), digest.digest())
    return manifest


def prepare(folder: Path) -> None:
    """A folder for the owner's eyes only, with nothing in it. Raises `transfer.folder_full`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FOLDER_FULL()


@recorded
async def order(uow: UnitOfWork, approval: str | None) -> None:
    """Use the approval up before anything is opened. Raises `approval.…`."""
    await four_eyes.consume(uow, approval, EXPORT, four_eyes.facts_hash(FACTS))
    await trail.record(uow, ORDERED.name, approval=approval)


@recorded
async def note(uow: UnitOfWork, approval: str | None, files: int, rows: int, manifest: bytes) -> None:
    """Say that everything was written, and by which manifest it can be known again."""
    await trail.record(uow, EXPORTED.name, approval=approval, files=files, rows_all=rows, manifest=manifest.hex())


async def _rows(
    units: Units, table: Table, fields: Mapping[str, Field], pause: Pause
) -> AsyncIterator[Mapping[str, object]]:
    sealed = {name: fields[f"{table.name}.{name}"] for name in table.columns if name.endswith("_sealed")}
    after: list[object] = []
    while True:
        async with units() as uow:
            page = await export_store.read_page(uow.conn, table, uow.handler, after)
        places = [(row, name) for row in page for name in sealed if row[name] is not None]
        values = await opened(
            units, [(SubjectId(row["_subject"]), sealed[name], bytes(row[name])) for row, name in places], pause
        )
        plain: dict[int, dict[str, object]] = {}
        for (row, name), value in zip(places, values, strict=True):
            plain.setdefault(id(row), {})[name.removesuffix("_sealed")] = _told(sealed[name], value)
        for row in page:
            yield _open_row(row, plain.get(id(row), {}))
        if len(page) < export_store.PAGE:
            return
        after = [page[-1][column] for column in table.key]


def _open_row(row: DictRow, plain: Mapping[str, object]) -> dict[str, object]:
    """The columns as they are; opened values in the place of sealed ones; no blind index, and `_subject` is ours."""
    kept: dict[str, object] = {
        name: value for name, value in row.items() if not name.endswith(("_sealed", "_index")) and name != "_subject"
    }
    kept.update(plain)
    return kept


def _told(what: Field, value: bytes | None) -> str | None:
    if value is None:
        return None
    return b64encode(value).decode() if what.name in PICTURES else value.decode()
