"""Many at once on a few people's points, with crashes and a jumping clock; then recounted by other means."""

from __future__ import annotations

import asyncio
import os
import random
from collections import defaultdict
from itertools import count

from tests.stories.customer.conftest import house, sandbox  # noqa: F401  # fixtures
from tests.stories.customer.loyalty.conftest import Club, club  # noqa: F401  # a fixture
from tests.stories.customer.loyalty.play import REFUSALS
from yumen.customer.loyalty import expiry, ledger
from yumen.customer.loyalty.ledger import NEVER, Source
from yumen.kit.errors import Problem

ACTS = int(os.environ.get("SOAK_LOYALTY_ACTS", "20000"))
PEOPLE = 25
WORKERS = 6


class CrashError(Exception):
    """The process dies before the commit."""


async def test_the_ledger_of_points(club: Club, tell) -> None:  # noqa: F811
    people = [await club.member(f"oPerson{number}") for number in range(PEOPLE)]
    booked: list[Source] = []
    numbers, counts = count(1), defaultdict(int)
    refusals: set[str] = set()

    async def act(chance: random.Random) -> None:
        person, points, kind = chance.choice(people), chance.randint(1, 200), chance.random()
        source = chance.choice(booked) if booked and kind > 0.9 else Source("order", f"o.{next(numbers)}")
        async with club.house.unit() as uow:
            if kind < 0.4 or kind > 0.9:
                ends = chance.choice([club.in_days(1), club.in_days(5), NEVER])
                await ledger.earn(uow, person, source, points, ends)
            elif kind < 0.65:
                source = Source("spend", f"s.{next(numbers)}")
                await ledger.redeem(uow, person, source, points)
            elif booked:
                refund = Source("refund", f"r.{next(numbers)}")
                await ledger.reverse(uow, chance.choice(booked), refund, chance.choice([None, points]))
            if chance.random() < 0.05:
                raise CrashError
        if kind < 0.65:
            booked.append(source)

    async def work(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(ACTS // WORKERS):
            try:
                await act(chance)
                counts["acts"] += 1
            except CrashError:
                counts["crashes"] += 1
            except Problem as refused:
                counts["refusals"] += 1
                refusals.add(refused.code.name)
            if chance.random() < 0.002:
                club.pass_days(1)
                await expiry.expire_job(club.house.work, {"handler": club.house.handler})

    await asyncio.gather(*(work(seed) for seed in range(WORKERS)))
    assert refusals <= REFUSALS | {"loyalty.source_used"}
    found = await club.recount()
    assert found.sound
    differences = await _recounted(club)
    assert differences == 0
    tell(**counts, postings=found.postings, entries=found.entries, differences=differences)


async def _recounted(club: Club) -> int:  # noqa: F811
    """Count by plain additions over the rows, not by the product's own query; answers how many differ."""
    sums: dict[str, int] = defaultdict(int)
    held: dict[object, int] = defaultdict(int)
    lots: dict[object, int] = defaultdict(int)
    for row in await club.house.rows("select posting_id, account, subject_id, lot_id, points from loyalty.entry"):
        points = int(str(row["points"]))
        sums[str(row["posting_id"])] += points
        if row["account"] == "member":
            held[row["subject_id"]] += points
            lots[row["lot_id"]] += points
        if row["account"] == "owed":
            held["owed", row["subject_id"]] -= points
    wrong = sum(total != 0 for total in sums.values())
    for row in await club.house.rows("select subject_id, points, owed from loyalty.balance"):
        wrong += row["points"] != held[row["subject_id"]] or row["owed"] != held["owed", row["subject_id"]]
    for row in await club.house.rows("select id, left_points from loyalty.lot"):
        wrong += row["left_points"] != lots[row["id"]]
    return wrong
