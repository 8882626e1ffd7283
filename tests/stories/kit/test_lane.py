"""What waits is done together; each keeps its own result, and one's trouble is nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from psycopg.errors import UniqueViolation

from yumen.kit.db import Conn, Database, Role
from yumen.kit.errors import Code, Problem
from yumen.kit.lane import RETRY_ALONE, Lane, Skipped

REFUSED = Code("test.refused", 409)


class Book:
    """A batch that inserts places into `ops.alarm` in one statement and remembers how large it was."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    async def run(self, conn: Conn, places: Sequence[str]) -> list[str | Problem | Skipped]:
        self.sizes.append(len(places))
        await conn.execute(
            "insert into ops.alarm (code, place, raised_at, last_at)"
            " select 'test', place, now(), now() from unnest(%s::text[]) place where place <> 'refused'",
            (list(places),),
        )
        return [self._outcome(place, len(places)) for place in places]

    def _outcome(self, place: str, together: int) -> str | Problem | Skipped:
        if place == "refused":
            return REFUSED()
        return RETRY_ALONE if place == "skipped" and together > 1 else place


async def count(database: Database) -> int:
    async with database.pool(Role.APP).connection() as conn:
        row = await (await conn.execute("select count(*) as n from ops.alarm")).fetchone()
    assert row is not None
    return int(row["n"])


async def test_what_waits_is_taken_together(database: Database) -> None:
    book = Book()
    lane = Lane(book.run, database.pool(Role.APP), lanes=1, batch_max=32)
    results = await asyncio.gather(*(lane.submit(f"p{number}") for number in range(65)))
    assert results == [f"p{number}" for number in range(65)]
    assert book.sizes[0] <= 32
    assert len(book.sizes) <= 4, "65 acts took at most four statements"
    assert await count(database) == 65


async def test_whoever_comes_a_few_turns_of_the_loop_later_goes_along(database: Database) -> None:
    book = Book()
    lane = Lane(book.run, database.pool(Role.APP), lanes=1)

    async def after(turns: int) -> str:
        for _ in range(turns):
            await asyncio.sleep(0)
        return await lane.submit(f"p{turns}")

    assert await asyncio.gather(*(after(turns) for turns in range(3))) == ["p0", "p1", "p2"]
    assert book.sizes == [3]


async def test_whoever_is_answered_and_asks_again_is_taken_with_those_who_waited(database: Database) -> None:
    book, begun = Book(), asyncio.Event()

    async def run(conn: Conn, places: Sequence[str]) -> list[str | Problem | Skipped]:
        begun.set()
        return await book.run(conn, places)

    lane = Lane(run, database.pool(Role.APP), lanes=1, batch_max=32)

    async def caller(name: str) -> None:
        for act in range(3):
            await lane.submit(f"{name}-{act}")

    early = [asyncio.create_task(caller(f"early-{n}")) for n in range(4)]
    await begun.wait()
    await asyncio.gather(*early, *(caller(f"late-{n}") for n in range(4)))
    assert book.sizes == [4, 8, 8, 4]


async def test_lanes_of_one_turn_gather_while_another_has_it(database: Database) -> None:
    first, second, turn, going = Book(), Book(), asyncio.Semaphore(), asyncio.Event()

    async def held(conn: Conn, places: Sequence[str]) -> list[str | Problem | Skipped]:
        await going.wait()
        return await first.run(conn, places)

    before = Lane(held, database.pool(Role.APP), lanes=1, turn=turn)
    after = Lane(second.run, database.pool(Role.APP), lanes=1, turn=turn)
    ahead = asyncio.create_task(before.submit("ahead"))
    while not turn.locked():
        await asyncio.sleep(0.01)
    others = [asyncio.create_task(after.submit(f"other-{n}")) for n in range(3)]
    late = [asyncio.create_task(before.submit(f"late-{n}")) for n in range(2)]
    await asyncio.sleep(0.05)
    assert second.sizes == [], "nobody overtakes whose turn it is"
    others.append(asyncio.create_task(after.submit("other-3")))
    going.set()
    await asyncio.gather(ahead, *others, *late)
    assert (first.sizes, second.sizes) == ([1, 2], [4])


async def test_in_a_crowd_a_batch_pauses_as_long_as_that_brings_somebody(database: Database) -> None:
    book, turn, coming = Book(), asyncio.Semaphore(), ["p1", "p2"]
    joined: list[asyncio.Future[str]] = []

    async def pause() -> None:
        if coming:
            joined.append(asyncio.ensure_future(lane.submit(coming.pop(0))))
        for _ in range(10):
            await asyncio.sleep(0)

    lane = Lane(book.run, database.pool(Role.APP), lanes=1, turn=turn, pause=pause)
    await lane.submit("alone")
    assert (book.sizes, coming) == ([1], ["p1", "p2"]), "whoever meets nobody does not wait"
    async with turn:
        first = asyncio.ensure_future(lane.submit("p0"))
        await asyncio.sleep(0)
    await asyncio.gather(first, *joined)
    await lane.close()
    assert (book.sizes, coming) == ([1, 3], [])


async def test_a_full_batch_waits_for_nobody(database: Database) -> None:
    book, turn = Book(), asyncio.Semaphore()

    async def pause() -> None:
        raise AssertionError("nobody else can go along")

    lane = Lane(book.run, database.pool(Role.APP), lanes=1, batch_max=2, turn=turn, pause=pause)
    async with turn:
        waiting = [asyncio.ensure_future(lane.submit(f"p{number}")) for number in range(2)]
        await asyncio.sleep(0)
    assert await asyncio.gather(*waiting) == ["p0", "p1"]
    assert book.sizes == [2]


async def test_one_bad_row_is_refused_alone(database: Database) -> None:
    lane = Lane(Book().run, database.pool(Role.APP), lanes=1)
    await lane.submit("twice")
    results = await asyncio.gather(
        *(lane.submit(place) for place in ("a", "twice", "b", "refused")), return_exceptions=True
    )
    assert (results[0], results[2]) == ("a", "b")
    assert isinstance(results[1], UniqueViolation)
    assert isinstance(results[3], Problem)
    assert await count(database) == 3


async def test_an_error_of_one_item_is_its_own(database: Database) -> None:
    lane = Lane(Book().run, database.pool(Role.APP))
    with pytest.raises(Problem) as refused:
        await lane.submit("refused")
    assert refused.value.code is REFUSED


async def test_a_lost_connection_is_told_to_all_who_wait(database: Database) -> None:
    async def cut(conn: Conn, items: Sequence[str]) -> list[str]:
        await conn.execute("select pg_terminate_backend(pg_backend_pid())")
        return list(items)

    lane: Lane[str, str] = Lane(cut, database.pool(Role.APP), lanes=1)
    results = await asyncio.gather(lane.submit("a"), lane.submit("b"), return_exceptions=True)
    assert [getattr(result, "code", None) and result.code.name for result in results] == ["database.unavailable"] * 2  # type: ignore[union-attr]


async def test_closing_waits_for_what_was_submitted(database: Database) -> None:
    lane = Lane(Book().run, database.pool(Role.APP))
    waiting = asyncio.ensure_future(lane.submit("late"))
    await asyncio.sleep(0)
    await lane.close()
    assert await waiting == "late"


async def test_a_defect_reaches_who_waits_instead_of_leaving_them_there(database: Database) -> None:
    async def broken(conn: Conn, items: Sequence[str]) -> list[str]:
        raise KeyError("defect")

    lane: Lane[str, str] = Lane(broken, database.pool(Role.APP), lanes=1)
    results = await asyncio.gather(lane.submit("a"), lane.submit("b"), return_exceptions=True)
    assert [type(result) for result in results] == [KeyError, KeyError]
