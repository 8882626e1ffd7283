"""Count what a contract of aggregates declares: values of persons go in, the sizes of large groups come out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct

from yumen.border.contract import Change, ExportContract
from yumen.border.reader import MissingOpenerError, Opener
from yumen.border.transforms import Value, grouped
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork


class GroupCount(Struct, frozen=True):
    """So many persons have that value of the field which the recipient knows by that name."""

    name: str
    value: Value
    persons: int

    @property
    def key(self) -> str:
        """What tells it apart from every other group of the contract."""
        return f"{self.name}:{self.value}"


class DeclaredCounter:
    """Counts under one contract; keeps the openers of its lines only, and no person."""

    def __init__(self, contract: ExportContract, openers: Mapping[str, Opener]) -> None:
        """Raises MissingOpenerError, also for a contract that sends persons."""
        if any(line.change is not Change.AGGREGATE for line in contract.draft.lines):
            raise MissingOpenerError("a person is read, not counted")
        try:
            self._lines = [(line, openers[line.field]) for line in contract.draft.lines]
        except KeyError as missing:
            raise MissingOpenerError(str(missing)) from None
        self._counts: dict[str, Counter[Value]] = {line.name: Counter() for line, _ in self._lines}

    async def add(self, uow: UnitOfWork, persons: Sequence[SubjectId]) -> None:
        """Count these too, each person once; who has no value is in no group."""
        for line, opener in self._lines:
            values = await opener(uow, persons)
            self._counts[line.name].update(grouped(line, value) for value in values.values())

    def groups(self) -> list[GroupCount]:
        """The groups that are large enough. What is left out cannot be had by subtraction: no total is given."""
        return [
            GroupCount(line.name, value, persons)
            for line, _ in self._lines
            for value, persons in sorted(self._counts[line.name].items(), key=lambda item: str(item[0]))
            if persons >= line.group_min
        ]
