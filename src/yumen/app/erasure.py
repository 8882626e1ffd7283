"""Erase a person from everything that keeps membership data, and destroy the key that sealed it.

Used when WeChat says that the account was closed (user_authorization_cancellation). Each module takes its own rows
away by its holding; what another retention class keeps for law stays under its own key.
"""

from __future__ import annotations

from typing import Final

from yumen.app.holdings import HOLDINGS
from yumen.customer import identity
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail, vault
from yumen.security.datamap import People, RetentionClass
from yumen.security.trail import LeafKind

ERASED: Final = LeafKind("subject.erased", "reason", "rows", "kept")


@recorded
async def erase_membership(uow: UnitOfWork, subject: SubjectId, reason: str) -> int:
    """Erase every membership holding of the person and order the keys shredded; answers how many rows went.

    `subject` is the person meant, after merges: the keys of everybody merged into them go too.
    """
    family = await identity.subjects.family(uow.conn, subject)
    rows = kept = 0
    for holding in HOLDINGS:
        if holding.people is People.SHOPPERS and holding.retention is RetentionClass.MEMBERSHIP and holding.erase:
            erased = await holding.erase(uow, subject)
            rows, kept = rows + erased.rows, kept + erased.kept
    for each in family:
        await vault.shred(uow, each, RetentionClass.MEMBERSHIP)
    await trail.record(uow, ERASED.name, subject, reason=reason, rows=rows, kept=kept)
    return rows
