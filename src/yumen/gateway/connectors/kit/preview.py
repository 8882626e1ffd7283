"""How a mapping will look at the recipient, on made-up data: for whoever writes it, before anybody is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from yumen.gateway.connectors.connector import Description, Value
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.kit.drift import Drift, find_drift
from yumen.gateway.connectors.kit.shape import Shape, made_up, shapes_of_recipient
from yumen.kit.i18n import Language

ABSENT = "-"


class Line(Struct, frozen=True):
    """One field: the contract's name (`-` for constants and what we add), the recipient's, its kind, an example."""

    name: str
    target: str
    kind: str
    example: Value
    drifts: tuple[Drift, ...] = ()


def preview(fields: FieldMap, shapes: Mapping[str, Shape], told: Description) -> list[Line]:
    """Every field that will be written, and then those the recipient wants and does not get."""
    there = {field.name: field for field in told.fields}
    drifts = find_drift(fields, shapes, told)
    wanted = shapes_of_recipient(fields, shapes)
    names = {target: name for name, target in fields.fields.items()}
    lines = []
    for target in fields.targets():
        name = names.get(target, ABSENT)
        field = there.get(target.partition(".")[0])
        example = fields.constants.get(target, made_up(wanted[target], field))
        mine = tuple(one for one in drifts if one.field == target)
        lines.append(Line(name, target, field.kind if field is not None else ABSENT, example, mine))
    written = {line.target for line in lines}
    lines += [
        Line(ABSENT, one.field, there[one.field].kind, None, (one,)) for one in drifts if one.field not in written
    ]
    return lines


def as_text(lines: Sequence[Line], language: Language) -> str:
    """A table in plain text; the remarks stand below their line."""
    widths = [max((len(str(cell)) for cell in column), default=0) for column in zip(*map(_cells, lines), strict=True)]
    said = []
    for line in lines:
        cells = [str(cell).ljust(width) for cell, width in zip(_cells(line), widths, strict=True)]
        said.append("  ".join(cells).rstrip())
        said += [f"  ! {drift.as_text(language)}" for drift in line.drifts]
    return "\n".join(said)


def _cells(line: Line) -> tuple[str, str, str, str]:
    return line.name, line.target, line.kind, "" if line.example is None else str(line.example)
