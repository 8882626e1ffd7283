"""What can be brought from another system, as one shape: columns, a judgement of one line, a way to take many in."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, Generic, TypeVar

from yumen.app.transfer.lines import FIELD_UNFIT, Cells, Columns
from yumen.kit.work import UnitOfWork

SOURCE: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
EXTERNAL: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,126}[\x21-\x7e])?")
"""What another system calls something: visible ASCII, up to 128 characters."""
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.]{5,15})?(Z|[+-][0-9]{2}:?[0-9]{2})?")
FEN: Final = re.compile(r"[0-9]{1,12}")

Item = TypeVar("Item")


class State(StrEnum):
    """What became of one line."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one line; when it was refused, because of which field and why."""

    state: State
    field: str = ""
    code: str = ""


TAKEN: Final = Verdict(State.TAKEN)
UNCHANGED: Final = Verdict(State.UNCHANGED)


def refused(code: str, field: str = "") -> Verdict:
    return Verdict(State.REFUSED, field, code)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Item]):
    """One kind of thing that is brought.

    `judge` makes an item of cells that have their shapes, and raises a `Problem` with the field as its place. `take`
    writes many items, each with its verdict; when `dry` it only looks. Items that share one of their `names` are
    never in one call of `take`, so that each finds what the one before it did.
    """

    name: str
    columns: Columns
    judge: Callable[[Cells], Item]
    names: Callable[[Item], Sequence[Hashable]]
    take: Callable[[UnitOfWork, str, Sequence[Item], bool], Awaitable[list[Verdict]]]


def moment(cells: Cells, field: str, default: datetime) -> datetime:
    """An ISO 8601 moment; without a zone it is China's time. Raises `transfer.field_unfit`."""
    if field not in cells:
        return default
    try:
        told = datetime.fromisoformat(cells[field])
    except ValueError:
        raise FIELD_UNFIT(at=f"/{field}") from None
    if told.tzinfo is None:
        told = datetime.fromisoformat(f"{told.isoformat()}+08:00")
    return told.astimezone(UTC)
