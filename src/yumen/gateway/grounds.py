"""Find a fact true of a person on which a ground of export stands: somebody is in danger, or it was collected abroad.

Nothing in a shop can know either, so two people say it: of one person, for a reason (a code), until a day. While it
holds, contracts that rest on an emergency (PIPL art. 13(1)(4)) or on a round trip (Order 16 art. 4) may carry that
person; the day after, whoever was carried so is judged anew, and taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from yumen.border.standing import ENDANGERED, FROM_ABROAD
from yumen.customer import identity
from yumen.gateway import ground_store as store
from yumen.gateway.capture import note_subjects
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId, new_id
from yumen.kit.work import UnitOfWork, recorded
from yumen.security import trail
from yumen.security.access import four_eyes
from yumen.security.trail import LeafKind

UNKNOWN: Final = Code("gateway.ground_unknown", 404)
UNTIL_UNFIT: Final = Code("gateway.ground_until_unfit", 422)

SAID: Final = LeafKind("ground.said", "ground", "fact", "reason", "days", "approval")
ENDED: Final = LeafKind("ground.ended", "ground")

ACT: Final = "gateway.ground"


class Fact(StrEnum):
    """What is found true of the person."""

    ENDANGERED = "endangered"
    COLLECTED_ABROAD = "collected_abroad"


BITS: Final[Mapping[Fact, int]] = {Fact.ENDANGERED: ENDANGERED, Fact.COLLECTED_ABROAD: FROM_ABROAD}
LONGEST: Final[Mapping[Fact, timedelta]] = {
    Fact.ENDANGERED: timedelta(days=31),
    Fact.COLLECTED_ABROAD: timedelta(days=366),
}
"""Our own bounds: an emergency that lasts longer is looked at again by two people."""


class Ground(Struct, frozen=True):
    """`person` is an outside id; `until_on` the last day (in China) on which it holds."""

    person: str
    fact: Fact
    reason: str
    until_on: date


def ground_facts(ground: Ground) -> four_eyes.Facts:
    """What the second person approves."""
    return {
        "person": ground.person,
        "fact": ground.fact.value,
        "reason": ground.reason,
        "until": ground.until_on.isoformat(),
    }


async def propose(uow: UnitOfWork, ground: Ground) -> str:
    """Put it before a second person; answers the approval. Raises `subject.…`, `gateway.ground_until_unfit`."""
    await identity.subjects.get_by_ref(uow, ground.person, at="/person")
    _check(uow, ground)
    return await four_eyes.propose(uow, ACT, ground_facts(ground))


@recorded
async def say(uow: UnitOfWork, ground: Ground, approval: str | None) -> str:
    """Write it down, as a second person approved; answers its id, and lets the person be judged anew.

    Raises `subject.…`, `gateway.ground_until_unfit`, `approval.…`.
    """
    subject = await identity.subjects.get_by_ref(uow, ground.person, at="/person")
    _check(uow, ground)
    await four_eyes.consume(uow, approval, ACT, four_eyes.facts_hash(ground_facts(ground)))
    id_ = new_id("grd")
    await store.insert(
        uow.conn,
        {
            "id": id_,
            "handler": uow.handler,
            "subject": subject.person,
            "fact": ground.fact.value,
            "reason": ground.reason,
            "until": ground.until_on,
            "approval": approval,
            "actor": uow.actor.id,
            "now": uow.now,
        },
    )
    await note_subjects(uow, [subject.person])
    await trail.record(
        uow,
        SAID.name,
        subject.person,
        ground=id_,
        fact=ground.fact.value,
        reason=ground.reason,
        days=(ground.until_on - shanghai_day(uow.now)).days,
        approval=approval,
    )
    return id_


@recorded
async def end(uow: UnitOfWork, ground: str) -> None:
    """It holds no longer; one person suffices. Raises `gateway.ground_unknown`."""
    subject = await store.end(uow.conn, uow.handler, ground, uow.now)
    if subject is None:
        raise UNKNOWN()
    await note_subjects(uow, [subject])
    await trail.record(uow, ENDED.name, subject, ground=ground)


async def wake_passed(uow: UnitOfWork) -> int:
    """Let those be judged anew whose last day has passed; answers how many. No act: the day was approved."""
    persons = await store.end_passed(uow.conn, uow.handler, shanghai_day(uow.now), uow.now)
    if persons:
        await note_subjects(uow, sorted(set(persons)))
    return len(persons)


async def facts(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, int]:
    """The bits that hold today, under whichever subject of a person. Fits `gate.Facts`."""
    found: dict[SubjectId, int] = {}
    for person, fact in await store.list_holding(uow.conn, persons, shanghai_day(uow.now)):
        found[person] = found.get(person, 0) | BITS[Fact(fact)]
    return found


async def list_said(uow: UnitOfWork, after: str, limit: int) -> list[store.Row]:
    """Everything that was said, the oldest first; `after` is the id to go on from."""
    return await store.list_of_handler(uow.conn, uow.handler, after, limit)


def _check(uow: UnitOfWork, ground: Ground) -> None:
    today = shanghai_day(uow.now)
    last = today + LONGEST[ground.fact]
    if not today <= ground.until_on <= last:
        raise UNTIL_UNFIT(at="/until_on", last=last.isoformat())
