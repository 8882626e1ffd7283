"""What a member sees: points and when they end, the tier and the way to the next, and each act that moved points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from yumen.customer.loyalty import card, ledger_store, standing
from yumen.customer.loyalty.expiry import SOON
from yumen.customer.loyalty.ledger import NEVER
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

NEWEST: Final = "pst~"
"""Sorts after every posting."""


@dataclass(frozen=True, slots=True)
class Overview:
    """`points` may be spent now; `expiring` of them end soon, the first at `expiring_at`; what comes pays `owed`."""

    points: int
    owed: int
    expiring: int
    expiring_at: datetime | None
    tier: str
    tier_until_at: datetime | None
    qualifying: int
    next_tier: str
    next_tier_at: int
    enrolled_at: datetime


class Why(msgspec.Struct, frozen=True):
    """Why points were earned: the amount, or what added to it, at which percentage, by which version of the rules."""

    reason: str
    category: str
    amount_fen: int
    percent: int
    points: int
    version: int


class Movement(msgspec.Struct, frozen=True):
    """One act (earn, redeem, reverse, restore, adjust, expire), as its member sees it.

    `points` is what it moved; `settled` is what of it paid, or (below zero) made, a debt.
    """

    id: str
    act: str
    source: str
    reference: str
    reason: str | None
    points: int
    settled: int
    posted_at: datetime
    expires_at: datetime | None
    why: list[Why]


async def find_points(uow: UnitOfWork, subject: SubjectId) -> int:
    """How many points a person may spend now."""
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    return int((await ledger_store.find_balance(uow.conn, family, uow.now, uow.now))["points"])


async def overview(uow: UnitOfWork, subject: SubjectId) -> Overview:
    """Raises `loyalty.not_member`."""
    member = await card.get(uow, subject)
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    balance = await ledger_store.find_balance(uow.conn, family, uow.now, uow.now + SOON)
    qualifying, upper = await standing.progress(uow, member)
    return Overview(
        points=balance["points"],
        owed=balance["owed"],
        expiring=balance["expiring"],
        expiring_at=balance["first_at"],
        tier=member.standing.tier,
        tier_until_at=member.standing.until_at,
        qualifying=qualifying,
        next_tier="" if upper is None else upper.code,
        next_tier_at=0 if upper is None else upper.threshold_points,
        enrolled_at=member.enrolled_at,
    )


async def list_movements(uow: UnitOfWork, subject: SubjectId, before: str, limit: int) -> list[Movement]:
    """The acts on a person's points before that one (`""`: from the newest), the newest first."""
    family = await ledger_store.list_family(uow.conn, uow.handler, subject)
    rows = await ledger_store.list_statement(uow.conn, family, before or NEWEST, limit)
    return [
        Movement(
            id=row["id"],
            act=row["act"],
            source=row["source_kind"],
            reference=row["reference"],
            reason=row["reason"],
            points=row["points"] or 0,
            settled=row["settled"] or 0,
            posted_at=row["posted_at"],
            expires_at=None if row["expires_at"] == NEVER else row["expires_at"],
            why=msgspec.convert(row["explanation"] or [], list[Why]),
        )
        for row in rows
    ]
