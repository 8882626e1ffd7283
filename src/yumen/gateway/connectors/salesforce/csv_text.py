"""Records as the CSV of a Bulk job, and its result files: an empty place leaves a field alone, `#N/A` empties it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from yumen.gateway.connectors.connector import Value

NOTHING: Final = "#N/A"
FIELD_CHARS_MAX: Final = 131_072


def written(rows: Sequence[Mapping[str, Value]]) -> bytes:
    """UTF-8, LF, commas; the columns are all names that occur."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [[_cell(row[name]) if name in row else "" for name in columns] for row in rows]
    bare = any("\r" in cell for line in lines for cell in line)  # `csv` leaves it unquoted beside LF
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL)
    writer.writerow(columns)
    writer.writerows(lines)
    return out.getvalue().encode()


def read(data: bytes) -> Iterator[dict[str, str]]:
    """The rows by column. Raises ValueError when it is no CSV, or a line has not as many places as the first."""
    lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
    try:
        head = next(lines, [])
        for line in lines:
            yield dict(zip(head, line, strict=True))
    except csv.Error:
        raise ValueError("not a CSV file") from None


def columns(rows: Iterable[Mapping[str, str]], name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each row beside what it says under that name; rows that say nothing are left out."""
    for row in rows:
        if row.get(name):
            yield row[name], row


def _cell(value: Value) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
