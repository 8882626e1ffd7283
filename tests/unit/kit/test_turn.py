"""Who of several goes next."""

from __future__ import annotations

import asyncio

from yumen.kit.turn import PASSED_MAX, Turn


class Line:
    """Takes a turn for each who asks, and writes down who had it."""

    def __init__(self) -> None:
        self.turn, self.had = Turn(), list[str]()

    async def wait(self, name: str, step: int) -> None:
        async with self.turn.at(step):
            self.had.append(name)
            await asyncio.sleep(0)

    async def ask(self, name: str, step: int) -> asyncio.Task[None]:
        """Stand in line as the next."""
        task = asyncio.ensure_future(self.wait(name, step))
        await asyncio.sleep(0)
        return task


async def test_the_earliest_step_goes_first_and_of_one_step_who_came_first() -> None:
    line = Line()
    async with line.turn.at(0):
        asked = [await line.ask(name, step) for name, step in (("ahead", 2), ("behind", 0), ("next", 1), ("too", 0))]
        assert line.turn.locked()
    await asyncio.gather(*asked)
    assert line.had == ["behind", "too", "ahead", "next"], "whoever was passed twice comes before a later one"
    assert not line.turn.locked()


async def test_nobody_is_passed_more_often_than_agreed() -> None:
    line = Line()
    async with line.turn.at(0):
        asked = [await line.ask("ahead", 2)]
        asked += [await line.ask(f"behind {number}", 0) for number in range(PASSED_MAX + 3)]
    await asyncio.gather(*asked)
    assert line.had.index("ahead") == PASSED_MAX


async def test_only_one_at_a_time_has_it() -> None:
    line, inside, most = Line(), 0, 0

    async def enter(step: int) -> None:
        nonlocal inside, most
        async with line.turn.at(step):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(enter(number % 3) for number in range(20)))
    assert (most, line.turn.locked()) == (1, False)


async def test_whoever_gives_up_waiting_is_left_out() -> None:
    line = Line()
    async with line.turn.at(0):
        gone, stays = await line.ask("gone", 0), await line.ask("stays", 0)
        gone.cancel()
        await asyncio.sleep(0)
    await stays
    assert (line.had, line.turn.locked()) == (["stays"], False)


async def test_a_turn_given_to_who_gives_up_at_that_moment_goes_on() -> None:
    line = Line()
    async with line.turn.at(0):
        gone, stays = await line.ask("gone", 0), await line.ask("stays", 0)
    gone.cancel()
    await stays
    assert (line.had, line.turn.locked()) == (["stays"], False)


async def test_a_turn_is_given_to_nobody_who_gave_up_before_it_was_free() -> None:
    line = Line()
    async with line.turn.at(0):
        gone, stays = await line.ask("gone", 0), await line.ask("stays", 0)
        gone.cancel()
    await stays
    assert (line.had, line.turn.locked()) == (["stays"], False)
