"""Open the fields that a contract names, changed as it says. There is no way here to any other field.

A reader is made for one contract and keeps only the openers of its lines; it opens only persons whose transfer was
booked under that very contract (`Cleared` comes from the ledger alone).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from yumen.border.contract import Change, ExportContract
from yumen.border.transforms import UnfitValueError, Value, change
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

BATCH_MAX: Final = 10_000

Opener = Callable[[UnitOfWork, Sequence[SubjectId]], Awaitable[Mapping[SubjectId, Value]]]
"""Opens one field of many persons; who has no value is left out. Wired in `app`, one for each field address."""


class Cleared(Struct, frozen=True):
    """A person whose transfer under that contract was allowed and booked, by the key of its ledger row."""

    key: str
    subject: SubjectId
    contract_hash: bytes


class Payload(Struct, frozen=True):
    """What may leave about one person: the recipient's names and changed values. Never logged: it shows no value."""

    key: str
    subject: SubjectId
    external_id: Value
    values: Mapping[str, Value]

    def __repr__(self) -> str:
        return f"Payload({self.key})"


class NotClearedError(PermissionError):
    """Asked to open somebody who was not booked under this contract: our defect, and nothing was opened."""


class MissingOpenerError(LookupError):
    """A field of the contract has no opener: our defect; the contract cannot be served."""


class DeclaredReader:
    """Opens what one contract declares."""

    def __init__(self, contract: ExportContract, openers: Mapping[str, Opener], salt: bytes) -> None:
        """Raises MissingOpenerError. `openers` may be all there are; only those of the lines are kept."""
        self._hash = contract.draft.hash()
        self._external_id = contract.draft.external_id
        self._salt = salt
        try:
            self._lines = [(line, openers[line.field]) for line in contract.draft.lines]
        except KeyError as missing:
            raise MissingOpenerError(str(missing)) from None
        if any(line.change is Change.AGGREGATE for line, _ in self._lines):
            raise MissingOpenerError("an aggregate has no persons to open")

    async def read(self, uow: UnitOfWork, cleared: Sequence[Cleared]) -> tuple[list[Payload], list[Cleared]]:
        """The payloads in order, and whoever cannot be sent: no external id, or a value that fits no change.

        Raises NotClearedError.
        """
        if len(cleared) > BATCH_MAX or any(one.contract_hash != self._hash for one in cleared):
            raise NotClearedError
        subjects = [one.subject for one in cleared]
        opened: dict[SubjectId, dict[str, Value]] = {subject: {} for subject in subjects}
        unfit: set[SubjectId] = set()
        for line, opener in self._lines:
            for subject, value in (await opener(uow, subjects)).items():
                try:
                    opened[subject][line.name] = change(line, value, self._salt)
                except UnfitValueError:
                    unfit.add(subject)
        sendable = [one for one in cleared if one.subject not in unfit and self._external_id in opened[one.subject]]
        payloads = [
            Payload(one.key, one.subject, opened[one.subject][self._external_id], opened[one.subject])
            for one in sendable
        ]
        opened_keys = {one.key for one in sendable}
        return payloads, [one for one in cleared if one.key not in opened_keys]
