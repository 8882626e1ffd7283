"""Payment and refund notices in masses, as WeChat Pay would send them: many times, shuffled, forged ones between.

The sandbox writes and signs each one afresh (`flood_platform`); processes of ours take them (`flood_worker`) and are
killed in the middle. What nobody answered, or what was refused, is sent again. At last the books are recounted by other
means than the product's own (`flood_books`).
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from pathlib import Path
from random import Random

from bench import order_shop
from tests.stories.customer.orders import flood_books
from tests.stories.customer.orders.flood_books import Sizes
from tests.stories.customer.orders.flood_platform import (
    ANSWERED,
    KINDS,
    Platform,
    Shots,
    platform_at,
    shots_of,
    told_of,
)
from tests.stories.customer.orders.flood_worker import settings_of
from yumen.app.wiring import House
from yumen.customer.catalog import stock
from yumen.kit.db import Role

ASK_AGAIN_S = 15.0
SAY_EVERY_S = 15.0
UPKEEP_FIRST, UPKEEP_EVERY = (500, 2_500, 12_500), 50_000
COPIES = (1, 5)
FORGED = 0.02
LATE = 0.1
"""Share of the payments' notices that come again when the refunds' do."""


@dataclass(frozen=True)
class Pace:
    """Processes, notices at a time each, and from which part of the run on the coming certificate is listed."""

    processes: int = 2
    together: int = 32
    announced: float = 0.4


@dataclass
class Over:
    """What came of a flood."""

    counts: Counter[str]
    forged_taken: list[str]
    differences: list[str]
    seconds: float


async def flood(urls: dict[Role, str], folder: Path, sizes: Sizes, kills: int, seed: int, pace: Pace) -> Over:
    """Everything is paid, a part of it given back, by notices alone; kills all over, a rotation in the middle."""
    dice, keys = Random(seed), order_shop.Keys.made()
    async with platform_at(folder) as platform:
        told = told_of(platform, {role.value: url for role, url in urls.items()}, folder, keys)
        (file := folder / "told.json").write_text(json.dumps(told))
        async with order_shop.opened(settings_of(told)) as house:
            books = urls[Role.OWNER], platform.merchant.mchid, sizes
            await asyncio.to_thread(flood_books.place, *books)
            paid = shots_of(range(1, sizes.payments + 1), dice, FORGED, COPIES)
            late = [n for n in range(1, sizes.payments + 1) if dice.random() < LATE]
            back = shots_of([*(-n for n in range(1, sizes.refunds + 1)), *late], dice, FORGED, COPIES)
            total, begun = len(paid) + len(back), time.monotonic()
            it = Flood(platform, file, pace.together, kill_at=spread(total, kills, dice))
            rotation = [(int(total * pace.announced), platform.announce), (total // 2, platform.rotate)]
            upkeep = [(at, partial(flood_books.upkeep, urls[Role.OWNER])) for at in upkeep_at(total)]
            it.turns += sorted(rotation + upkeep, key=itemgetter(0))
            it.phases += [(paid, None), (back, lambda: flood_books.ask_back(*books))]
            await it.run(pace.processes)
            seconds = time.monotonic() - begun
            await _settle(house)
        differences = await asyncio.to_thread(flood_books.recount, urls[Role.OWNER], sizes)
    return Over(it.counts, it.forged_taken, differences, seconds)


async def _settle(house: House) -> None:
    """Let stock follow all that was sold."""
    while True:
        await stock.expire_due_job(house.work, {})
        async with await house.database.connect(Role.OWNER) as owner:
            found = await owner.execute("select 1 from catalog.reservation where not settled limit 1")
            if await found.fetchone() is None:
                return


@dataclass
class Flood:
    """Sends shots to processes of ours, `together` at a time each, until every genuine one is answered with success."""

    platform: Platform
    told: Path
    together: int
    kill_at: deque[int] = field(default_factory=deque)
    """After so many answers whoever answered is killed."""
    turns: deque[tuple[int, Callable[[], None]]] = field(default_factory=deque)
    """After so many answers this is done."""
    phases: deque[tuple[Shots, Callable[[], None] | None]] = field(default_factory=deque)
    """Shots, and what is done before the first of them, when all before them are answered."""
    counts: Counter[str] = field(default_factory=Counter)
    forged_taken: list[str] = field(default_factory=list)
    _again: deque[tuple[float, int]] = field(default_factory=deque)
    _shots: Iterator[int] = field(default_factory=lambda: iter(()))
    _fresh: bool = False
    _out: int = 0
    _turning: asyncio.Lock = field(default_factory=asyncio.Lock)
    _numbers: itertools.count[int] = field(default_factory=itertools.count)
    _begun: float = field(default_factory=time.monotonic)
    _said: float = field(default_factory=time.monotonic)

    async def run(self, processes: int) -> None:
        """All of them, and again what was not taken."""
        self.counts["to_send"] = sum(len(shots) for shots, _ in self.phases)
        self._do_due()
        async with asyncio.TaskGroup() as group:
            for _ in range(processes):
                group.create_task(self._carry())

    async def _carry(self) -> None:
        """Keep one process running until nothing is left for it."""
        while True:
            process = await start(self.told)
            ended = await self._serve(process)
            if process.stdin is not None:
                process.stdin.close()
            await process.wait()
            if ended:
                return

    async def _serve(self, process: Process) -> bool:
        """Feed a process; False when it died. What it did not answer then is sent again."""
        assert process.stdin is not None
        assert process.stdout is not None
        under_way: dict[int, int] = {}
        killed = False
        while True:
            while not killed and len(under_way) < self.together and (shot := self._next()) is not None:
                number, self._out = next(self._numbers), self._out + 1
                under_way[number] = shot
                process.stdin.write(self.platform.frame(number, shot))
            if not under_way:
                if self._is_over() and not await self._turn():
                    return True
                await asyncio.sleep(0.05)
                continue
            line = await process.stdout.readline()
            if not line:
                assert killed, "a process died by itself"
                self._again.extend((0.0, shot) for shot in under_way.values())
                self.counts["unanswered"] += len(under_way)
                self._out -= len(under_way)
                return False
            number, said = json.loads(line)
            self._out -= 1
            self._answered(under_way.pop(number), said)
            if not killed and self.kill_at and self.counts["answered"] >= self.kill_at[0]:
                self.kill_at.popleft()
                self.counts["kills"] += 1
                process.kill()
                killed = True

    def _do_due(self) -> None:
        while self.turns and self.counts["answered"] >= self.turns[0][0]:
            self.turns.popleft()[1]()

    def _is_over(self) -> bool:
        """Is everything of this phase answered, by whatever process, and nothing to be sent again?"""
        return not self._again and not self._out and not self._fresh

    async def _turn(self) -> bool:
        """Begin the next phase, unless another process did; False when there is none."""
        async with self._turning:
            if self._is_over():
                if not self.phases:
                    return False
                shots, before = self.phases.popleft()
                if before is not None:
                    await asyncio.to_thread(before)
                self._shots, self._fresh = iter(shots), True
            return True

    def _next(self) -> int | None:
        self._fresh = False
        if self._again and self._again[0][0] <= time.monotonic():
            return self._again.popleft()[1]
        return next(self._shots, None)

    def _answered(self, shot: int, said: str) -> None:
        kind = KINDS[shot % len(KINDS)]
        self.counts["answered"] += 1
        well_signed = kind == "genuine" or kind in ANSWERED
        if well_signed and said != "ok":
            self.counts["refused_first"] += 1
            self._again.append((time.monotonic() + ASK_AGAIN_S, shot))
        elif kind != "genuine":
            self.counts["forged"] += 1
            if said == "ok" and not well_signed:
                self.forged_taken.append(f"{kind}: {said}")
        self._do_due()
        if time.monotonic() - self._said > SAY_EVERY_S:
            self._said = time.monotonic()
            rate = self.counts["answered"] / (self._said - self._begun)
            print(f"notices: {self.counts['answered']:,} of {self.counts['to_send']:,} answered, {rate:.0f}/s, "
                  f"{self.counts['kills']} kills", flush=True)  # fmt: skip


async def start(told: Path) -> Process:
    """A process that is ready."""
    command = [sys.executable, "-m", "tests.stories.customer.orders.flood_worker", str(told)]
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


def upkeep_at(total: int) -> list[int]:
    """After so many answers tables have grown enough to be looked at."""
    return [*(at for at in UPKEEP_FIRST if at < total), *range(UPKEEP_EVERY, total, UPKEEP_EVERY)]


def spread(total: int, times: int, dice: Random) -> deque[int]:
    """So many moments all over a run."""
    return deque(sorted(dice.randrange(total // 20, total) for _ in range(times)))
