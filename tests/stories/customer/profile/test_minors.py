"""The band follows the calendar, what may not be asked is not, and nobody grows up by asking."""

from datetime import date, datetime, timedelta

import pytest

from yumen.customer import consent
from yumen.customer.profile import details, minors
from yumen.customer.profile.details import Change
from yumen.customer.profile.minors import Band, Figures
from yumen.kit.clock import SHANGHAI, real_now, shanghai_day
from yumen.kit.errors import Problem
from yumen.security.datamap import Purpose


def born(years: int, months: int = 0) -> date:
    """The month of birth of somebody who is that old today, and some months."""
    today = shanghai_day(real_now())
    month = today.year * 12 + today.month - 1 - years * 12 - months
    return date(month // 12, month % 12 + 1, 1)


async def declare(house, subject, month):
    async with house.unit() as uow:
        return await minors.declare(uow, subject, month)


def go_to(house, day: date) -> None:
    house.clock.offset = datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI) - real_now()


@pytest.mark.parametrize(
    ("years", "months", "band"),
    [
        (8, 0, Band.CHILD),
        (13, 11, Band.CHILD),
        (14, 0, Band.CHILD),  # the month of the birthday is not over: nobody asked for the day
        (14, 1, Band.TEEN),
        (18, 0, Band.TEEN),
        (18, 1, Band.ADULT),
        (40, 0, Band.ADULT),
    ],
)
async def test_the_band_is_the_young_one_until_the_month_is_over(house, years, months, band):
    subject, _ = await house.enrol("oMei")
    assert await declare(house, subject, born(years, months)) is band


async def test_a_band_ends_by_the_calendar_alone(house):
    subject, _ = await house.enrol("oMei")
    month = born(12)
    await declare(house, subject, month)
    for years, expected in ((14, Band.CHILD), (18, Band.TEEN)):
        turns = date(month.year + years + month.month // 12, month.month % 12 + 1, 1)
        go_to(house, turns - timedelta(days=1))
        async with house.unit() as uow:
            assert await minors.find(uow, subject) is expected
        go_to(house, turns)
        async with house.unit() as uow:
            assert await minors.find(uow, subject) is Band(expected + 1)


async def test_who_said_to_be_young_does_not_grow_up_by_asking_again(house):
    subject, _ = await house.enrol("oMei")
    await declare(house, subject, born(12))
    for older in (born(16), born(13), None):
        with pytest.raises(Problem) as caught:
            await declare(house, subject, older)
        assert caught.value.code.name == "minors.age_settled"
    assert await declare(house, subject, born(10)) is Band.CHILD
    assert [kind for kind, _ in await house.leaves("age.declared")] == ["age.declared"] * 2
    assert await declare(house, subject, born(10)) is Band.CHILD, "said again: nothing new"
    assert len(await house.leaves("age.declared")) == 2


async def test_a_grown_up_may_correct_to_young_and_marketing_ends(house):
    subject, _ = await house.enrol("oMei")
    await declare(house, subject, None)
    await house.agree(subject, Purpose.MARKETING)
    assert await declare(house, subject, born(16)) is Band.TEEN
    async with house.unit() as uow:
        with pytest.raises(Problem) as caught:
            await consent.basis.require(uow, subject, Purpose.MARKETING)
        assert caught.value.code.name == "consent.withdrawn"
    with pytest.raises(Problem) as caught:
        await house.agree(subject, Purpose.MARKETING)
    assert caught.value.code.name == "consent.barred"
    await house.agree(subject, Purpose.MARKETING, given=False)
    await house.agree(subject, Purpose.PROFILE)


async def test_a_child_without_a_guardian_gives_and_tells_nothing(house):
    subject, _ = await house.enrol("oMei")
    await house.agree(subject, Purpose.PROFILE)
    await declare(house, subject, born(9))
    for purpose in (Purpose.PROFILE, Purpose.MARKETING):
        with pytest.raises(Problem) as caught:
            await house.agree(subject, purpose)
        assert caught.value.code.name == "consent.barred"
    async with house.unit() as uow:
        with pytest.raises(Problem) as caught:
            await minors.require_guardian(uow, subject)
        assert caught.value.code.name == "minors.guardian_needed"
    with pytest.raises(Problem):
        async with house.unit() as uow:
            await details.change(uow, subject, Change(nickname="小梅"))


async def test_who_told_no_age_is_asked_like_a_grown_up(house):
    subject, _ = await house.enrol("oMei")
    async with house.unit() as uow:
        assert await minors.find(uow, subject) is None
        assert await minors.barred(uow, subject) == frozenset()
        await minors.require_guardian(uow, subject)


async def test_a_month_that_cannot_be_is_refused(house):
    subject, _ = await house.enrol("oMei")
    for month in (date(1899, 12, 1), born(-1)):
        with pytest.raises(Problem) as caught:
            await declare(house, subject, month)
        assert (caught.value.code.name, caught.value.at) == ("minors.month_unfit", "/born")


async def test_the_yearly_figures_count_by_the_band_of_today(house):
    for number, years in enumerate((6, 7, 15, 30)):
        subject, _ = await house.enrol(f"oYoung{number}")
        await declare(house, subject, born(years))
    async with house.unit() as uow:
        assert await minors.figures(uow) == Figures(children=2, children_guarded=0, teens=1)
    go_to(house, date(shanghai_day(real_now()).year + 9, 6, 1))
    async with house.unit() as uow:
        counted = await minors.figures(uow)
    assert counted.children == 0
    assert counted.teens == 2
