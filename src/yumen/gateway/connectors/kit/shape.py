"""How a value of a contract looks before it leaves, so that it can be held against the recipient's fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from yumen.gateway.connectors.connector import RemoteField, Value
from yumen.gateway.connectors.fields import FieldMap

FITS: Final[Mapping[str, frozenset[str]]] = {
    "text": frozenset({"text", "choice"}),
    "choice": frozenset({"choice", "text"}),
    "number": frozenset({"number", "text"}),
    "boolean": frozenset({"boolean", "text"}),
    "date": frozenset({"date", "datetime", "text"}),
    "datetime": frozenset({"datetime", "text"}),
}
"""Which kinds of a recipient's field take which of ours."""
VERSION: Final = "number"


class Shape(Struct, frozen=True):
    """`kind` as in `RemoteField`; `length_max` of texts, `choices` where only these values occur."""

    kind: str = "text"
    length_max: int | None = None
    choices: tuple[str, ...] = ()


def shapes_of_recipient(fields: FieldMap, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The recipient's fields that are written, with the shape of what is written there."""
    told = {target: shapes.get(name, Shape()) for name, target in fields.fields.items()}
    told.update({name: shape_of(value) for name, value in fields.constants.items()})
    told.setdefault(fields.external_id, Shape())
    if fields.version:
        told[fields.version] = Shape(VERSION)
    return told


def made_up(shape: Shape, field: RemoteField | None = None) -> Value:
    """A value nobody has: for previews, never anybody's."""
    if shape.choices:
        return shape.choices[0]
    match shape.kind:
        case "number":
            return 1_280
        case "boolean":
            return True
        case "date":
            return "1990-01-15"
        case "datetime":
            return "2026-11-11T20:00:00Z"
        case _:
            return field.choices[0] if field is not None and field.choices else "Example"[: shape.length_max]


def shape_of(value: Value) -> Shape:
    """The shape of one value that is always the same."""
    if isinstance(value, bool):
        return Shape("boolean")
    if isinstance(value, int):
        return Shape("number")
    return Shape("text", len(value or ""), (value,) if value else ())
