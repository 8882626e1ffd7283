"""Tables and columns with what they hold, from a dump file or a live database. Values are classified and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from yumen.audit.evidence.classify import Class, classify
from yumen.audit.evidence.kinds import Kind, is_bare_name, is_of_persons, kinds_of_column

TABLES_MAX: Final = 100_000
SAMPLE_ROWS: Final = 500
COLUMNS_MAX: Final = 2_000


@dataclass(frozen=True, slots=True)
class Column:
    """`classes`: what it holds, surest first."""

    name: str
    type: str
    classes: tuple[Class, ...] = ()

    def has(self, *kinds: Kind) -> bool:
        return any(one.kind in kinds for one in self.classes)

    @property
    def sealed(self) -> bool:
        return self.has(Kind.SEALED) or self.name.endswith(("_sealed", "_cipher", "_encrypted", "_enc"))


@dataclass(frozen=True, slots=True)
class Table:
    """`rows_seen` is the size of the sample; `oldest` the oldest day in a column of creation; `public` whether everyone
    who may connect may read it, None where the source does not tell rights."""

    name: str
    columns: tuple[Column, ...]
    rows_seen: int = 0
    oldest: date | None = None
    public: bool | None = None
    origin: str = ""

    @property
    def personal(self) -> tuple[Column, ...]:
        return tuple(one for one in self.columns if one.classes and not one.sealed)


@dataclass(frozen=True, slots=True)
class Schema:
    """Every table that was looked at, by name."""

    tables: tuple[Table, ...]


@dataclass(slots=True)
class Sample:
    """A table while it is read: names, types, some rows. Turned into a `Table`, its values are gone."""

    name: str
    types: dict[str, str] = field(default_factory=dict)
    rows: list[Sequence[str]] = field(default_factory=list)
    order: tuple[str, ...] = ()
    """The columns of the rows, where they differ from the table's."""
    public: bool | None = None
    comments: dict[str, str] = field(default_factory=dict)

    def judge(self, on: date, origin: str) -> Table:
        """Classify each column."""
        names = self.order or tuple(self.types)
        held: Mapping[str, list[str]] = {name: [] for name in names}
        for row in self.rows:
            for name, value in zip(names, row, strict=False):
                held[name].append(value)
        columns = tuple(
            Column(name, kind, self._classes(name, kind, held.get(name, ()), on))
            for name, kind in list(self.types.items())[:COLUMNS_MAX]
        )
        return Table(self.name, self._of_persons(columns), len(self.rows), _oldest(held), self.public, origin)

    def _classes(self, name: str, type_: str, values: Sequence[str], on: date) -> tuple[Class, ...]:
        """By its values; a column of which none was seen, by its name alone."""
        comment = self.comments.get(name, "")
        if any(values):
            return classify(name, values, on, comment)
        return tuple(Class(kind, 0.0, 0) for kind in sorted(kinds_of_column(name, type_, comment)))

    def _of_persons(self, columns: tuple[Column, ...]) -> tuple[Column, ...]:
        """A column that is only called `name` holds those of persons where the table is about persons."""
        if is_of_persons(self.name) or any(column.has(*TELLING) for column in columns):
            return columns
        return tuple(
            replace(one, classes=tuple(kept for kept in one.classes if kept.kind is not Kind.NAME))
            if is_bare_name(one.name)
            else one
            for one in columns
        )


TELLING: Final = (Kind.PHONE, Kind.ID_NUMBER, Kind.EMAIL, Kind.OPENID, Kind.UNIONID, Kind.BIRTH, Kind.ADDRESS)
"""Kinds that tell of persons where they stand."""
CREATED: Final = (
    "created_at",
    "create_time",
    "created",
    "gmt_create",
    "createtime",
    "created_time",
    "add_time",
    "ordered_at",
)


def _oldest(held: Mapping[str, Sequence[str]]) -> date | None:
    days = [day for name in CREATED for value in held.get(name, ()) if (day := _day(value)) is not None]
    return min(days, default=None)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
