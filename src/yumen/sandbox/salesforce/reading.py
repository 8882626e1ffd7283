"""Show a stored record as the API does: attributes, asked fields, names put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from yumen.sandbox.kit.shelf import Row
from yumen.sandbox.salesforce.records import Field, Object

API: Final = "/services/data/v"


def shown(kind: Object, row: Row, fields: Iterable[Field], version: str) -> dict[str, Any]:
    """The record with these fields; what it lacks is null."""
    url = f"{API}{version}/sobjects/{kind.name}/{row.id}"
    record: dict[str, Any] = {"attributes": {"type": kind.name, "url": url}}
    for field in fields:
        record[field.name] = value_of(field, row)
    return record


def value_of(field: Field, row: Row) -> Any:
    """A stored value as it is read; `Name` of a person is put together."""
    value = row.fields.get(field.name)
    if value is None and field.name == "Name":
        parts = (row.fields.get("FirstName"), row.fields.get("LastName"))
        return " ".join(str(part) for part in parts if part) or row.id[:15]
    if value is None and field.type == "boolean":
        return False
    return float(value) if field.type in {"double", "currency"} and value is not None else value
