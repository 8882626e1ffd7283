"""Children and young people: who is one, what they are never asked for, and who must agree before them.

Below 18 no automated marketing (Minors Network Protection Regulations art. 24); below 14 everything is sensitive and a
guardian agrees first (PIPL art. 31). The age gate asks for a month at most and keeps the month in which the band ends.
Somebody who told no age counts as grown up: WeChat gives none, and asking everybody would collect it from all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import IntEnum
from typing import Final

from msgspec import Struct
from psycopg import AsyncCursor
from psycopg.rows import DictRow

from yumen.customer.consent import choices
from yumen.customer.identity import subjects
from yumen.customer.profile import minor_store, store
from yumen.customer.profile.events import AgeDeclared
from yumen.customer.profile.minor_store import Age
from yumen.kit.clock import shanghai_day
from yumen.kit.errors import Code
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork, recorded
from yumen.law.numbers import number
from yumen.security import trail
from yumen.security.datamap import Purpose
from yumen.security.trail import LeafKind

AGE_SETTLED: Final = Code("minors.age_settled", 409)
MONTH_UNFIT: Final = Code("minors.month_unfit", 422)
GUARDIAN_NEEDED: Final = Code("minors.guardian_needed", 403)

DECLARED: Final = LeafKind("age.declared", "band")

EARLIEST: Final = date(1900, 1, 1)
NEVER_MINOR: Final = frozenset({Purpose.MARKETING})
NEVER_CHILD: Final = frozenset({Purpose.MARKETING, Purpose.EXPORT, Purpose.SHARING, Purpose.PUBLICATION})
"""What a child is not asked for, guardian or not: nothing of theirs leaves or is passed on by default."""
ALONE: Final = NEVER_CHILD | {Purpose.PROFILE, Purpose.IMAGING, Purpose.SENSITIVE}
"""A child without a guardian is asked for nothing at all."""


class Band(IntEnum):
    CHILD = 1
    TEEN = 2
    ADULT = 3


class Young(Struct, frozen=True):
    """Somebody below 18; `guarded`: a guardian agreed and still does."""

    band: Band
    guarded: bool


class Figures(Struct, frozen=True):
    """For the yearly audit of minors' information: persons today, by what they declared."""

    children: int
    children_guarded: int
    teens: int


@recorded
async def declare(uow: UnitOfWork, person: SubjectId, born: date | None) -> Band:
    """Note the month of birth (its first day), or that somebody is grown up (None). Consents that fall away end.

    Raises `minors.month_unfit`, `minors.age_settled`: whoever said that they are young cannot grow up by asking again.
    """
    today = shanghai_day(uow.now)
    band, until = _band_of(born, today)
    await store.lock_person(uow.conn, person)
    family = await subjects.family(uow.conn, person)
    known = _youngest(await minor_store.list_ages(uow.conn, [person]), today)
    if known is not None and known.band == band and (known.until_on == until or band is Band.ADULT):
        return uow.unchanged(band)
    if (
        known is not None
        and known.band < Band.ADULT
        and _later(until, band, today) < _later(known.until_on, Band(known.band), today)
    ):
        raise AGE_SETTLED()
    await minor_store.delete_ages(uow.conn, family)
    await minor_store.put_age(uow.conn, uow.handler, person, band, until, uow.now)
    for purpose in sorted(await barred(uow, person)):
        await choices.withdraw(uow, person, purpose)
    await trail.record(uow, DECLARED.name, person, band=band.name.lower())
    await uow.emit(AgeDeclared(person, uow.handler))
    return band


async def find(uow: UnitOfWork, person: SubjectId) -> Band | None:
    """The band of today; None when the person told none."""
    known = _youngest(await minor_store.list_ages(uow.conn, [person]), shanghai_day(uow.now))
    return None if known is None else Band(known.band)


async def barred(uow: UnitOfWork, person: SubjectId) -> frozenset[Purpose]:
    """The purposes for which this person may not be asked."""
    young = (await of_many(uow, [person])).get(person)
    if young is None:
        return frozenset()
    if young.band is Band.TEEN:
        return NEVER_MINOR
    return NEVER_CHILD if young.guarded else ALONE


async def require_guardian(uow: UnitOfWork, person: SubjectId) -> None:
    """Go on unless this is a child whose guardian has not agreed. Raises `minors.guardian_needed`."""
    young = (await of_many(uow, [person])).get(person)
    if young is not None and young.band is Band.CHILD and not young.guarded:
        raise GUARDIAN_NEEDED()


async def of_many(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, Young]:
    """Those of these persons who are below 18 today."""
    return await read_many(uow, await ask_many(uow, persons))


async def ask_many(uow: UnitOfWork, persons: Sequence[SubjectId]) -> AsyncCursor[DictRow]:
    """Where their ages will come: in a pipeline another statement may be sent before they are read."""
    return await minor_store.ask_ages(uow.conn, persons)


async def read_many(uow: UnitOfWork, asked: AsyncCursor[DictRow]) -> Mapping[SubjectId, Young]:
    """What `of_many` answers, of those who were asked about."""
    today = shanghai_day(uow.now)
    ages = [_on(age, today) for age in await minor_store.read_ages(asked)]
    young: dict[SubjectId, Band] = {}
    for age in ages:  # the youngest first: what was told under one name holds under every other
        if age.band < Band.ADULT:
            young.setdefault(age.subject, Band(age.band))
    children = [subject for subject, band in young.items() if band is Band.CHILD]
    agreed = await minor_store.list_guarded(uow.conn, children) if children else set()
    return {subject: Young(band, subject in agreed) for subject, band in young.items()}


async def figures(uow: UnitOfWork) -> Figures:
    """How many there are."""
    today = shanghai_day(uow.now)
    counted = await minor_store.count_ages(uow.conn, uow.handler, today, _teen_years(today))
    children, guarded = counted.get(Band.CHILD, (0, 0))
    return Figures(children, guarded, counted.get(Band.TEEN, (0, 0))[0])


def _band_of(born: date | None, today: date) -> tuple[Band, date | None]:
    if born is None:
        return Band.ADULT, None
    if not EARLIEST <= born <= today:
        raise MONTH_UNFIT(at="/born")
    for band, law in ((Band.CHILD, "minors.child_age"), (Band.TEEN, "minors.adult_age")):
        until = _month_after(born, number(law, today).value)
        if today < until:
            return band, until
    return Band.ADULT, None


def _month_after(born: date, years: int) -> date:
    """The first day of the month after somebody born in that month has become so old, whatever the day."""
    return date(born.year + years + born.month // 12, born.month % 12 + 1, 1)


def _on(age: Age, today: date) -> Age:
    """The same person on that day: a band that ended has become the next."""
    if age.until_on is None or today < age.until_on:
        return age
    if age.band == Band.TEEN:
        return Age(age.subject, Band.ADULT, None)
    return _on(Age(age.subject, Band.TEEN, age.until_on.replace(year=age.until_on.year + _teen_years(today))), today)


def _teen_years(today: date) -> int:
    """How long somebody is no child any more and not grown up yet, by the law of that day."""
    return number("minors.adult_age", today).value - number("minors.child_age", today).value


def _youngest(ages: Sequence[Age], today: date) -> Age | None:
    return min((_on(age, today) for age in ages), key=lambda age: age.band, default=None)


def _later(until: date | None, band: Band, today: date) -> date:
    """The day on which somebody of that band comes of age: the later, the younger."""
    if until is None:
        return date.min
    return until.replace(year=until.year + _teen_years(today)) if band is Band.CHILD else until
