"""Give a person a copy of everything that is kept about them, in plain values (PIPL art. 45)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.datamap import DataMap, People
from yumen.security.trail import LeafKind

COPIED: Final = LeafKind("subject.copied", "holdings")


class Part(Struct, frozen=True):
    """What one holding keeps about the person: its values by field name. Its text shows none."""

    holding: str
    values: Mapping[str, object]

    def __repr__(self) -> str:
        return f"Part({self.holding})"


@recorded
async def copy(uow: UnitOfWork, subject: SubjectId) -> list[Part]:
    """Every holding that has something about the person, opened; one leaf says that it was handed over."""
    parts: list[Part] = []
    for holding in uow.use(DataMap).holdings:
        if holding.people is People.SHOPPERS and holding.hand_over is not None:
            values = {name: value for name, value in (await holding.hand_over(uow, subject)).items() if value}
            if values:
                parts.append(Part(holding.name, values))
    await trail.record(uow, COPIED.name, subject, holdings=len(parts))
    return parts
