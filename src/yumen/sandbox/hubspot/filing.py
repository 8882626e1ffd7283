"""Put records on the shelf and find them: which properties are keys, what is stored, what hooks hear."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from yumen.sandbox.hubspot.events import happened
from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.schema import created_name, modified_name
from yumen.sandbox.hubspot.values import iso
from yumen.sandbox.hubspot.world import World
from yumen.sandbox.kit.shelf import Row

API: Final = "INTEGRATION"
HQ: Final = "CRM_UI"
BLOCKED: Final = "~blocked"
"""Shelf of addresses that were deleted for privacy, by fingerprint."""
Values = dict[str, Any]


def keys_of(kind: Kind, values: Values) -> dict[str, str]:
    """Under which keys a record is found: every property with unique values, without case."""
    return {name: str(value).lower() for name in kind.unique if (value := values.get(name))}


def find_live(world: World, kind: Kind, name: str, values: Iterable[str]) -> dict[str, Row]:
    """Rows that are not archived, by lower-case value of a unique property."""
    found = world.shelf.find(kind.name, name, list({value.lower() for value in values}))
    return {value: live[0] for value, rows in found.items() if (live := [row for row in rows if not row.gone])}


def save(world: World, kind: Kind, row: Row | None, values: Values, sent: Mapping[str, Any], *, source: str) -> Row:
    """Put a judged record on the shelf, note its arrival and what hooks must hear."""
    now = world.now()
    before = row.fields if row else {}
    fields = {name: value for name, value in values.items() if value != ""}
    if row is None:
        fields["hs_object_id"] = world.next_id()
        fields[created_name(kind)] = fields["_created"] = iso(now)
    fields[modified_name(kind)] = fields["_updated"] = iso(now)
    fields["_writes"] = before.get("_writes", 0) + 1
    verb = "created" if row is None else "updated" if source == API else "changed_at_hq"
    made = Row(str(fields["hs_object_id"]), now, False, fields)
    world.shelf.put(kind.name, made, keys_of(kind, fields), keys_of(kind, before))
    world.arrivals.note(now, kind.name, made.id, first_key(kind, fields), verb, sent)
    if world.settings.subscriptions:
        changed = {name: fields.get(name, "") for name in sent if fields.get(name, "") != before.get(name, "")}
        happened(world, kind, made.id, "propertyChange" if row else "creation", changed, source)
    return made


def archive(world: World, kind: Kind, row: Row, *, source: str) -> None:
    """Archived: restorable for 90 days, out of searches and lists; its unique values are free again."""
    row.gone, row.modified = True, world.now()
    row.fields["_archived"] = iso(row.modified)
    keys = keys_of(kind, row.fields)
    world.shelf.put(kind.name, row, keys, keys)
    world.arrivals.note(row.modified, kind.name, row.id, first_key(kind, row.fields), "archived", {})
    happened(world, kind, row.id, "deletion", {}, source)


def restore(world: World, kind: Kind, row: Row, *, source: str) -> None:
    """Back out of the archive."""
    row.gone, row.modified = False, world.now()
    row.fields.pop("_archived", None)
    keys = keys_of(kind, row.fields)
    world.shelf.put(kind.name, row, keys, keys)
    world.arrivals.note(row.modified, kind.name, row.id, first_key(kind, row.fields), "restored", {})
    happened(world, kind, row.id, "restore", {}, source)


def erase(world: World, kind: Kind, row: Row, *, source: str) -> None:
    """Gone for good by a privacy deletion; the e-mail goes onto the blocklist."""
    world.shelf.erase(kind.name, row.id, keys_of(kind, row.fields))
    world.arrivals.note(world.now(), kind.name, row.id, first_key(kind, row.fields), "erased", {})
    if email := row.fields.get("email"):
        block(world, str(email))
    happened(world, kind, row.id, "privacyDeletion", {}, source)


def block(world: World, email: str) -> None:
    """Nobody may create this address again."""
    world.shelf.put(BLOCKED, Row(fingerprint(email), world.now(), False, {}), {}, {})


def is_blocked(world: World, email: str) -> bool:
    """Was this address deleted for privacy?"""
    return bool(world.shelf.get(BLOCKED, [fingerprint(email)]))


def fingerprint(email: str) -> str:
    """Of an address, so that the list does not hold what was deleted."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()


def first_key(kind: Kind, values: Values) -> str:
    """The record's unique value of HQ's or ours, before the e-mail: for people and logs."""
    keys = keys_of(kind, values)
    custom = next((value for name, value in keys.items() if not kind.properties[name].hubspot_defined), "")
    return custom or next(iter(keys.values()), "")


def find_kind(world: World, name: str) -> Kind | None:
    """An object type by name, singular, type id or qualified name (`p123_name`)."""
    wanted = (
        name.lower().partition("_")[2] if name.lower().startswith(f"p{world.settings.portal_id}_") else name.lower()
    )
    for kind in world.kinds.values():
        if wanted in {kind.name, kind.type_id, kind.singular.lower(), kind.name.rstrip("s")}:
            return kind
    return None
