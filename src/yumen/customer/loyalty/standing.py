"""Look at a member's tier: lift it the moment it is earned, let it go only when its time is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from yumen.customer.loyalty import card, ledger, ledger_store, member_store, programs, tiers
from yumen.customer.loyalty.card import Member
from yumen.customer.loyalty.events import TierChanged
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work, recorded
from yumen.security import trail

CHANGED: Final = trail.LeafKind("tier.changed", "before", "tier")

BATCH: Final = 100
ROUNDS_MAX: Final = 10_000
PERIODS_MAX: Final = 120


async def review(uow: UnitOfWork, member: Member, family: Sequence[SubjectId], ladder: tiers.Tiers) -> tiers.Standing:
    """The member's standing after looking at what the family earned; written down when it is another."""
    standing = await _settled(uow, member.standing, family, ladder)
    if ladder.next_after(standing.tier) is not None:
        points = await _earned(uow, family, tiers.running(ladder, uow.now))
        standing = tiers.raised(ladder, standing, points, uow.now)
    if standing.tier != member.standing.tier:
        await _change(uow, member, standing)
    elif standing != member.standing:
        await member_store.set_standing(uow.conn, member.subject, standing)
    return standing


async def progress(uow: UnitOfWork, member: Member) -> tuple[int, tiers.Tier | None]:
    """What counts for the member today, and the next tier up."""
    ladder = await programs.tiers_at(uow, uow.now)
    if ladder is None:
        return 0, None
    family = await ledger_store.list_family(uow.conn, uow.handler, member.person)
    points = await _earned(uow, family, tiers.running(ladder, uow.now))
    return points, ladder.next_after(member.standing.tier)


async def review_due_job(work: Work, args: Arguments) -> None:
    """Review everybody whose tier's time is over; arguments: `handler`. Safe to repeat."""
    actor = Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))
    after = SubjectId(0)
    for _ in range(ROUNDS_MAX):
        async with work.begin(actor) as uow:
            due = await member_store.list_tiers_due(uow.conn, uow.handler, uow.now, after, BATCH)
            for subject in due:
                await _review_of(uow, subject)
        if len(due) < BATCH:
            return
        after = due[-1]


async def _review_of(uow: UnitOfWork, subject: SubjectId) -> None:
    """A membership that lies under a subject who stands for another member is not looked at any more."""
    member = await card.find(uow, subject)
    if member is not None and member.subject == subject:
        held = await ledger.hold(uow, member.person)
        ladder = await programs.tiers_at(uow, uow.now)
        if ladder is not None:
            await review(uow, member, held.family, ladder)


async def _settled(
    uow: UnitOfWork, standing: tiers.Standing, family: Sequence[SubjectId], ladder: tiers.Tiers
) -> tiers.Standing:
    """The standing after each period that is over; many are only after the clocks stood still for long."""
    for _ in range(PERIODS_MAX):
        period = tiers.ended(ladder, standing, uow.now)
        if period is None:
            break
        standing = tiers.settled(ladder, standing, await _earned(uow, family, period), period)
    return standing


async def _earned(uow: UnitOfWork, family: Sequence[SubjectId], period: tiers.Period) -> int:
    return await member_store.qualifying_points(uow.conn, family, period.start, period.end)


@recorded
async def _change(uow: UnitOfWork, member: Member, standing: tiers.Standing) -> None:
    await member_store.set_standing(uow.conn, member.subject, standing)
    told = {"before": member.standing.tier or None, "tier": standing.tier or None}
    await trail.record(uow, CHANGED.name, member.person, **told)
    await uow.emit(TierChanged(member.person, uow.handler, standing.tier))
