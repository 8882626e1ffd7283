"""The lines of a catalogue file: one variant each, as CSV, read in bounded memory and told by row and column. Pure.

The columns are `COLUMNS`, in any order; those of `NEEDED` must be there. `images` are hashes and `member_fen` is
`gold=9900 silver=10900`, both with spaces between; moments are ISO 8601 with their zone. An empty cell takes a value
away, a column that is not there leaves it as it is. What the export writes, the import reads.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from yumen.kit.errors import Code, Problem

HEAD_UNFIT: Final = Code("import.head_unfit", 422)
NOT_TEXT: Final = Code("import.not_text", 422)
RECORD_TOO_LONG: Final = Code("import.record_too_long", 422)
CELL_UNFIT: Final = Code("import.cell_unfit", 422)
CELLS_UNFIT: Final = Code("import.cells_unfit", 422)

RECORD_LENGTH_MAX: Final = 64 * 1024
NEEDED: Final = ("sku", "product", "brand", "name_en", "name_zh", "list_fen")
COLUMNS: Final = (
    *("sku", "product", "brand", "category", "status", "name_en", "name_zh", "text_en", "text_zh", "images"),
    *("variant_en", "variant_zh", "list_fen", "weight_g", "active", "member_fen", "on_hand"),
    *("publish_from_at", "publish_until_at"),
)
CODE: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
FEN_MAX: Final = 100_000_000
_NAME: Final = r"[a-z0-9][a-z0-9_-]{0,31}"
_FEN: Final = r"[1-9][0-9]{0,8}"
_DAY, _TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}", "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"
_MOMENT: Final = f"({_DAY}[T ]{_TIME}(Z|[+-][0-9]{{2}}:[0-9]{{2}}))?"
_SHAPES: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(shape, re.DOTALL)
    for name, shape in {
        "sku": CODE,
        "product": CODE,
        "brand": _NAME,
        "category": f"({_NAME})?",
        "status": "(draft|published|archived)?",
        "name_en": r".{0,119}\S",
        "name_zh": r".{0,119}\S",
        "text_en": ".{0,4000}",
        "text_zh": ".{0,4000}",
        "images": "([0-9a-f]{64}( [0-9a-f]{64}){0,8})?",
        "variant_en": ".{0,80}",
        "variant_zh": ".{0,80}",
        "list_fen": _FEN,
        "weight_g": "([0-9]{1,6})?",
        "active": "(yes|no)?",
        "member_fen": f"({_NAME}={_FEN}( {_NAME}={_FEN}){{0,19}})?",
        "on_hand": "([0-9]{1,8})?",
        "publish_from_at": _MOMENT,
        "publish_until_at": _MOMENT,
    }.items()
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it was read, with the columns that the file has. Rows count from 1, after the head.

    Where the file has no such column, the default is told.
    """

    number: int
    cells: Mapping[str, str]

    def get(self, column: str, default: str = "") -> str:
        return self.cells.get(column, default)

    def moment(self, column: str, default: datetime | None) -> datetime | None:
        if column not in self.cells:
            return default
        return datetime.fromisoformat(self.cells[column]) if self.cells[column] else None

    def member_fen(self, default: Mapping[str, int]) -> Mapping[str, int]:
        if "member_fen" not in self.cells:
            return default
        return {tier: int(fen) for tier, fen in (pair.split("=") for pair in self.get("member_fen").split())}

    def images(self, default: Sequence[bytes]) -> Sequence[bytes]:
        if "images" not in self.cells:
            return default
        return [bytes.fromhex(image) for image in self.get("images").split()]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is amiss in which row and column (empty for the row as a whole)."""

    row: int
    column: str
    problem: Problem


@dataclass
class Records:
    """Cut text into CSV records as it arrives, keeping no more than one of them."""

    _kept: str = ""
    _quoted: bool = field(default=False)

    def feed(self, text: str) -> Iterator[str]:
        """The records that are whole now. Raises `import.record_too_long`."""
        for line in io.StringIO(text, newline=""):
            self._kept += line
            self._quoted ^= line.count('"') % 2 == 1
            if len(self._kept) > RECORD_LENGTH_MAX:
                raise RECORD_TOO_LONG(length_max=RECORD_LENGTH_MAX)
            if line.endswith("\n") and not self._quoted:
                yield self._kept
                self._kept = ""

    def rest(self) -> Iterator[str]:
        if self._kept:
            yield self._kept
            self._kept = ""


def read(pieces: Iterable[bytes]) -> Iterator[Row | Fault]:
    """Rows and faults of a file that arrives in pieces (UTF-8, with or without BOM).

    Raises `import.not_text`, `import.record_too_long`, `import.head_unfit`: then it is no such file at all.
    """
    head: list[str] | None = None
    number = 0
    for record in _records(pieces):
        cells = _cells(record)
        if not any(cell.strip() for cell in cells):
            continue
        if head is None:
            head = _head(cells)
            continue
        number += 1
        yield _row(number, head, cells)
    if head is None:
        raise HEAD_UNFIT(columns=" ".join(NEEDED))


def write(rows: Iterable[Sequence[str]]) -> str:
    """Rows of `COLUMNS` as CSV text (RFC 4180)."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _records(pieces: Iterable[bytes]) -> Iterator[str]:
    decoder = io.IncrementalNewlineDecoder(None, translate=True)
    text = codecs.getincrementaldecoder("utf-8-sig")()
    records = Records()
    try:
        for piece in pieces:
            yield from records.feed(decoder.decode(text.decode(piece)))
        yield from records.feed(decoder.decode(text.decode(b"", final=True), final=True))
    except UnicodeDecodeError:
        raise NOT_TEXT() from None
    yield from records.rest()


def _cells(record: str) -> list[str]:
    """A quote in the middle of a cell can break a record: then it is one cell too few or many, told as such."""
    try:
        return next(csv.reader([record]), [])
    except csv.Error:
        return [record]


def _head(cells: Sequence[str]) -> list[str]:
    head = [cell.strip().lower() for cell in cells]
    if len(set(head)) != len(head) or not set(NEEDED) <= set(head) <= set(COLUMNS):
        raise HEAD_UNFIT(columns=" ".join(NEEDED))
    return head


def _row(number: int, head: Sequence[str], cells: Sequence[str]) -> Row | Fault:
    if len(cells) != len(head):
        return Fault(number, "", CELLS_UNFIT(cells=len(cells), columns=len(head)))
    row = {name: cell.strip() for name, cell in zip(head, cells, strict=True)}
    for name, cell in row.items():
        if _SHAPES[name].fullmatch(cell) is None or "\0" in cell or _BEYOND.get(name, _never)(cell):
            return Fault(number, name, CELL_UNFIT(column=name))
    return Row(number, row)


def _dear(cell: str) -> bool:
    return any(int(fen) > FEN_MAX for fen in re.findall(r"(?:^|=)([0-9]+)", cell))


def _no_moment(cell: str) -> bool:
    try:
        return bool(cell) and not 1970 <= datetime.fromisoformat(cell).year <= 2999
    except ValueError:
        return True


def _never(cell: str) -> bool:
    return False


_BEYOND: Final[Mapping[str, Callable[[str], bool]]] = {
    "list_fen": _dear, "member_fen": _dear, "publish_from_at": _no_moment, "publish_until_at": _no_moment,
}  # fmt: skip
"""What a shape cannot say."""
