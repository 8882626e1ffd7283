"""As many calls at once as the recipient bears."""

from __future__ import annotations

import asyncio

import pytest

from yumen.gateway.pace import Pace, Patience, retry_after_s
from yumen.kit.errors import NotSent, Unsettled


def test_strain_halves_and_each_round_of_successes_gives_one_back() -> None:
    pace = Pace(8)
    pace.was_too_much(pace.begin())
    pace.was_too_much(pace.begin())
    assert pace.now == 2
    for _ in range(2):
        pace.went_well()
    assert 2.8 < pace.allowed <= 3.0
    for _ in range(100):
        pace.went_well()
    assert pace.now == 8


def test_one_call_is_always_let_through() -> None:
    pace = Pace(4)
    for _ in range(10):
        pace.was_too_much(pace.begin())
    assert pace.now == 1


def test_calls_that_fail_together_halve_once() -> None:
    pace = Pace(8)
    together = [pace.begin() for _ in range(8)]
    for call in together:
        pace.was_too_much(call)
    assert pace.now == 4
    pace.was_too_much(pace.begin())
    assert pace.now == 2


async def test_no_more_are_let_through_than_are_allowed() -> None:
    pace, most, now = Pace(3), 0, 0

    async def call() -> None:
        nonlocal most, now
        async with pace.place():
            now += 1
            most = max(most, now)
            await asyncio.sleep(0)
            now -= 1

    await asyncio.gather(*(call() for _ in range(20)))
    assert most == 3


async def test_a_retry_after_is_waited_for_once_and_bounded() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    pace = Pace(2, Patience(sleep=sleep))
    pace.was_too_much(pace.begin(), 90_000)
    for _ in range(2):
        async with pace.place():
            pass
    assert slept == [3_600.0]


async def test_nobody_begins_while_a_retry_after_is_waited_for() -> None:
    waking, begun = asyncio.Event(), list[int]()

    async def sleep(_: float) -> None:
        await waking.wait()

    async def call(number: int) -> None:
        async with pace.place():
            begun.append(number)

    pace = Pace(4, Patience(sleep=sleep))
    pace.was_too_much(pace.begin(), 5)
    pace.allowed = 4.0
    calls = [asyncio.create_task(call(number)) for number in range(3)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert begun == []
    waking.set()
    await asyncio.gather(*calls)
    assert sorted(begun) == [0, 1, 2]


async def begun_by(pace: Pace) -> asyncio.Task[None]:
    """Somebody who wants a place, after having had time to take one."""

    async def call() -> None:
        async with pace.place():
            pass

    task = asyncio.create_task(call())
    for _ in range(5):
        await asyncio.sleep(0)
    return task


async def test_while_nobody_answers_those_who_lost_a_call_nobody_begins_another() -> None:
    pace = Pace(8)
    first, second = pace.begin(), pace.begin()
    with pace.asking(first), pace.asking(second):
        waits = await begun_by(pace)
        assert not waits.done(), "the link is in doubt"
        pace.answered()
        await waits
        assert (await begun_by(pace)).done(), "the other need not be answered first"


async def test_a_call_lost_before_a_later_answer_puts_nothing_in_doubt() -> None:
    pace = Pace(8)
    lost = pace.begin()
    pace.begin()
    pace.answered()
    with pace.asking(lost):
        assert (await begun_by(pace)).done()


async def test_when_all_who_asked_gave_up_others_may_try() -> None:
    pace = Pace(8)
    first, second = pace.begin(), pace.begin()
    with pace.asking(first):
        with pace.asking(second):
            waits = await begun_by(pace)
        await asyncio.sleep(0)
        assert not waits.done()
    await waits


@pytest.mark.parametrize(("attempt", "longest"), [(1, 0.2), (2, 0.4), (3, 0.8), (9, 2.0), (500, 2.0)])
def test_waits_double_up_to_a_bound(attempt: int, longest: float) -> None:
    patience = Patience()
    assert patience.wait_s(attempt, chance=lambda: 1.0) == pytest.approx(longest)
    assert patience.wait_s(attempt, chance=lambda: 0.0) == pytest.approx(longest / 2)


def test_what_the_recipient_asked_for() -> None:
    assert retry_after_s(NotSent("x", retry_after_s=7)) == 7.0
    assert retry_after_s(NotSent("x", retry_after_s="soon")) == 0.0
    assert retry_after_s(Unsettled("x")) == 0.0
