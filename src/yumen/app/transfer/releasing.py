"""Let go of what waits for a consent: into the profile when the person agrees here, away when they do not."""

from __future__ import annotations

from datetime import date
from typing import Final

from yumen.app.transfer import member_store as store
from yumen.app.transfer.fields import BIRTHDAY, NICKNAME
from yumen.customer.consent import basis
from yumen.customer.identity import subjects
from yumen.customer.profile import details
from yumen.kit.errors import Problem
from yumen.kit.ids import HandlerId, SubjectId
from yumen.kit.jobs import Arguments
from yumen.kit.work import Actor, ActorKind, UnitOfWork, Work
from yumen.security import vault
from yumen.security.datamap import Purpose

NO: Final = (basis.REFUSED, basis.WITHDRAWN)


async def release(uow: UnitOfWork, person: SubjectId) -> bool:
    """Settle what waits for this person, as they have answered by now; True when it went into their profile.

    What they told here themselves stays as it is.
    """
    try:
        await basis.require(uow, person, Purpose.PROFILE)
    except Problem as problem:
        if problem.code in NO:
            await store.take_waiting(uow.conn, await subjects.family(uow.conn, person))
        return False
    known = await details.find(uow, person)
    nickname, birthday = known.nickname, known.birthday
    rows = await store.take_waiting(uow.conn, await subjects.family(uow.conn, person))
    for row in rows:
        subject = SubjectId(row["subject_id"])
        if nickname is None and row["nickname_sealed"] is not None:
            nickname = await vault.unseal(uow, subject, NICKNAME, row["nickname_sealed"])
        if birthday is None and row["birthday_sealed"] is not None:
            birthday = await vault.unseal(uow, subject, BIRTHDAY, row["birthday_sealed"])
    if not rows or (nickname, birthday) == (known.nickname, known.birthday):
        return False
    born = None if birthday is None else date.fromisoformat(birthday)
    await details.change(uow, person, details.Change(nickname=nickname, birthday=born))
    return True


async def release_job(work: Work, args: Arguments) -> None:
    """Listener of every answer to the question of a profile."""
    if args["purpose"] != Purpose.PROFILE.value:
        return
    async with work.begin(Actor(ActorKind.SYSTEM, "worker", HandlerId(int(args["handler"] or 0)))) as uow:
        await release(uow, SubjectId(int(args["subject"] or 0)))


async def forget_waiting_job(work: Work, args: Arguments) -> None:
    """Every night: what nobody agreed to in time goes."""
    async with work.begin(Actor(ActorKind.SYSTEM, "worker", HandlerId(0))) as uow:
        await store.forget_waiting(uow.conn, uow.now)
