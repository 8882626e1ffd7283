"""Read SQL dumps of PostgreSQL (`pg_dump`, plain) and MySQL (`mysqldump`): tables, columns, grants and a sample.

Line by line, in bounded memory; nothing is executed. A line that is no dump is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from yumen.audit.evidence.schema import SAMPLE_ROWS, TABLES_MAX, Sample, Table
from yumen.audit.world import World

LINE_CHARS_MAX: Final = 4_000_000
_NAME = r'[`"]?([\w.$]+)[`"]?(?:\.[`"]?([\w$]+)[`"]?)?'
_CREATE: Final = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?{_NAME}\s*\(", re.IGNORECASE)
_COLUMN: Final = re.compile(r'\s*[`"]?([\w$\u4e00-\u9fff]+)[`"]?\s+([A-Za-z][\w ]*(?:\([\d,\s]+\))?)')
_COPY: Final = re.compile(rf"COPY {_NAME} \(([^)]*)\) FROM stdin;", re.IGNORECASE)
_INSERT: Final = re.compile(rf"INSERT\s+INTO {_NAME}\s*(?:\(([^)]*)\))?\s*VALUES\s*", re.IGNORECASE)
_GRANT: Final = re.compile(rf"GRANT [\w ,]*\b(?:SELECT|ALL)\b[\w ,]* ON (?:TABLE )?{_NAME} TO PUBLIC\b", re.IGNORECASE)
_COMMENT: Final = re.compile(r"\bCOMMENT\s+'((?:[^'\\]|''|\\.){0,200})'", re.IGNORECASE)
_COMMENTED: Final = re.compile(
    r"COMMENT ON COLUMN (?:[`\"]?([\w$]+)[`\"]?\.)?[`\"]?([\w$]+)[`\"]?\.[`\"]?([\w$\u4e00-\u9fff]+)[`\"]?"
    r" IS '([^']{0,200})'",
    re.IGNORECASE,
)
_STATEMENT: Final = re.compile(
    r"(?:CREATE|COPY|INSERT|GRANT|REVOKE|ALTER|DROP|LOCK|UNLOCK|SET|COMMENT)\s", re.IGNORECASE
)
_RIGHTS: Final = re.compile(r"(?:GRANT|REVOKE) ", re.IGNORECASE)
_NOT_COLUMNS: Final = frozenset(
    {"primary", "key", "unique", "constraint", "index", "foreign", "check", "fulltext", "exclude"}
)
_FIELD: Final = re.compile(r"'((?:[^'\\]|\\.|'')*)'|([^,()']+)|([(),])")
_ESCAPES: Final = re.compile(r"\\(.)|''")


def read_dumps(world: World, names: Sequence[str]) -> tuple[Table, ...] | None:
    """The tables of every dump; None when none holds a table."""
    tables: list[Table] = []
    for name in names:
        text = world.text(name)
        if text is None:
            continue
        found = read_dump(text, name, world.on)
        if not found:
            world.skip(name, "no_dump")
        tables.extend(found)
    return tuple(tables) if tables else None


def read_dump(text: str, origin: str, on: date) -> tuple[Table, ...]:
    """The tables of one dump, judged, by name."""
    samples: dict[str, Sample] = {}
    tells_rights = False
    rows = _Rows()
    lines = iter(text.splitlines())
    for line in lines:
        if len(samples) >= TABLES_MAX:
            break
        rows.ended_by(line)
        if (found := _CREATE.match(line)) is not None:
            sample = _sample(samples, _name(found))
            _columns(lines, line[found.end() :], sample)
        elif (found := _COPY.match(line)) is not None:
            _copied(lines, found[3], _sample(samples, _name(found)))
        elif (found := _INSERT.match(line)) is not None:
            rows.begin(_sample(samples, _name(found)), found[3], line[found.end() :])
        elif _RIGHTS.match(line) is not None:
            tells_rights = True
            if (found := _GRANT.match(line)) is not None and _name(found) in samples:
                samples[_name(found)].public = True
        elif (found := _COMMENTED.match(line)) is not None:
            named = f"{found[1]}.{found[2]}" if found[1] else found[2]
            if named in samples:
                samples[named].comments[found[3]] = found[4]
        else:
            rows.go_on(line)
    rows.end()
    for sample in samples.values() if tells_rights else ():
        sample.public = bool(sample.public)
    return tuple(samples[name].judge(on, origin) for name in sorted(samples))


def _sample(samples: dict[str, Sample], name: str) -> Sample:
    return samples.setdefault(name, Sample(name))


def _name(found: re.Match[str]) -> str:
    return f"{found[1]}.{found[2]}" if found[2] else found[1]


def _columns(lines: Iterator[str], rest: str, sample: Sample) -> None:
    for line in (rest, *_until_end(lines, rest)):
        for piece in re.split(r",\s+(?=[`\"\w\u4e00-\u9fff])", line) if line is rest else (line,):
            found = _COLUMN.match(piece)
            if found is not None and found[1].lower() not in _NOT_COLUMNS:
                sample.types.setdefault(found[1], found[2].strip().lower())
                if (said := _COMMENT.search(piece)) is not None:
                    sample.comments[found[1]] = said[1]


def _until_end(lines: Iterator[str], rest: str) -> Iterator[str]:
    """The lines of the body, up to the one that closes it."""
    if rest.rstrip().endswith(";"):
        return
    for line in lines:
        if line.startswith(")") or line.strip() == ");":
            return
        yield line


def _copied(lines: Iterator[str], heads: str, sample: Sample) -> None:
    sample.order = tuple(head.strip(' "`') for head in heads.split(","))
    for name in sample.order:
        sample.types.setdefault(name, "")
    for line in lines:
        if line == "\\.":
            return
        if len(sample.rows) < SAMPLE_ROWS:
            sample.rows.append(["" if cell == "\\N" else cell for cell in line[:LINE_CHARS_MAX].split("\t")])


class _Rows:
    """The values of one INSERT, which may go on over many lines."""

    def __init__(self) -> None:
        self._sample: Sample | None = None
        self._heads: str | None = None
        self._parts: list[str] = []
        self._chars = 0

    def begin(self, sample: Sample, heads: str | None, rest: str) -> None:
        self._sample, self._heads, self._parts, self._chars = sample, heads, [], 0
        self.go_on(rest)

    def go_on(self, line: str) -> None:
        """One more line of it; the last one ends with `;`."""
        if self._sample is None:
            return
        self._parts.append(line[: LINE_CHARS_MAX - self._chars])
        self._chars += len(self._parts[-1])
        if line.rstrip().endswith(";") or self._chars >= LINE_CHARS_MAX:
            self.end()

    def ended_by(self, line: str) -> None:
        """A statement that begins ends one that was torn."""
        if self._sample is not None and _STATEMENT.match(line):
            self.end()

    def end(self) -> None:
        if self._sample is not None:
            _inserted("\n".join(self._parts), self._heads, self._sample)
        self._sample, self._parts = None, []


def _inserted(values: str, heads: str | None, sample: Sample) -> None:
    if heads:
        sample.order = tuple(head.strip(' "`') for head in heads.split(","))
        for name in sample.order:
            sample.types.setdefault(name, "")
    row: list[str] = []
    for found in _FIELD.finditer(values):
        if len(sample.rows) >= SAMPLE_ROWS:
            return
        if found[3] == ")":
            sample.rows.append(row)
            row = []
        elif found[1] is not None:
            row.append(_ESCAPES.sub(lambda escape: escape[1] or "'", found[1]))
        elif found[2] is not None and (bare := found[2].strip()) and bare != ";":
            row.append("" if bare.upper() == "NULL" else bare)
