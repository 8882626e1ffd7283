"""Counting by brute force agrees with the meter, whatever comes in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.border.meter import Ask, alarm, bits, clip
from yumen.border.verdict import Allow, Counter, Hold, Room
from yumen.kit.ids import SubjectId

COUNTERS = [Counter.GENERAL, Counter.SENSITIVE, Counter.GENERAL | Counter.SENSITIVE, Counter.CONTRACT]
HELD = Hold("export.notice_missing", "pipl_39")


def allow(counters: Counter, general_max: int, sensitive_max: int) -> Allow:
    return Allow("export.standard_contract", "order16_8", counters, Room(general_max, sensitive_max), "order16_7")


asks = st.lists(
    st.builds(
        Ask,
        handler=st.integers(1, 2),
        person=st.integers(1, 8).map(SubjectId),
        verdict=st.one_of(
            st.builds(allow, st.sampled_from(COUNTERS), st.integers(0, 6), st.integers(0, 4)), st.just(HELD)
        ),
        already=st.just(0),
        erased=st.sampled_from([False, False, False, True]),
    ),
    max_size=40,
)


@given(asks, st.lists(st.integers(1, 7), max_size=6))
def test_the_meter_is_the_number_of_distinct_persons_however_the_batches_are_cut(
    asked: Sequence[Ask], cuts: Sequence[int]
) -> None:
    levels: dict[tuple[int, int], int] = {}
    counted: dict[tuple[int, int], set[int]] = {}
    rest = list(asked)
    for size in [*cuts, len(rest)]:
        batch, rest = rest[:size], rest[size:]
        known = [
            Ask(
                ask.handler,
                ask.person,
                ask.verdict,
                sum(bit for (handler, bit), who in counted.items() if handler == ask.handler and ask.person in who),
                ask.erased,
            )
            for ask in batch
        ]
        for ask, outcome in zip(batch, clip(known, levels), strict=True):
            for bit in bits(outcome.counted):
                people = counted.setdefault((ask.handler, bit), set())
                assert ask.person not in people
                people.add(ask.person)
            if outcome.verdict == 0 and isinstance(ask.verdict, Allow):
                assert len(counted.get((ask.handler, 1), ())) <= ask.verdict.room.general_max or not (
                    ask.verdict.counters & Counter.GENERAL
                )
                assert all(ask.person in counted[ask.handler, bit] for bit in bits(int(ask.verdict.counters)))
            if ask.erased or ask.verdict is HELD:
                assert (outcome.verdict, outcome.counted) != (0, 0)
                assert outcome.counted == 0
    assert levels == {key: len(people) for key, people in counted.items()}


def test_who_finds_no_room_leaves_it_to_the_next() -> None:
    both = allow(Counter.GENERAL | Counter.SENSITIVE, 9, 0)
    first, second = (
        Ask(1, SubjectId(1), both, 0, False),
        Ask(1, SubjectId(2), allow(Counter.GENERAL, 1, 0), 0, False),
    )
    levels: dict[tuple[int, int], int] = {}
    assert [outcome.code for outcome in clip([first, second], levels)] == [
        "export.sensitive_full",
        "export.standard_contract",
    ]
    assert levels == {(1, 1): 1}


@pytest.mark.parametrize(
    ("persons", "most", "level"),
    [(0, 10, None), (49, 100, None), (50, 100, 50), (80, 100, 80), (95, 100, 95), (100, 100, 95), (5, 0, None)],
)
def test_an_alarm_is_the_highest_level_reached(persons: int, most: int, level: int | None) -> None:
    assert alarm(persons, most, date(2026, 11, 25)) == level
