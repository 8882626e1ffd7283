"""Show a stored record as the API does: id, asked properties, stamps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from yumen.sandbox.hubspot.records import Kind
from yumen.sandbox.hubspot.schema import created_name, modified_name
from yumen.sandbox.kit.shelf import Row

CONTACT_DEFAULT: Final = ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname")


def shown(kind: Kind, row: Row, asked: Iterable[str] = ()) -> dict[str, Any]:
    """The record with these properties (and those that always come); what it lacks is null."""
    names = {created_name(kind), "hs_object_id", modified_name(kind)}
    asked = list(asked)
    if not asked and kind.type_id == "0-1":
        names.update(CONTACT_DEFAULT)
    known = [name for name in asked if name in kind.properties]
    properties = {name: row.fields.get(name) or None for name in sorted(names.union(known))}
    found = {
        "id": row.id,
        "properties": properties,
        "createdAt": row.fields["_created"],
        "updatedAt": row.fields["_updated"],
        "archived": row.gone,
    }
    return {**found, "archivedAt": row.fields["_archived"]} if row.gone else found


def written(kind: Kind, row: Row, sent: Iterable[str]) -> dict[str, Any]:
    """The record after a write: what was sent comes back, and what always comes."""
    return shown(kind, row, [name.lower() for name in sent] or ["hs_object_id"])
