"""The only gate: may this person's data be handled for this purpose, now, and on which ground?"""

from __future__ import annotations

from typing import Final

from yumen.customer.consent import store
from yumen.customer.consent.purposes import GROUNDS
from yumen.customer.consent.store import State
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork
from yumen.security.datamap import Basis, Purpose

MISSING: Final = Code("consent.missing", 403)
REFUSED: Final = Code("consent.refused", 403)
WITHDRAWN: Final = Code("consent.withdrawn", 403)
ASK_AGAIN: Final = Code("consent.ask_again", 403)
"""Given on a notice that has materially changed since (PIPL art. 14)."""


async def require(uow: UnitOfWork, subject: SubjectId, purpose: Purpose) -> Basis:
    """The ground on which the purpose may be pursued. Contract and law need no question, and no query.

    `subject` is the person meant, after merges. Raises `consent.missing`, `consent.refused`, `consent.withdrawn`,
    `consent.ask_again`.
    """
    ground = GROUNDS[purpose]
    if not ground.asks:
        return ground.basis
    standing = await store.find_standing(uow.conn, uow.handler, subject, purpose)
    if standing is None:
        raise MISSING(purpose=purpose.value)
    if standing.state is State.REFUSED:
        raise REFUSED(purpose=purpose.value)
    if standing.state is State.WITHDRAWN:
        raise WITHDRAWN(purpose=purpose.value)
    if not standing.current:
        raise ASK_AGAIN(purpose=purpose.value)
    return ground.basis
