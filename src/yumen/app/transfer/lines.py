"""Read a file of another system line by line: CSV with a head, or one JSON object a line. Pure but for the reading.

No more than one line is in memory. What is amiss is told by line, field and code; what stood there is never repeated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from re import Pattern
from typing import Final, TextIO

import msgspec

from yumen.kit.crypto import Sm3
from yumen.kit.errors import Code

NO_FILE: Final = Code("transfer.no_file", 422)
HEAD_UNFIT: Final = Code("transfer.head_unfit", 422)
NOT_TEXT: Final = Code("transfer.not_text", 422)
LINE_TOO_LONG: Final = Code("transfer.line_too_long", 422)
LINE_UNFIT: Final = Code("transfer.line_unfit", 422)
FILE_BROKEN: Final = Code("transfer.file_broken", 422)
FIELD_MISSING: Final = Code("transfer.field_missing", 422)
FIELD_UNFIT: Final = Code("transfer.field_unfit", 422)
FIELD_UNKNOWN: Final = Code("transfer.field_unknown", 422)

LINE_CHARS_MAX: Final = 65_536
PIECE_BYTES: Final = 1 << 20
JSON_SUFFIXES: Final = frozenset({".jsonl", ".ndjson"})

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """What a cell must look like; `needed` ones are never empty."""

    shape: Pattern[str]
    needed: bool = False


Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was read, empty cells left out. `number` is the line of the file it ends on, from 1."""

    number: int
    cells: Cells

    def __repr__(self) -> str:
        """Never what stands there."""
        return f"Line({self.number})"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is amiss in which line and field (empty for the line as a whole)."""

    line: int
    field: str
    code: str


def check(path: Path) -> None:
    """Raises `transfer.no_file`."""
    if not path.is_file():
        raise NO_FILE()


def hash_of(path: Path) -> bytes:
    """SM3 of a file: the name of what is brought."""
    digest = Sm3()
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
    return digest.digest()


def read(path: Path, columns: Columns) -> Iterator[Line | Fault]:
    """Lines and faults in order; blank lines are skipped.

    Raises `transfer.head_unfit`, `transfer.not_text`, `transfer.line_too_long`, `transfer.file_broken`: then it is no
    such file at all, or not from that line on.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from (_json if path.suffix in JSON_SUFFIXES else _csv)(file, columns)
    except UnicodeDecodeError:
        raise NOT_TEXT() from None


def checked(number: int, cells: Mapping[str, str], columns: Columns) -> Line | Fault:
    """The line, if every cell has its shape and none is missing."""
    kept = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
    for name in kept:
        if name not in columns:
            return Fault(number, "", FIELD_UNKNOWN.name)
    for name, column in columns.items():
        if name in kept and column.shape.fullmatch(kept[name]) is None:
            return Fault(number, name, FIELD_UNFIT.name)
        if column.needed and name not in kept:
            return Fault(number, name, FIELD_MISSING.name)
    return Line(number, kept)


def as_cells(row: Mapping[str, object]) -> dict[str, str]:
    """A JSON object as cells: texts as they are, null as nothing, all else as JSON."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in row.items()
        if value is not None
    }


def _csv(file: TextIO, columns: Columns) -> Iterator[Line | Fault]:
    reader = csv.reader(_bounded(file), strict=True)
    head: list[str] | None = None
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise FILE_BROKEN(line=reader.line_num) from None
        if cells is None:
            break
        if not any(cells):
            continue
        if head is None:
            head = _head(cells, columns)
        elif len(cells) != len(head):
            yield Fault(reader.line_num, "", LINE_UNFIT.name)
        else:
            yield checked(reader.line_num, dict(zip(head, cells, strict=True)), columns)
    if head is None:
        raise HEAD_UNFIT(columns=_needed(columns))


def _json(file: TextIO, columns: Columns) -> Iterator[Line | Fault]:
    decoder = msgspec.json.Decoder(dict[str, object])
    for number, line in enumerate(_bounded(file), 1):
        if not line.strip():
            continue
        try:
            row = decoder.decode(line)
        except msgspec.DecodeError:
            yield Fault(number, "", LINE_UNFIT.name)
        else:
            yield checked(number, as_cells(row), columns)


def _bounded(file: TextIO) -> Iterable[str]:
    while line := file.readline(LINE_CHARS_MAX + 1):
        if len(line) > LINE_CHARS_MAX:
            raise LINE_TOO_LONG(chars_max=LINE_CHARS_MAX)
        yield line


def _head(cells: list[str], columns: Columns) -> list[str]:
    head = [cell.strip().lower() for cell in cells]
    needed = {name for name, column in columns.items() if column.needed}
    if len(set(head)) != len(head) or not needed <= set(head) <= set(columns):
        raise HEAD_UNFIT(columns=_needed(columns))
    return head


def _needed(columns: Columns) -> str:
    return " ".join(name for name, column in columns.items() if column.needed)
