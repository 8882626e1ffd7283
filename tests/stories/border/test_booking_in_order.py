"""A batch booked in one call is what its persons would be, booked one after another."""

from __future__ import annotations

import random
from uuid import UUID

import pytest

from tests.stories.border.conftest import Border
from tests.stories.border.in_order import InOrder
from yumen.border.booking import Booked, Passage, Way, run
from yumen.border.verdict import Allow, Counter, Deny, Hold, Room, Verdict
from yumen.kit.db import Role
from yumen.kit.ids import SubjectId

COUNTERS = (
    Counter.GENERAL,
    Counter.SENSITIVE,
    Counter.GENERAL | Counter.SENSITIVE,
    Counter.ZONE,
    Counter.GENERAL | Counter.SENSITIVE | Counter.ZONE,
    Counter.CONTRACT,
    Counter.GENERAL | Counter.OPENED,
    Counter(0),
)
MERGED = {SubjectId(one): SubjectId(one - 20) for one in range(21, 31)}
ERASED = {SubjectId(one) for one in (4, 7, 25)}
BATCHES = 40


def verdicts(chance: random.Random) -> list[Verdict]:
    """Contracts with near lines, as a handler may have them side by side."""
    allowed = [
        Allow(
            f"export.way_{n}", "order16_8", counters, Room(*(chance.choice((0, 2, 5, 9, 14)) for _ in range(3))), "line"
        )
        for n, counters in enumerate(COUNTERS)
    ]
    return [*allowed, Hold("export.notice_missing", "pipl_39"), Deny("export.minor", "pipl_31")]


@pytest.mark.parametrize("seed", range(8))
async def test_a_batch_is_booked_as_its_persons_one_after_another(border: Border, seed: int) -> None:
    chance = random.Random(seed)
    await border.do("update identity.subject set stands_for = id - 20 where id between 21 and 30")
    await border.do("update identity.subject set erased_at = now() where id = any(%s)", list(ERASED))
    expected = InOrder(MERGED, ERASED)
    asked = verdicts(chance)
    keys: list[tuple[UUID, int]] = []
    for _ in range(BATCHES):
        batch = []
        for _ in range(chance.choice((1, 2, 5, 12, 30))):
            again = keys and chance.random() < 0.1
            key, subject = chance.choice(keys) if again else (border.key(), chance.randint(1, 30))
            keys.append((key, subject))
            way, contract = chance.choice((Way.SENT, Way.SENT, Way.OPENED)), chance.randint(1, 3)
            batch.append(border.passage(subject, chance.choice(asked), key, way=way, contract=contract))
        assert await book(border, batch) == expected.book(batch)
    for counter in Counter:
        assert await border.used(counter) == expected.used(counter), counter
    ledger = await border.rows("select key, verdict, code, counted, subject_id from border.transfer")
    assert {
        row["key"]: Booked(row["verdict"], row["code"], row["subject_id"], row["counted"], False) for row in ledger
    } == expected.told
    queue = await border.rows("select key from border.outbound order by seq")
    sent = await border.rows("select key from border.transfer where way = 1 and verdict = 0")
    assert sorted(row["key"] for row in queue) == sorted(row["key"] for row in sent)


async def test_the_last_places_of_a_batch_go_to_whoever_came_first(border: Border) -> None:
    few = Allow("export.small", "order16_5_4", Counter.GENERAL, Room(3), "order16_8")
    many = Allow("export.assessment", "order16_8", Counter.GENERAL, Room(90), "order16_8")
    batch = [border.passage(subject, many if subject % 2 else few) for subject in range(10, 20)]
    told = await book(border, batch)
    assert [one.verdict for one in told] == [0, 0, 0, 0, 1, 0, 1, 0, 1, 0]
    queue = await border.rows("select subject_id from border.outbound order by seq")
    assert [row["subject_id"] for row in queue] == [10, 11, 12, 13, 15, 17, 19]


async def test_corrections_take_room_in_a_batch(border: Border) -> None:
    few = Allow("export.small", "order16_5_4", Counter.GENERAL, Room(3), "order16_8")
    await border.book(1, few)
    await border.do("update border.meter set adjusted = 1")
    assert [one.verdict for one in await book(border, [border.passage(n, few) for n in (2, 3, 1)])] == [0, 1, 0]


async def book(border: Border, batch: list[Passage]) -> list[Booked]:
    async with border.database.pool(Role.APP).connection() as conn:
        told = await run(conn, batch, border.clock)
    return [one for one in told if isinstance(one, Booked)]
