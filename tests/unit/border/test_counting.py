"""Counts of groups: large ones only, whatever values come in, and never a field that the contract does not name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.border.samples import contract, line
from yumen.border.counting import DeclaredCounter, GroupCount
from yumen.border.reader import MissingOpenerError
from yumen.border.transforms import Value
from yumen.kit.ids import SubjectId
from yumen.kit.work import UnitOfWork

UOW = cast("UnitOfWork", None)
BORN = line("member.detail.birthday", "Born", "aggregate", group_min=10)
POINTS = line("member.card.points", "Points", "aggregate", group_min=10, edges=[0, 100])


def opener(values: Mapping[int, Value]) -> Any:
    async def open_(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, Value]:
        return {person: values[person] for person in persons if person in values}

    return open_


async def counted(lines: list[Any], openers: Mapping[str, Any], persons: range, page: int = 7) -> list[GroupCount]:
    counter = DeclaredCounter(contract(lines=lines), openers)
    for start in range(persons.start, persons.stop, page):
        await counter.add(UOW, [SubjectId(one) for one in range(start, min(start + page, persons.stop))])
    return counter.groups()


@given(st.lists(st.sampled_from(["1990-01-02", "1990-11-30", "1985-05-05", "2001-07-01"]), max_size=80))
async def test_no_small_group_is_told_and_every_large_one_is_exact(born: list[str]) -> None:
    values = dict(enumerate(born))
    told = await counted([BORN], {"member.detail.birthday": opener(values)}, range(len(born)))
    years = [int(day[:4]) for day in born]
    assert {group.value: group.persons for group in told} == {
        year: years.count(year) for year in years if years.count(year) >= 10
    }


async def test_several_lines_are_counted_apart_each_group_with_its_key() -> None:
    openers = {
        "member.detail.birthday": opener(dict.fromkeys(range(12), "1990-01-02")),
        "member.card.points": opener({one: 50 if one < 10 else 500 for one in range(12)}),
    }
    told = await counted([BORN, POINTS], openers, range(30))
    assert [(group.key, group.persons) for group in told] == [("Born:1990", 12), ("Points:0-99", 10)]


async def test_only_the_openers_of_the_contract_are_asked() -> None:
    async def never(uow: UnitOfWork, persons: Sequence[SubjectId]) -> Mapping[SubjectId, Value]:
        raise AssertionError

    openers = {"member.detail.birthday": opener({}), "member.phone.phone": never}
    assert await counted([BORN], openers, range(3)) == []


def test_a_contract_that_sends_persons_or_names_a_field_without_an_opener_is_not_counted() -> None:
    with pytest.raises(MissingOpenerError):
        DeclaredCounter(contract(), {})
    with pytest.raises(MissingOpenerError, match=r"member\.card\.points"):
        DeclaredCounter(contract(lines=[POINTS]), {"member.detail.birthday": opener({})})
