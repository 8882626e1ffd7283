"""Give a member the points of a purchase, by the rules that held when it was made, and look at the tier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from yumen.customer import profile
from yumen.customer.loyalty import award_store, card, earning, ledger, standing
from yumen.customer.loyalty.earning import Line, Purchase, Rules
from yumen.customer.loyalty.ledger import Source
from yumen.customer.loyalty.ledger_store import Posting
from yumen.customer.loyalty.tiers import Tiers
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

EXPLAINED_MAX: Final = 100


async def award(
    uow: UnitOfWork, subject: SubjectId, source: Source, at: datetime, lines: Sequence[Line]
) -> Posting | None:
    """Book what the lines earn; `at` is when the purchase was made, `lines` is what was paid.

    None when there is nothing to give: no member, no rules at that time, or too little. A repeat answers the first
    posting. Raises `loyalty.rules_unfit`, `loyalty.source_used`, `subject.not_found`.
    """
    named = (source.kind, source.reference, source.rule)
    held, asked = await ledger.hold_with(
        uow, subject, lambda: award_store.find_facts(uow.conn, uow.handler, subject, named, at, uow.now)
    )
    facts = await asked.fetchone()
    assert facts is not None  # the statement answers one row, whatever is missing
    if facts["is_booked"]:
        return await ledger.booked(uow, held, source)
    if facts["subject_id"] is None or facts["earning"] is None:
        return None
    member, rules = card.member_of(held.person, facts), msgspec.convert(facts["earning"], Rules)
    is_first = not facts["has_earned"]
    month = await birthday_month(uow, held.person) if rules.birthday_percent > 100 else None
    earned = earning.points_for(rules, Purchase(at, lines, month, member.standing.tier, is_first))
    points = sum(line.points for line in earned)
    if points == 0:
        return None
    told = [msgspec.to_builtins(line) | {"version": facts["version"]} for line in earned[:EXPLAINED_MAX]]
    posting = await ledger.earn(uow, held, source, points, earning.ends_at(rules, uow.now, ledger.NEVER), told)
    if facts["tiers"] is not None:
        await standing.review(uow, member, held.family, msgspec.convert(facts["tiers"], Tiers))
    return posting


async def birthday_month(uow: UnitOfWork, person: SubjectId) -> int | None:
    """Kept on the consent to a profile and gone when that is withdrawn, so whatever is there may be used."""
    birthday = (await profile.details.find(uow, person)).birthday
    return None if birthday is None else date.fromisoformat(birthday).month
