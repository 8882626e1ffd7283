"""Make the properties that a mapping needs and HubSpot lacks, once, when a recipient is set up.

Whether values are unique can never be changed later, and an object has ten unique properties at most; so the external
id is made first and by itself. Source: developers.hubspot.com, "Properties API".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from yumen.gateway.connectors.connector import Value
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.hubspot.api import json_call
from yumen.gateway.connectors.hubspot.describe import describe, properties_path
from yumen.gateway.connectors.hubspot.target import Target
from yumen.gateway.connectors.kit.shape import Shape, shape_of, shapes_of_recipient
from yumen.kit.errors import Rejected

GROUP: Final = "yumen"
CONFLICT: Final = 409
CHOICE: Final = "choice"
TYPES: Final = {
    "text": ("string", "text"),
    "number": ("number", "number"),
    "boolean": ("bool", "booleancheckbox"),
    "date": ("date", "date"),
    "datetime": ("datetime", "date"),
    "choice": ("enumeration", "select"),
}


class Wanted(Struct, frozen=True):
    """A property to be made: `kind` is one of `RemoteField`'s, `label` what HQ's people read."""

    name: str
    label: str
    kind: str = "text"
    unique: bool = False
    sensitive: bool = False
    choices: tuple[str, ...] = ()


def wanted_by(fields: FieldMap, shapes: Mapping[str, Shape], marks: Mapping[str, Value]) -> list[Wanted]:
    """What a mapping writes, and the `marks` set on whoever must be left alone; each is labelled with its name."""
    needed = {**shapes_of_recipient(fields, shapes), **{name: shape_of(value) for name, value in marks.items()}}
    return [
        Wanted(name, name, shape.kind, unique=name == fields.external_id, choices=_choices(shape))
        for name, shape in needed.items()
    ]


async def make_missing(target: Target, wanted: Sequence[Wanted]) -> list[str]:
    """Make what is missing; answers the names that were made. Raises NotSent, Rejected, Unsettled."""
    there = {field.name for field in (await describe(target)).fields}
    missing = sorted((one for one in wanted if one.name not in there), key=lambda one: not one.unique)
    if not missing:
        return []
    await _make(target, "/groups", {"name": GROUP, "label": "Yumen"})
    for one in missing:
        await _make(target, "", _content(one))
    return [one.name for one in missing]


async def _make(target: Target, below: str, content: dict[str, object]) -> None:
    """Somebody else may have made it meanwhile: that is as good."""
    try:
        await target.api.call(json_call(properties_path(target) + below, content))
    except Rejected as failure:
        if failure.facts.get("status") != CONFLICT:
            raise


def _choices(shape: Shape) -> tuple[str, ...]:
    """A text that happens to be constant is no choice."""
    return shape.choices if shape.kind == CHOICE else ()


def _content(one: Wanted) -> dict[str, object]:
    type_, field_type = TYPES[one.kind]
    choices = ("true", "false") if one.kind == "boolean" else one.choices
    options = [{"label": value, "value": value, "displayOrder": place} for place, value in enumerate(choices)]
    return {
        "name": one.name,
        "label": one.label,
        "groupName": GROUP,
        "type": type_,
        "fieldType": field_type,
        **({"hasUniqueValue": True} if one.unique else {}),
        **({"options": options} if options else {}),
        **({"dataSensitivity": "sensitive"} if one.sensitive else {}),
    }
