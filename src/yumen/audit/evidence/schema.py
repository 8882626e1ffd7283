"""Tables and columns with what they hold, from a dump file or a live database. Values are classified and forgotten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from yumen.audit.evidence.classify import Class, Kind, classify

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
    """`rows_seen` is the size of the sample; `oldest` the oldest day in a column of creation; `public` that everyone
    who may connect may read it; `readers` the roles that may."""

    name: str
    columns: tuple[Column, ...]
    rows_seen: int = 0
    oldest: date | None = None
    public: bool = False
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
    public: bool = False

    def judge(self, on: date, origin: str) -> Table:
        """Classify each column."""
        names = self.order or tuple(self.types)
        held: Mapping[str, list[str]] = {name: [] for name in names}
        for row in self.rows:
            for name, value in zip(names, row, strict=False):
                held[name].append(value)
        columns = tuple(
            Column(name, kind, classify(name, held.get(name, ()), on))
            for name, kind in list(self.types.items())[:COLUMNS_MAX]
        )
        return Table(self.name, columns, len(self.rows), _oldest(held), self.public, origin)


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
