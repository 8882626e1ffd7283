"""What a batch would do at the recipient, told without sending it: who is new, who is replaced, who would be refused.

The recipient is only asked who is there. Values are held against its description and never shown: lines carry external
ids, versions, and names of fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from yumen.gateway.connectors.batch import chunks
from yumen.gateway.connectors.connector import Connector, Description, Found, Record, RemoteField, Value
from yumen.gateway.connectors.fields import FieldMap
from yumen.kit.i18n import Language, text


class Change(StrEnum):
    """What would become of a record."""

    NEW = "new"
    REPLACED = "replaced"
    SAME = "same"
    REFUSED = "refused"


SIGNS: Final = {Change.NEW: "+", Change.REPLACED: "~", Change.SAME: "=", Change.REFUSED: "!"}


class Fault(Struct, frozen=True):
    """`code` is `connector.fault.…`."""

    code: str
    field: str


class Difference(Struct, frozen=True):
    """One record. `was` is the recipient's version, None where it has none; `emptied` are fields left without value."""

    external_id: str
    change: Change
    was: int | None
    version: int
    written: tuple[str, ...]
    emptied: tuple[str, ...]
    faults: tuple[Fault, ...]

    def as_text(self, language: Language) -> str:
        """One line, and one more for each fault."""
        step = f"{self.was} → {self.version}" if self.was is not None else str(self.version)
        fields = [*self.written, *(f"-{name}" for name in self.emptied)]
        line = f"{SIGNS[self.change]} {self.external_id}  {step}  {', '.join(fields)}"
        return "\n".join([line, *(f"    {text(one.code, language, field=one.field)}" for one in self.faults)])


async def dry_run(connector: Connector, fields: FieldMap, records: Sequence[Record]) -> list[Difference]:
    """In the order of the records. Raises NotSent, Rejected, Unsettled as `describe` and `ask` do."""
    told = await connector.describe()
    found: list[Found] = []
    for piece in chunks(records, connector.abilities.batch_max):
        found += await connector.ask([record.external_id for record in piece])
    return [_difference(fields, told, record, there) for record, there in zip(records, found, strict=True)]


def _difference(fields: FieldMap, told: Description, record: Record, there: Found) -> Difference:
    body = {fields.external_id: record.external_id, **fields.of_recipient(record)}
    by_name = {field.name: field for field in told.fields}
    faults = tuple(_faults(body, by_name, is_new=not there.present))
    return Difference(
        record.external_id,
        _change(record, there, faults),
        there.version,
        record.version,
        tuple(name for name, value in body.items() if value is not None),
        tuple(name for name, value in body.items() if value is None),
        faults,
    )


def _change(record: Record, there: Found, faults: Sequence[Fault]) -> Change:
    if faults:
        return Change.REFUSED
    if not there.present:
        return Change.NEW
    return Change.SAME if there.version is not None and there.version >= record.version else Change.REPLACED


def _faults(body: Mapping[str, Value], there: Mapping[str, RemoteField], *, is_new: bool) -> Iterator[Fault]:
    for name, value in body.items():
        field = there.get(name.partition(".")[0])
        if field is None:
            yield Fault("connector.fault.unknown", name)
        elif "." not in name and (code := _unfit(field, value)):
            yield Fault(f"connector.fault.{code}", name)
    for field in there.values():
        if field.required and is_new and body.get(field.name) is None:
            yield Fault("connector.fault.required", field.name)


def _unfit(field: RemoteField, value: Value) -> str:
    """Why this field will not take this value; empty when it will."""
    if not field.writable:
        return "read_only"
    if value is None:
        return ""
    if field.kind == "number" and not isinstance(value, int):
        return "kind"
    if field.kind == "boolean" and not isinstance(value, bool):
        return "kind"
    if isinstance(value, str) and field.length_max is not None and len(value) > field.length_max:
        return "too_long"
    return "choice" if field.choices and str(value) not in field.choices else ""
