"""Take over points from another system as opening lots, many persons at once; whoever has points is a member.

A step of a story that records one leaf for the whole batch (`app.transfer`). An opening lot is an adjustment: it
counts towards no tier, is booked once by its reference, and is never rewritten. Below zero it is what a person owes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from yumen.customer.loyalty import takeover_store as store
from yumen.customer.loyalty.card import new_number
from yumen.customer.loyalty.events import PointsTakenOver
from yumen.customer.loyalty.fields import NUMBER
from yumen.customer.loyalty.ledger import NEVER
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork
from yumen.security import vault
from yumen.security.vault import Vault


class Opened(StrEnum):
    """What became of one opening lot."""

    BOOKED = "booked"
    BEFORE = "before"
    DIFFERS = "differs"
    OWES = "owes"


@dataclass(frozen=True, slots=True)
class Opening:
    """So many points of a person (after merges) that end at that moment; `reference` names the lot at its source."""

    person: SubjectId
    reference: str
    points: int
    expires_at: datetime = NEVER


async def open_lots(uow: UnitOfWork, source: str, openings: Sequence[Opening], *, dry: bool = False) -> list[Opened]:
    """Book what was not booked before; no person may stand in `openings` twice.

    `DIFFERS` is a lot booked before with other points, `OWES` points for somebody who owes: both stay as they are.
    """
    before = await store.find_opened(uow.conn, uow.handler, source, [one.reference for one in openings])
    fresh = [one for one in openings if one.reference not in before]
    owed = {} if dry else await store.lock_balances(uow.conn, uow.handler, [one.person for one in fresh])
    booked = [one for one in fresh if one.points < 0 or not owed.get(one.person)]
    if booked and not dry:
        await enrol(uow, [one.person for one in booked])
        rows = [(new_id("pst"), one.person, one.reference, one.points, one.expires_at) for one in booked]
        await store.open_balances(uow.conn, uow.handler, source, rows, uow.now)
        await uow.emit(PointsTakenOver(tuple(one.person for one in booked), uow.handler))
    taken = {one.reference for one in booked}
    return [Opened.BOOKED if one.reference in taken else _before(one, before.get(one.reference)) for one in openings]


async def enrol(uow: UnitOfWork, persons: Sequence[SubjectId]) -> None:
    """Give a card to those who have none."""
    enrolled = await store.list_enrolled(uow.conn, persons)
    fresh = [(person, NUMBER, new_number()) for person in persons if person not in enrolled]
    if not fresh:
        return
    index = uow.use(Vault).index
    sealed = await vault.seal_many(uow, fresh)
    rows = [(one[0], seal, index(uow.handler, NUMBER, one[2])) for one, seal in zip(fresh, sealed, strict=True)]
    await store.insert_members(uow.conn, uow.handler, rows, uow.now)


def _before(one: Opening, points: int | None) -> Opened:
    if points is None:
        return Opened.OWES
    return Opened.BEFORE if points == one.points else Opened.DIFFERS
