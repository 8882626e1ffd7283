"""Has the recipient's object changed under us? Held against the mapping at start, before anybody is sent.

Nothing here knows a person: only names, kinds and lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from yumen.gateway.connectors.connector import Connector, Description, RemoteField
from yumen.gateway.connectors.fields import FieldMap
from yumen.gateway.connectors.kit.shape import FITS, Shape, shapes_of_recipient
from yumen.kit.errors import Code
from yumen.kit.i18n import Language, text

DRIFTED: Final = Code("connector.drifted", 409)


class Drift(Struct, frozen=True):
    """One difference; `code` is `connector.drift.…`, `facts` fill its sentence."""

    code: str
    field: str
    facts: Mapping[str, str | int]

    def as_text(self, language: Language) -> str:
        return text(self.code, language, field=self.field, **self.facts)


async def check_start(connector: Connector, fields: FieldMap, shapes: Mapping[str, Shape]) -> None:
    """Raises `connector.drifted` with the first difference; NotSent, Rejected, Unsettled as `describe` does."""
    drifts = find_drift(fields, shapes, await connector.describe())
    if drifts:
        raise DRIFTED(count=len(drifts), field=drifts[0].field, why=drifts[0].code)


def find_drift(fields: FieldMap, shapes: Mapping[str, Shape], told: Description) -> list[Drift]:
    """Every difference, in the order of the mapping. `shapes` is by the contract's names; unnamed ones are texts."""
    there = {field.name: field for field in told.fields}
    wanted = shapes_of_recipient(fields, shapes)
    drifts = [drift for name in fields.targets() for drift in _of_field(name, wanted[name], there)]
    key = there.get(fields.external_id)
    if key is not None and not key.unique:
        drifts.append(_drift("key_not_unique", fields.external_id))
    written = {name.partition(".")[0] for name in wanted}
    drifts += [_drift("required", field.name) for field in told.fields if field.required and field.name not in written]
    return drifts


def _of_field(name: str, shape: Shape, there: Mapping[str, RemoteField]) -> Iterator[Drift]:
    """`Individual.Number__c` is held against the relation only: the parent's fields are another object's."""
    relation, dot, _ = name.partition(".")
    field = there.get(relation)
    if field is None:
        yield _drift("missing", name)
        return
    if not field.writable:
        yield _drift("read_only", name)
    if dot:
        return
    if field.kind not in FITS.get(shape.kind, ()):
        yield _drift("kind", name, kind=field.kind, ours=shape.kind)
    elif shape.length_max is not None and field.length_max is not None and field.length_max < shape.length_max:
        yield _drift("too_short", name, length_max=field.length_max, ours=shape.length_max)
    elif (
        field.kind == "choice"
        and (unknown := [one for one in shape.choices if one not in field.choices])
        and field.choices
    ):
        yield _drift("choice", name, count=len(unknown))


def _drift(code: str, field: str, **facts: str | int) -> Drift:
    return Drift(f"connector.drift.{code}", field, facts)
