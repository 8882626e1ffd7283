"""The meter's picture: booked, corrected, distinct after merges, alarms once a year, and a recount that notices."""

from __future__ import annotations

from typing import Any

import pytest

from tests.stories.border.conftest import LI, Border, allow
from yumen.border import figures
from yumen.border.figures import Correction
from yumen.border.policy import Counted
from yumen.border.verdict import Counter, Room
from yumen.kit.errors import Problem
from yumen.security.access import four_eyes


def added(persons: int, **changed: Any) -> Correction:
    said = {"year": 2026, "counter": Counter.GENERAL, "source": "mail to HQ, letter 7", **changed}
    return Correction(persons=persons, **said)


async def correct(border: Border, persons: int, *, declared: bool = False) -> None:
    one = added(persons, year=border.today.year, declared=declared)
    async with border.unit() as uow:
        await figures.correct(uow, one, await approved(border, one))


async def approved(border: Border, one: Correction) -> str:
    async with border.unit() as uow:
        approval = await figures.propose(uow, one)
    async with border.unit(LI) as uow:
        await four_eyes.approve(uow, approval, ("compliance",))
    return approval


async def test_a_flow_outside_the_gate_takes_headroom_and_is_shown_beside(border: Border) -> None:
    await border.book(1, allow(general_max=5))
    await correct(border, 3, declared=True)
    async with border.unit() as uow:
        (general,) = await figures.read(uow, border.today.year)
        assert await figures.snapshot(uow, border.today.year) == Counted(general=4)
    assert (general.booked, general.adjusted, general.persons) == (1, 3, 4)
    assert (await border.book(2, allow(general_max=5))).verdict == 0
    assert (await border.book(3, allow(general_max=5))).verdict == 1


async def test_a_correction_is_a_new_row_and_lowers_nothing_that_was_booked(border: Border) -> None:
    await border.book(1, allow())
    await correct(border, 10)
    await correct(border, -10)
    rows = await border.rows("select kind, persons from border.meter_change where kind <> 'ceiling' order by id")
    assert [(row["kind"], row["persons"]) for row in rows] == [("correction", 10), ("correction", -10)]
    assert await border.used() == 1
    assert [kind for kind in await border.kinds() if kind == "meter.corrected"] == ["meter.corrected"] * 2


@pytest.mark.parametrize(("counter", "persons"), [(Counter.GENERAL, 0), (Counter.CONTRACT, 5)])
async def test_nothing_is_added_to_nothing(border: Border, counter: Counter, persons: int) -> None:
    with pytest.raises(Problem, match=r"meter\.nothing_to_add"):
        async with border.unit() as uow:
            await figures.propose(uow, added(persons, counter=counter))


async def test_no_correction_without_a_second_person(border: Border) -> None:
    with pytest.raises(Problem, match=r"approval\.missing"):
        async with border.unit() as uow:
            await figures.correct(uow, added(5), None)


async def test_an_approval_serves_no_other_source_and_no_other_cause(border: Border) -> None:
    approval = await approved(border, added(5))
    for other in (added(5, source="a guess"), added(5, declared=True), added(6)):
        with pytest.raises(Problem, match=r"approval\.other_facts"):
            async with border.unit() as uow:
                await figures.correct(uow, other, approval)


async def test_every_change_is_listed_with_its_source_the_oldest_first(border: Border) -> None:
    await correct(border, 10, declared=True)
    await correct(border, -3)
    async with border.unit() as uow:
        first, second = await figures.changes(uow, border.today.year, "", 10)
        assert await figures.changes(uow, border.today.year, first.id, 1) == [second]
    assert [(one.cause, one.persons) for one in (first, second)] == [("declared", 10), ("correction", -3)]
    assert first.source == "mail to HQ, letter 7"


async def test_the_recount_agrees_and_shows_the_distinct_persons_after_a_merge(border: Border) -> None:
    for subject in (3, 5, 7):
        await border.book(subject, allow())
    await border.do("update identity.subject set stands_for = 3 where id = 5")
    async with border.unit() as uow:
        (general,) = await figures.recount(uow, border.today.year)
    assert general.agrees
    assert (general.booked, general.rows, general.ledger, general.distinct) == (3, 3, 3, 2)


async def test_the_recount_notices_a_row_that_was_taken_away(border: Border) -> None:
    await border.book(1, allow())
    await border.book(2, allow())
    await border.do("delete from border.metered where subject_id = 2")
    async with border.unit() as uow:
        (general,) = await figures.recount(uow, border.today.year)
    assert not general.agrees


async def test_an_alarm_is_raised_once_and_the_next_level_again(border: Border) -> None:
    room, heard = Room(10, 0), []
    for subject in range(1, 11):
        await border.book(subject, allow(general_max=10))
        async with border.unit() as uow:
            heard += [(subject, one.percent) for one in await figures.raise_alarms(uow, room)]
    assert heard == [(5, 50), (8, 80), (10, 95)]
    assert len(border.ear.heard) == 3
    assert [kind for kind in await border.kinds() if kind == "meter.alarm"] == ["meter.alarm"] * 3
