"""Erase a person from everything that keeps membership data, and destroy the keys that sealed it (PIPL art. 47).

Each module takes its own rows away by its holding; what another retention class keeps for law stays under its own
key, used for nothing else. The gateway is a holding too: it plans a recall at every recipient.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yumen.customer import identity
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault
from yumen.security.datamap import DataMap, People, RetentionClass
from yumen.security.trail import LeafKind

ERASED: Final = LeafKind("subject.erased", "reason", "rows", "kept")


@dataclass(frozen=True, slots=True)
class Erasure:
    """How many rows went, and how many law still keeps."""

    rows: int
    kept: int


@recorded
async def erase(uow: UnitOfWork, subject: SubjectId, reason: str) -> Erasure:
    """Erase what the person's holdings let go and order the keys shredded.

    `subject` is the person meant, after merges: the keys of everybody merged into them go too. Asked a second time it
    finds nothing and records that.
    """
    family = await identity.subjects.family(uow.conn, subject)
    rows = kept = 0
    for holding in uow.use(DataMap).holdings:
        if holding.people is People.SHOPPERS and holding.erase is not None:
            gone = await holding.erase(uow, subject)
            rows, kept = rows + gone.rows, kept + gone.kept
    for each in family:
        await vault.shred(uow, each, RetentionClass.MEMBERSHIP)
    await trail.record(uow, ERASED.name, subject, reason=reason, rows=rows, kept=kept)
    return Erasure(rows, kept)
