"""The one interface between the dispatcher and a recipient's system. `kit` is its conformance suite, docs its page.

A connector knows a recipient's protocol and nothing else: no database, no person, no contract. It is given records
that the border has cleared, and says of each what became of it. A whole call fails in one of three ways
(`yumen.kit.errors`): `NotSent` (send again), `Rejected` (useless to repeat), `Unsettled` (ask before sending again).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct

Value = str | int | bool | None


class Record(Struct, frozen=True):
    """One person for the recipient. `key` is the transfer's; `version` rises with each transfer of that person.

    Its text shows no value: records are never logged.
    """

    key: str
    external_id: str
    version: int
    values: Mapping[str, Value]

    def __repr__(self) -> str:
        return f"Record({self.key})"


class Outcome(StrEnum):
    """What became of one record. `RETRY` is a passing refusal (lock, quota); `REJECTED` wants a repair by people."""

    DONE = "done"
    RETRY = "retry"
    REJECTED = "rejected"


class Settled(Struct, frozen=True):
    """The recipient's word on one record; `code` is the recipient's (`REQUIRED_FIELD_MISSING`), never its message.

    `place` names the recipient's field, if it named one; `remote_id` is the recipient's own id.
    """

    external_id: str
    outcome: Outcome
    code: str = ""
    place: str = ""
    remote_id: str = ""


ABSENT: Final = "absent"
"""The code of a recall that is DONE because nobody was there under that name: whether that is good, the gate judges."""


class Found(Struct, frozen=True):
    """What the recipient holds under an external id: None when nothing. `version` None when it keeps no version."""

    external_id: str
    present: bool
    version: int | None = None
    remote_id: str = ""


class RecallWay(StrEnum):
    """How a recipient takes a person back, the strongest first."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    SUPPRESS = "suppress"


class Abilities(Struct, frozen=True):
    """What this recipient can do. `batch_max` records a call; `bulk_from` records on, `send_bulk` is the better way."""

    batch_max: int
    connections_max: int
    recall: tuple[RecallWay, ...]
    reads_back: bool
    bulk_from: int | None = None
    keeps_version: bool = False


class RemoteField(Struct, frozen=True):
    """A field as the recipient describes it; `kind` is one of text, number, boolean, date, datetime, choice, other."""

    name: str
    kind: str
    required: bool = False
    writable: bool = True
    unique: bool = False
    length_max: int | None = None
    choices: tuple[str, ...] = ()


class Description(Struct, frozen=True):
    """The recipient's own description of the object that receives the persons."""

    object: str
    fields: tuple[RemoteField, ...]


class Budget(Struct, frozen=True):
    """Calls left until `resets_at` (seconds of the Unix epoch); None where the recipient does not say."""

    calls_left: int | None
    calls_max: int | None
    resets_at: int | None = None


class Connector(Protocol):
    """A recipient's system. Every call has a deadline of its own and raises NotSent, Rejected or Unsettled."""

    @property
    def abilities(self) -> Abilities: ...

    async def describe(self) -> Description:
        """What the recipient says of its own object, for preview and to find drift."""
        ...

    async def send(self, records: Sequence[Record]) -> list[Settled]:
        """Upsert by external id, at most `batch_max`; one answer a record, in the same order."""
        ...

    async def send_bulk(self, records: Sequence[Record]) -> list[Settled]:
        """The recipient's way for masses; only called if `bulk_from` is not None."""
        ...

    async def ask(self, external_ids: Sequence[str]) -> list[Found]:
        """What the recipient holds now, in the same order: after an unsettled call and after a recall."""
        ...

    async def recall(self, external_ids: Sequence[str], way: RecallWay) -> list[Settled]:
        """Take persons back; somebody who is not there is DONE with the code `ABSENT`."""
        ...

    async def budget(self) -> Budget:
        """How many calls the recipient still grants, as far as the last answers told; asks only if nothing is known."""
        ...

    async def close(self) -> None: ...
