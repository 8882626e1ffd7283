"""Give a member the points of a purchase, by the rules that held when it was made, and look at the tier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import msgspec

from yumen.customer import profile
from yumen.customer.loyalty import card, earning, ledger, ledger_store, programs, standing
from yumen.customer.loyalty.earning import Line, Purchase, Rules
from yumen.customer.loyalty.ledger import Held, Source
from yumen.customer.loyalty.ledger_store import Posting
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
    held = await ledger.hold(uow, subject)
    before = await ledger.find(uow, source)
    if before is not None:
        return before
    member, program = await card.find(uow, held.person), await programs.earning_at(uow, at)
    if member is None or program is None:
        return None
    version, rules = program
    earned = earning.points_for(rules, await _purchase(uow, held, source, rules, at, lines, member.standing.tier))
    points = sum(line.points for line in earned)
    if points == 0:
        return None
    told = [msgspec.to_builtins(line) | {"version": version} for line in earned[:EXPLAINED_MAX]]
    expires_at = earning.ends_at(rules, uow.now, ledger.NEVER)
    posting = await ledger.earn(uow, held, source, points, expires_at, told)
    await standing.review(uow, member)
    return posting


async def _purchase(
    uow: UnitOfWork, held: Held, source: Source, rules: Rules, at: datetime, lines: Sequence[Line], tier: str
) -> Purchase:
    """What the rules ask about the buyer, and nothing they do not ask."""
    is_first = rules.first_purchase_points > 0 and not await ledger_store.has_earned(uow.conn, held.family, source.kind)
    month = await _birthday_month(uow, held.person) if rules.birthday_percent > 100 else None
    return Purchase(at, lines, month, tier, is_first)


async def _birthday_month(uow: UnitOfWork, person: SubjectId) -> int | None:
    """Kept on the consent to a profile and gone when that is withdrawn, so whatever is there may be used."""
    birthday = (await profile.details.find(uow, person)).birthday
    return None if birthday is None else date.fromisoformat(birthday).month
