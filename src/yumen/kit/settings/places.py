"""Find the line of `yumen.toml` on which a key stands. The standard library's parser does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_TABLE: Final = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?")
_KEY: Final = re.compile(r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"|'[^']*'))*)\s*=(?!=)")
_AT: Final = re.compile(r"at line (\d+)")


def line_numbers(toml: str) -> Mapping[str, int]:
    """Line (from 1) of each dotted key and each table. The first line wins where a text repeats itself."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(toml.splitlines(), 1):
        if header := _TABLE.fullmatch(line):
            table = _plain(header[1])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = _plain(key[1])
            found.setdefault(f"{table}.{path}" if table else path, number)
    return found


def line_of(key: str, lines: Mapping[str, int]) -> int | None:
    """The line of a key, or of the nearest table around it."""
    while key:
        if key in lines:
            return lines[key]
        key = key.rpartition(".")[0]
    return None


def line_of_error(message: str) -> int | None:
    """The line that a TOML syntax error names."""
    found = _AT.search(message)
    return int(found[1]) if found else None


def _plain(path: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in path.split("."))
