"""Give many members the points of their purchases at once, by the same rules as `award` gives one.

Only plain awards go together: who was given for that source before, whose points somebody else holds, or who comes
twice, is left for `award`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from psycopg.rows import DictRow

from yumen.customer.loyalty import award_together_store as store
from yumen.customer.loyalty import card, earning, ledger, standing
from yumen.customer.loyalty.award import EXPLAINED_MAX, birthday_month
from yumen.customer.loyalty.award_together_store import Family, Given
from yumen.customer.loyalty.earning import Line, Purchase, Rules
from yumen.customer.loyalty.events import PointsMoved
from yumen.customer.loyalty.ledger_store import NEW_LOT, Posting
from yumen.customer.loyalty.movement import Account, Books, Lot, credited
from yumen.customer.loyalty.tiers import Tiers
from yumen.kit.errors import Problem
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork
from yumen.security import trail


@dataclass(frozen=True, slots=True)
class Due:
    """A purchase that earns: whose, its reference, when it was made, and what was paid."""

    subject: SubjectId
    reference: str
    at: datetime
    lines: Sequence[Line]


async def award_together(uow: UnitOfWork, kind: str, dues: Sequence[Due]) -> frozenset[str]:
    """Book what each earns for the source of that kind; the references of those that are settled, also with nothing.

    In a pipeline this is one round trip, and one more with the writing.
    """
    families, asked = await store.look(uow.conn, uow.handler, kind, dues, uow.now)
    settled, given, seen = set[str](), list[Given](), set[SubjectId]()
    for due, facts in zip(dues, asked, strict=True):
        family = families.get(due.subject)
        if family is None or facts["is_booked"] or family.person in seen:
            continue
        seen.add(family.person)
        if facts["subject_id"] is not None and facts["earning"] is not None:
            try:
                points = await _given(uow, kind, due, family, facts)
            except Problem:
                continue  # `award` says which
            given += [points] if points is not None else []
        settled.add(due.reference)
    if given:
        await store.write(uow.conn, uow.handler, kind, given)
    for one in given:
        await uow.emit(PointsMoved(one.posting.subject, uow.handler))
    await _review(uow, {one.posting.reference for one in given}, families, dues, asked)
    return frozenset(settled)


async def _given(uow: UnitOfWork, kind: str, due: Due, family: Family, facts: DictRow) -> Given | None:
    """The posting, its lines and its leaf; None when it earns nothing."""
    rules, member = msgspec.convert(facts["earning"], Rules), card.member_of(family.person, facts)
    month = await birthday_month(uow, family.person) if rules.birthday_percent > 100 else None
    bought = Purchase(due.at, due.lines, month, member.standing.tier, not facts["has_earned"])
    earned = earning.points_for(rules, bought)
    points = sum(line.points for line in earned)
    if points == 0:
        return None
    ledger.check_points(points)
    told = [msgspec.to_builtins(line) | {"version": facts["version"]} for line in earned[:EXPLAINED_MAX]]
    posting = Posting(
        new_id("pst"), family.person, "earn", kind, due.reference, "", points, uow.now, explanation=told
    )  # fmt: skip
    expires_at = earning.ends_at(rules, uow.now, ledger.NEVER)
    lot = Lot(NEW_LOT, family.person, expires_at, 0)
    entries = credited(Books([], family.owed), lot, points, Account.ISSUED)
    ledger.check_balanced(posting, entries)
    said: dict[str, int | str] = {"posting": posting.id, "source": kind, "points": points, "lines": len(told)}
    leaf = trail.encode(ledger.EARNED.name, uow.now, uow.actor, family.person, said)
    return Given(posting, entries, expires_at, leaf)


async def _review(
    uow: UnitOfWork,
    given: set[str],
    families: Mapping[SubjectId, Family],
    dues: Sequence[Due],
    asked: Sequence[DictRow],
) -> None:
    """Look at the tier of everybody who was given something."""
    for due, facts in zip(dues, asked, strict=True):
        if due.reference in given and facts["tiers"] is not None:
            family = families[due.subject]
            member = card.member_of(family.person, facts)
            await standing.review(uow, member, family.members, msgspec.convert(facts["tiers"], Tiers))
