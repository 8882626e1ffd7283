"""Put records on the shelf and find them: which fields are keys, what a stored record looks like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.idents import new_id
from yumen.sandbox.salesforce.records import Field, Object
from yumen.sandbox.salesforce.values import stamp
from yumen.sandbox.salesforce.world import World

USER: Final = "0055g00000Gatew001"
HQ_USER: Final = "0055g00000Ashby002"
Fields = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """A record as it will be: `row` is what the shelf holds now."""

    object: Object
    fields: Fields
    row: Row | None = None
    sent: Fields | None = None
    """What the caller sent, for the book of arrivals."""
    key: str = ""

    @property
    def created(self) -> bool:
        return self.row is None


def key_text(field: Field, value: Any) -> str:
    """A value as it is looked up: without case, unless the field keeps it."""
    text = str(value)
    return text if field.case_sensitive else text.lower()


def keys_of(kind: Object, fields: Fields) -> dict[str, str]:
    """Under which keys a record is found."""
    return {
        field.name: key_text(field, value)
        for field in kind.keyed
        if (value := fields.get(field.name)) is not None and value != ""
    }


def find_live(world: World, kind: Object, field: Field, values: Iterable[Any]) -> dict[str, list[Row]]:
    """Rows that are not in the recycle bin, by key text."""
    texts = list({key_text(field, value) for value in values})
    found = world.shelf.find(kind.name, field.name, texts)
    return {value: live for value, rows in found.items() if (live := [row for row in rows if not row.gone])}


def save(world: World, draft: Draft, now: float, by: str = USER) -> Row:
    """Put a judged record on the shelf, stamped, and note its arrival."""
    kind, before = draft.object, draft.row
    moment = stamp(now)
    fields = draft.fields
    if before is None:
        kind.made += 1
        world.keep("object", kind.name, kind)
        fields["Id"] = new_id(kind.prefix, kind.made)
        fields["CreatedDate"], fields["CreatedById"], fields["IsDeleted"] = moment, by, False
        fields.setdefault("OwnerId", by)
        if fields.get("IsPersonAccount"):
            fields["PersonContactId"] = new_id("003", 10**9 + kind.made)
    fields["LastModifiedDate"] = fields["SystemModstamp"] = moment
    fields["LastModifiedById"] = by
    fields["_writes"] = fields.get("_writes", 0) + 1
    row = Row(fields["Id"], float(int(now)), False, fields)
    world.shelf.put(kind.name, row, keys_of(kind, fields), keys_of(kind, before.fields) if before else {})
    verb = "created" if before is None else "updated" if by == USER else "changed_at_hq"
    world.arrivals.note(now, kind.name, row.id, draft.key, verb, draft.sent or {})
    return row


def bin_row(world: World, kind: Object, row: Row, now: float) -> None:
    """Into the recycle bin: gone, but still there for queryAll."""
    keys = keys_of(kind, row.fields)
    row.gone, row.modified = True, float(int(now))
    row.fields["IsDeleted"] = True
    row.fields["SystemModstamp"] = row.fields["LastModifiedDate"] = stamp(now)
    world.shelf.put(kind.name, row, keys, keys)
    world.shelf.put(log_of(kind), Row(row.id, float(int(now)), True, {}), {}, {})
    world.arrivals.note(now, kind.name, row.id, first_key(kind, row.fields), "deleted", {})


def unbin_row(world: World, kind: Object, row: Row, now: float) -> None:
    """Out of the recycle bin."""
    keys = keys_of(kind, row.fields)
    row.gone, row.modified = False, float(int(now))
    row.fields["IsDeleted"] = False
    row.fields["SystemModstamp"] = row.fields["LastModifiedDate"] = stamp(now)
    world.shelf.put(kind.name, row, keys, keys)
    world.shelf.erase(log_of(kind), row.id, {})
    world.arrivals.note(now, kind.name, row.id, first_key(kind, row.fields), "undeleted", {})


def erase_row(world: World, kind: Object, row: Row, now: float) -> None:
    """Gone for good (hard delete, emptied recycle bin)."""
    world.shelf.erase(kind.name, row.id, keys_of(kind, row.fields))
    if not world.shelf.get(log_of(kind), [row.id]):
        world.shelf.put(log_of(kind), Row(row.id, float(int(now)), True, {}), {}, {})
    world.arrivals.note(now, kind.name, row.id, first_key(kind, row.fields), "erased", {})


def log_of(kind: Object) -> str:
    """Under which name the shelf keeps what was deleted of that object: the log outlives the recycle bin."""
    return f"{kind.name} deleted"


def first_key(kind: Object, fields: Fields) -> str:
    """The record's external id, for people and logs."""
    for field in kind.fields.values():
        if field.external_id and (value := fields.get(field.name)):
            return str(value)
    return ""


def find_kind(world: World, ident: str) -> Object | None:
    """The object of a record id, by its prefix."""
    return next((kind for kind in world.objects.values() if kind.prefix == ident[:3]), None)


def rows_of_ids(world: World, kind: Object, idents: Sequence[str]) -> dict[str, Row]:
    """Rows by id, also those in the recycle bin."""
    return world.shelf.get(kind.name, idents)
