"""CSV as Bulk API 2.0 reads and writes it: empty means "leave it", `#N/A` means null, `Rel__r.Ext__c` is a lookup."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

DELIMITERS: Final = {"COMMA": ",", "TAB": "\t", "PIPE": "|", "SEMICOLON": ";", "CARET": "^", "BACKQUOTE": "`"}
NULL: Final = "#N/A"
csv.field_size_limit(400_000)


class Unfit(ValueError):
    """The upload cannot be read at all; the job fails with these words."""


def read(data: bytes, delimiter: str, line_ending: str) -> tuple[list[str], Iterator[list[str]]]:
    """The header and the rows. Raises Unfit."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit("InvalidBatch : The data is not UTF-8") from None
    if ("\r\n" in text) != (line_ending == "CRLF") and "\n" in text:
        words = "ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is "
        raise Unfit(words + line_ending)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = next(rows, [])
    if not any(header):
        raise Unfit("InvalidBatch : Field name not found : the header is empty")
    return header, rows


def record_of(header: Sequence[str], row: Sequence[str]) -> dict[str, Any]:
    """One row as the JSON API would have it."""
    record: dict[str, Any] = {}
    for name, value in zip(header, row, strict=False):
        if value == "":
            continue
        outer, dot, inner = name.partition(".")
        if dot:
            record[outer] = {inner: value}
        else:
            record[name] = None if value == NULL else value
    return record


def written(rows: Iterable[Sequence[object]], delimiter: str, line_ending: str) -> bytes:
    """Rows as CSV, every value quoted."""
    out = io.StringIO()
    end = "\r\n" if line_ending == "CRLF" else "\n"
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()
